// Every shortcut that this browser has met, for the map of keys in the settings: a screen says which keys it hears only while it
// is shown.
import { createKept, fieldOf } from '#renderer/link/kept.ts';
import { shortcutId, useShortcutBook } from './shortcut-book.ts';

export interface KnownShortcut {
  readonly group: string;
  readonly word: string;
  /** What it has until a person chooses otherwise. */
  readonly keys: string;
}

interface Known {
  readonly shortcuts: readonly KnownShortcut[];
}

/** More than the app has: what an older version called otherwise goes in time. */
const mostKnown = 300;

export const useKnownShortcuts = createKept<Known>('lanyard.known-keys', (kept) => {
  const found = fieldOf(kept, 'shortcuts');
  return { shortcuts: Array.isArray(found) ? found.filter(isKnown).slice(-mostKnown) : [] };
});

/** Remembers what is heard from now on. Returns how to stop. */
export function rememberShortcuts(): () => void {
  remember();
  return useShortcutBook.subscribe(remember);
}

function remember(): void {
  // A dialog's own keys are told in that dialog.
  const heard = useShortcutBook.getState().shortcuts.filter(({ dialog }) => dialog === null);
  const known = new Map(useKnownShortcuts.getState().shortcuts.map((shortcut) => [idOf(shortcut), shortcut]));
  const isNews = heard.some((shortcut) => known.get(shortcut.id)?.keys !== shortcut.keys);
  if (!isNews) return;
  for (const { id, group, word, keys } of heard) known.set(id, { group, word, keys });
  useKnownShortcuts.setState({ shortcuts: [...known.values()].slice(-mostKnown) });
}

export function idOf({ group, word }: Pick<KnownShortcut, 'group' | 'word'>): string {
  return shortcutId(group, word);
}

function isKnown(value: unknown): value is KnownShortcut {
  return ['group', 'word', 'keys'].every((name) => typeof fieldOf(value, name) === 'string');
}
