// How the page looks: light, dark, sunlight (for a laptop outdoors), or as the system says; and how large its text is.
// `data-look` on the root element names the look that is shown, for every style sheet.
import { useSyncExternalStore } from 'react';
import { createKept, fieldOf } from '#renderer/link/kept.ts';

export const looks = ['light', 'dark', 'sunlight'] as const;
export type Look = (typeof looks)[number];
export type LookChoice = Look | 'system';

export const lookWords: Readonly<Record<LookChoice, string>> = {
  light: 'Light',
  dark: 'Dark',
  sunlight: 'Sunlight',
  system: 'As the system',
};

/** Of the usual size, in percent. */
export const textSizes = [80, 90, 100, 110, 125, 150, 175, 200] as const;
const usualSize = 100;

interface LookState {
  readonly choice: LookChoice;
  readonly textSize: number;
}

const useKept = createKept<LookState>('lanyard.look', (kept) => ({
  choice: [...looks, 'system' as const].find((choice) => choice === fieldOf(kept, 'choice')) ?? 'system',
  textSize: textSizes.find((size) => size === fieldOf(kept, 'textSize')) ?? usualSize,
}));

/** What is shown, what was chosen, and how to choose. */
export function useLook() {
  const { choice, textSize } = useKept();
  const isSystemDark = useSyncExternalStore(followSystem, () => darkQuery()?.matches === true);
  return { look: shownLook(choice, isSystemDark), choice, textSize };
}

function shownLook(choice: LookChoice, isSystemDark: boolean): Look {
  if (choice !== 'system') return choice;
  return isSystemDark ? 'dark' : 'light';
}

export function chooseLook(choice: LookChoice): void {
  useKept.setState({ choice });
}

export function showNextLook(): void {
  chooseLook(nextLook(shownLook(useKept.getState().choice, darkQuery()?.matches === true)));
}

/** Light, dark, sunlight, and round again. */
export function nextLook(look: Look): Look {
  return looks[(looks.indexOf(look) + 1) % looks.length] ?? 'light';
}

/** Null: the usual one. Beyond the ends nothing happens. */
export function setTextSize(size: number | null): void {
  const wanted = size ?? usualSize;
  if (textSizes.some((known) => known === wanted)) useKept.setState({ textSize: wanted });
}

export function stepTextSize(steps: 1 | -1): void {
  const at = textSizes.findIndex((size) => size === useKept.getState().textSize);
  setTextSize(textSizes[at + steps] ?? useKept.getState().textSize);
}

function darkQuery(): MediaQueryList | null {
  return globalThis.window?.matchMedia('(prefers-color-scheme: dark)') ?? null;
}

function followSystem(listener: () => void): () => void {
  const query = darkQuery();
  query?.addEventListener('change', listener);
  return () => query?.removeEventListener('change', listener);
}
