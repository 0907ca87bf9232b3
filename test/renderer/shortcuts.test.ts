// Which keys mean what: the notation, a screen before the frame, dialogs, typing, pairs, and what a person chose instead.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseKeys, forgetKeyChoices, setLetters } from '#renderer/keys/key-choices.ts';
import { chordOf, isCharacterChord, keysProblem } from '#renderer/keys/key-chords.ts';
import {
  addShortcuts,
  everywhere,
  meaningOf,
  openDialog,
  type Shortcut,
  shortcutsWith,
} from '#renderer/keys/shortcut-book.ts';

const noKeys = { code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

const wordsWith = (keys: string) => shortcutsWith(keys, 'Devices: Devices n').map(({ word }) => word);

describe('keys as they are written', () => {
  test.each([
    [{ key: 'n' }, 'n'],
    [{ key: 'N' }, 'n'],
    [{ key: 'R', shiftKey: true }, 'Shift+R'],
    [{ key: '?', shiftKey: true }, '?'],
    [{ key: ' ' }, 'Space'],
    [{ key: 'Escape' }, 'Esc'],
    [{ key: 'k', ctrlKey: true }, 'Ctrl+K'],
    [{ key: 'k', metaKey: true }, 'Ctrl+K'],
    [{ key: 'л', code: 'KeyK', ctrlKey: true }, 'Ctrl+K'],
    [{ key: 'ü', code: 'BracketLeft' }, 'ü'],
    [{ key: '+', ctrlKey: true }, 'Ctrl+='],
    [{ key: '+', ctrlKey: true, shiftKey: true }, 'Ctrl+='],
    [{ key: '@', ctrlKey: true, altKey: true }, '@'],
    [{ key: 'Tab', shiftKey: true }, 'Shift+Tab'],
    [{ key: 'Shift', shiftKey: true }, null],
  ])('when %o is pressed, it reads %s', (press, chord) => {
    expect(chordOf({ ...noKeys, ...press })).toBe(chord);
  });

  test('when dictation could send it, a chord counts as a character', () => {
    expect(['n', '?', 'Shift+R', '1'].map(isCharacterChord)).toEqual([true, true, true, true]);
    expect(['Ctrl+K', 'Esc', 'ArrowDown', 'Shift+Tab'].map(isCharacterChord)).toEqual([false, false, false, false]);
  });

  test('when keys are none or too many, it is said in words', () => {
    expect(keysProblem('')).toBe('Press the keys that it is to have.');
    expect(keysProblem('g s t')).toBe('Two keys in turn are the most.');
    expect(keysProblem('g s')).toBeNull();
  });
});

describe('what a key means', () => {
  let ran: string[];
  let cleanUps: (() => void)[];
  beforeEach(() => {
    ran = [];
    cleanUps = [];
  });
  afterEach(() => {
    for (const cleanUp of cleanUps) cleanUp();
    forgetKeyChoices();
  });

  function add(group: string, keys: string, more: Partial<Shortcut> & { readonly dialog?: string } = {}): void {
    const { dialog = null, ...rest } = more;
    const word = `${group} ${keys}`;
    cleanUps.push(addShortcuts(group, dialog, [{ keys, word, run: () => void ran.push(word), ...rest }]));
  }

  /** What was run by these keys in turn. */
  function press(keys: readonly string[], moment = { isTyping: false, isOnControl: false }): string[] {
    ran = [];
    let begun: string | null = null;
    for (const chord of keys) {
      const meaning = meaningOf({ chord, ...moment }, begun);
      begun = meaning.kind === 'begin' ? meaning.chord : null;
      if (meaning.kind === 'run') meaning.shortcut.run();
    }
    return ran;
  }

  test('when a screen has a key of the frame, the screen goes before, whichever came first', () => {
    add('Devices', 'r');
    add(everywhere, 'r');
    expect(press(['r'])).toEqual(['Devices r']);
  });

  test('when two keys are pressed in turn, the pair runs; another second key means what it means alone', () => {
    add(everywhere, 'g s');
    add('Devices', 's');
    add('Devices', 'n');
    expect(press(['g', 's'])).toEqual(['Everywhere g s']);
    expect(press(['g', 'n', 's'])).toEqual(['Devices n', 'Devices s']);
    expect(press(['g', 'g', 's'])).toEqual(['Everywhere g s']);
  });

  test('when somebody types, letters are theirs, and keys with Ctrl are heard', () => {
    add(everywhere, 't');
    add(everywhere, 'g s');
    add(everywhere, 'Ctrl+K');
    add('Editor', 'Esc', { whileTyping: true });
    add('Editor', 'Ctrl+S', { whileTyping: false });
    const typing = { isTyping: true, isOnControl: false };
    expect(press(['t', 'g', 's', 'Ctrl+K', 'Esc', 'Ctrl+S'], typing)).toEqual(['Everywhere Ctrl+K', 'Editor Esc']);
  });

  test('when a button has the focus, Space and Enter are its own', () => {
    add('Rollout', 'Space');
    expect(press(['Space'], { isTyping: false, isOnControl: true })).toEqual([]);
    expect(press(['Space'])).toEqual(['Rollout Space']);
  });

  test('when dialogs are open, only the topmost one is heard', () => {
    add(everywhere, 'Ctrl+K');
    add('Dialog', 'n', { dialog: 'a' });
    add('Dialog', 'm', { dialog: 'b' });
    expect(press(['n', 'm', 'Ctrl+K'])).toEqual(['Everywhere Ctrl+K']);
    const closeA = openDialog('a');
    const closeB = openDialog('b');
    expect(press(['n', 'm', 'Ctrl+K'])).toEqual(['Dialog m']);
    closeB();
    expect(press(['n', 'm', 'Ctrl+K'])).toEqual(['Dialog n']);
    closeA();
    expect(press(['Ctrl+K'])).toEqual(['Everywhere Ctrl+K']);
  });

  test('when letters are switched off, only keys with Ctrl or Alt and named keys are heard', () => {
    for (const keys of ['n', 'g s', '?', 'Shift+R', 'Ctrl+K', 'Esc']) add('Devices', keys);
    setLetters(false);
    expect(press(['n', 'g', 's', '?', 'Shift+R', 'Ctrl+K', 'Esc'])).toEqual(['Devices Ctrl+K', 'Devices Esc']);
    setLetters(true);
    expect(press(['n'])).toEqual(['Devices n']);
  });

  test('when a person chose other keys, those are heard and the usual ones are not, until they are forgotten', () => {
    add('Devices', 'n');
    chooseKeys('Devices: Devices n', 'Alt+N');
    expect(press(['n', 'Alt+N'])).toEqual(['Devices n']);
    chooseKeys('Devices: Devices n', 'a b c');
    expect(press(['n'])).toEqual(['Devices n']);
  });

  test('when keys are wanted that another has, or that begin another, those others are named', () => {
    add(everywhere, 'g s');
    add('Devices', 'n');
    expect(wordsWith('g')).toEqual(['Everywhere g s']);
    expect(wordsWith('g s')).toEqual(['Everywhere g s']);
    expect(wordsWith('g d')).toEqual([]);
    expect(wordsWith('n')).toEqual([]);
  });

  test('when a shortcut is taken out, it is heard no more', () => {
    add('Devices', 'n');
    cleanUps.pop()?.();
    expect(press(['n'])).toEqual([]);
  });
});
