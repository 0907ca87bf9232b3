// Other keys for one shortcut: they are pressed, not spelled. Tab and Escape stay what they are, so that nobody is caught here.
import { TextInput } from '@mantine/core';
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { chooseKeys, useKeyChoices } from '#renderer/keys/key-choices.ts';
import { chordOf, chordsOf, isCharacterChord, keysProblem } from '#renderer/keys/key-chords.ts';
import { idOf, type KnownShortcut, useKnownShortcuts } from '#renderer/keys/known-shortcuts.ts';
import { everywhere } from '#renderer/keys/shortcut-book.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';

const inTurnWithinMs = 1_500;
const kept: ReadonlySet<string> = new Set(['Tab', 'Shift+Tab', 'Esc', 'Enter']);

export function RemapDialog({ shortcut, onClose }: { readonly shortcut: KnownShortcut; readonly onClose: () => void }) {
  const [keys, setKeys] = useState('');
  const pressedAt = useRef(-Infinity);
  const problem = keys === '' ? null : (keysProblem(keys) ?? takenInWords(keys, shortcut));

  function hear(event: KeyboardEvent): void {
    const chord = chordOf(event.nativeEvent);
    if (chord === null || kept.has(chord)) return;
    event.preventDefault();
    event.stopPropagation();
    const isSecond = event.timeStamp - pressedAt.current < inTurnWithinMs && chordsOf(keys).length === 1;
    pressedAt.current = event.timeStamp;
    setKeys(isSecond && mayBegin(keys, shortcut) ? `${keys} ${chord}` : chord);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (keys === '' || problem !== null) return;
    chooseKeys(idOf(shortcut), keys);
    onClose();
  }

  return (
    <DialogView title={`Keys for: ${shortcut.word}`} onClose={onClose}>
      <form onSubmit={submit}>
        <TextInput
          label="Press the keys that it is to have"
          description={`One, two in turn, or with Ctrl or Alt. Usually it is ${shortcut.keys}.`}
          size="md"
          value={keys}
          readOnly
          data-autofocus
          error={problem}
          onKeyDown={hear}
        />
        <div className="dialog-acts">
          <Act variant="default" onClick={onClose}>
            Cancel
          </Act>
          <Act type="submit" disabled={keys === '' || problem !== null}>
            Take these keys
          </Act>
        </div>
      </form>
    </DialogView>
  );
}

/** A letter that does something by itself is no first half of two. */
function mayBegin(keys: string, shortcut: KnownShortcut): boolean {
  const other = takenBy(keys, shortcut);
  return isCharacterChord(keys) && (other === undefined || chordsOf(keysNow(other)).length > 1);
}

function takenInWords(keys: string, shortcut: KnownShortcut): string | null {
  const other = takenBy(keys, shortcut);
  return other === undefined
    ? null
    : `Taken by “${other.word}” (${other.group}): choose others, or change those first.`;
}

function keysNow(shortcut: KnownShortcut): string {
  return useKeyChoices.getState().keys[idOf(shortcut)] ?? shortcut.keys;
}

/** A screen's keys collide with its own and with those that are heard everywhere; undefined: they are free. */
function takenBy(keys: string, { group, word }: KnownShortcut): KnownShortcut | undefined {
  const wanted = chordsOf(keys);
  return useKnownShortcuts.getState().shortcuts.find((shortcut) => {
    const isElsewhere = group !== everywhere && shortcut.group !== everywhere && shortcut.group !== group;
    if (isElsewhere || (shortcut.group === group && shortcut.word === word)) return false;
    const has = chordsOf(keysNow(shortcut));
    const shared = Math.min(has.length, wanted.length);
    return shared > 0 && has.slice(0, shared).join(' ') === wanted.slice(0, shared).join(' ');
  });
}
