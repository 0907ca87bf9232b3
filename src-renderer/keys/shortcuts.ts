// How a screen or a dialog says which keys it hears: `useShortcuts([{ keys: 'n', word: 'New deployment', run }])`. They stand in
// the help (?) and in the palette (Ctrl+K) as long as it is shown.
import { createContext, useContext, useEffect, useRef } from 'react';
import { chordOf } from './key-chords.ts';
import { addShortcuts, everywhere, meaningOf, type Shortcut, useShortcutBook } from './shortcut-book.ts';

/** Where a component stands: the screen's word, and the dialog it is in. */
export const ScreenName = createContext<string>(everywhere);
export const DialogName = createContext<string | null>(null);

/** `run` may be another function at every rendering; the keys and words may change too. `group`: usually the screen. */
export function useShortcuts(shortcuts: readonly Shortcut[], group?: string): void {
  const screen = useContext(ScreenName);
  const dialog = useContext(DialogName);
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  const said = JSON.stringify(shortcuts.map(({ keys, word, whileTyping }) => ({ keys, word, whileTyping })));
  useEffect(() => {
    const heard = JSON.parse(said) as Omit<Shortcut, 'run'>[];
    return addShortcuts(
      group ?? screen,
      dialog,
      heard.map((shortcut, at) => ({ ...shortcut, run: () => latest.current[at]?.run() })),
    );
  }, [said, group, screen, dialog]);
}

const pairLimitMs = 1_500;
const typed =
  'input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=range]),textarea,select,.cm-editor';
const controls = 'button,a[href],summary,input,[role=button],[role=tab],[role=option],[role=menuitem],[role=switch]';

/** Listens for the whole page; once, by the frame. Returns how to stop. */
export function listenForKeys(): () => void {
  let forget: ReturnType<typeof setTimeout> | undefined;

  function begin(begun: string | null): void {
    clearTimeout(forget);
    if (useShortcutBook.getState().begun !== begun) useShortcutBook.setState({ begun });
    if (begun !== null) forget = setTimeout(() => begin(null), pairLimitMs);
  }

  function hear(event: KeyboardEvent): void {
    const chord = chordOf(event);
    // What a control has taken, or an input method is still composing, is no shortcut.
    if (chord === null || event.defaultPrevented || event.isComposing) return;
    const at = event.target instanceof HTMLElement ? event.target : null;
    const isTyping = at !== null && (at.isContentEditable || at.closest(typed) !== null);
    const isOnControl = at?.closest(controls) !== null && at !== null;
    const meaning = meaningOf({ chord, isTyping, isOnControl }, useShortcutBook.getState().begun);
    begin(meaning.kind === 'begin' ? meaning.chord : null);
    if (meaning.kind === 'nothing') return;
    event.preventDefault();
    if (meaning.kind === 'run' && !event.repeat) meaning.shortcut.run();
  }

  window.addEventListener('keydown', hear);
  return () => {
    clearTimeout(forget);
    window.removeEventListener('keydown', hear);
  };
}
