// The shortcuts that are heard now, and what a key means among them. A screen's keys go before the frame's; while a dialog is
// open only its own are heard; letters are never taken from somebody who types.
import { create } from 'zustand';
import { useKeyChoices } from './key-choices.ts';
import { chordsOf, isCharacterChord } from './key-chords.ts';

export const everywhere = 'Everywhere';

export interface Shortcut {
  /** `n`, `g s`, `Ctrl+K`, `Shift+R`, `?`, `Esc`, `Space`: what it has until a person chooses otherwise. */
  readonly keys: string;
  /** What it does, as a button would say it. */
  readonly word: string;
  readonly run: () => void;
  /** Whether it is heard while somebody types. Usual: with Ctrl or Alt yes, else no. */
  readonly whileTyping?: boolean;
}

export interface HeardShortcut extends Shortcut {
  /** Names it for the person's choice of keys: `Devices: Add device`. */
  readonly id: string;
  readonly group: string;
  /** The dialog it belongs to; null: the page. */
  readonly dialog: string | null;
}

interface Book {
  readonly shortcuts: readonly HeardShortcut[];
  /** Open dialogs, the topmost last. */
  readonly dialogs: readonly string[];
  /** First half of a pair of keys that was pressed, shown in the frame. */
  readonly begun: string | null;
}

export const useShortcutBook = create<Book>(() => ({ shortcuts: [], dialogs: [], begun: null }));

export function shortcutId(group: string, word: string): string {
  return `${group}: ${word}`;
}

/** Returns how to take them out again. */
export function addShortcuts(group: string, dialog: string | null, shortcuts: readonly Shortcut[]): () => void {
  const added = shortcuts.map((shortcut) => ({ ...shortcut, id: shortcutId(group, shortcut.word), group, dialog }));
  useShortcutBook.setState((book) => ({ shortcuts: [...book.shortcuts, ...added] }));
  return () =>
    useShortcutBook.setState((book) => ({
      shortcuts: book.shortcuts.filter((shortcut) => !added.some((gone) => gone === shortcut)),
    }));
}

export function openDialog(dialog: string): () => void {
  useShortcutBook.setState((book) => ({ dialogs: [...book.dialogs, dialog] }));
  return () => useShortcutBook.setState((book) => ({ dialogs: book.dialogs.filter((open) => open !== dialog) }));
}

/** The keys it has now. */
export function keysOf({ id, keys }: Pick<HeardShortcut, 'id' | 'keys'>): string {
  return useKeyChoices.getState().keys[id] ?? keys;
}

/** Others of the same place that these keys would collide with. */
export function shortcutsWith(keys: string, except: string): readonly HeardShortcut[] {
  const wanted = chordsOf(keys);
  return useShortcutBook.getState().shortcuts.filter((shortcut) => {
    const has = chordsOf(keysOf(shortcut));
    const shared = Math.min(has.length, wanted.length);
    return shortcut.id !== except && has.slice(0, shared).join(' ') === wanted.slice(0, shared).join(' ');
  });
}

interface KeyMoment {
  readonly chord: string;
  readonly isTyping: boolean;
  /** On a button or a link, which take Space and Enter for themselves. */
  readonly isOnControl: boolean;
}

type KeyMeaning =
  | { readonly kind: 'run'; readonly shortcut: Shortcut }
  | { readonly kind: 'begin'; readonly chord: string }
  | { readonly kind: 'nothing' };

/** What a key means: a shortcut, the first half of one, or nothing. */
export function meaningOf(moment: KeyMoment, begun: string | null): KeyMeaning {
  const { chord } = moment;
  const { shortcuts, dialogs } = useShortcutBook.getState();
  const { areLettersOn } = useKeyChoices.getState();
  const dialog = dialogs.at(-1) ?? null;
  if (moment.isOnControl && (chord === 'Space' || chord === 'Enter')) return { kind: 'nothing' };
  const heard = shortcuts
    .map((shortcut) => ({ shortcut, chords: chordsOf(keysOf(shortcut)) }))
    .filter(({ shortcut, chords: [first = ''] }) => {
      if (shortcut.dialog !== dialog) return false;
      if (!areLettersOn && isCharacterChord(first)) return false;
      return !moment.isTyping || (shortcut.whileTyping ?? /^(Ctrl|Alt)\+/.test(first));
    })
    // The newest last: what was put over it goes before, and a screen before the frame.
    .toSorted((left, right) => rank(left.shortcut) - rank(right.shortcut));
  const wanted = begun === null ? [chord] : [begun, chord];
  const whole = heard.findLast(({ chords }) => chords.join(' ') === wanted.join(' '));
  const isBegin = begun === null && heard.some(({ chords }) => chords.length > 1 && chords[0] === chord);
  if (isBegin) return { kind: 'begin', chord };
  if (whole !== undefined) return { kind: 'run', shortcut: whole.shortcut };
  return begun === null ? { kind: 'nothing' } : meaningOf(moment, null);
}

function rank({ group }: HeardShortcut): number {
  return group === everywhere ? 0 : 1;
}
