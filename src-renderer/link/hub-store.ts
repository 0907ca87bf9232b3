// The hub as the screens ask it: the client of the page's one connection.
import { create } from 'zustand';
import type { HubClient } from './console-client.ts';

interface HubState {
  /** Null until the page has connected for the first time. */
  readonly client: HubClient | null;
}

export const useHub = create<HubState>(() => ({ client: null }));
