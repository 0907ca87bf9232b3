// Twins that a person is editing, kept while the page is open: another tab or screen loses no word that was typed.
import { create } from 'zustand';
import type { DeviceTwinView } from '#contract/console-device-page.ts';

export interface TwinDraft {
  /** The twin that was edited, with its etag. */
  readonly base: DeviceTwinView;
  readonly text: string;
}

interface Drafts {
  readonly byTwin: Readonly<Record<string, TwinDraft | undefined>>;
  /** What was given up for somebody else's change, to be brought back. */
  readonly aside: Readonly<Record<string, string | undefined>>;
}

const useDrafts = create<Drafts>(() => ({ byTwin: {}, aside: {} }));

export function useDraft(key: string): TwinDraft | undefined {
  return useDrafts((drafts) => drafts.byTwin[key]);
}

export function useAside(key: string): string | undefined {
  return useDrafts((drafts) => drafts.aside[key]);
}

export function keepDraft(key: string, draft: TwinDraft): void {
  useDrafts.setState(({ byTwin }) => ({ byTwin: { ...byTwin, [key]: draft } }));
}

export function dropDraft(key: string): void {
  useDrafts.setState(({ byTwin }) => ({ byTwin: { ...byTwin, [key]: undefined } }));
}

export function putAside(key: string, text: string | undefined): void {
  useDrafts.setState(({ aside }) => ({ aside: { ...aside, [key]: text } }));
}
