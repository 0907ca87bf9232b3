// What the machine of this site has left, as the hub told it last: followed by the status bar, which every screen has.
import { create } from 'zustand';
import type { SiteNews } from '#contract/console-site.ts';

interface SiteState {
  /** Null until the hub has told it for the first time. */
  readonly news: SiteNews | null;
}

export const useSite = create<SiteState>(() => ({ news: null }));
