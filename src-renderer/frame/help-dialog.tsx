// All keys that are heard now, those of the shown screen first; and the switch for who dictates or hits keys by accident.
import { Switch } from '@mantine/core';
import { useMemo } from 'react';
import { KeyCaps } from '#renderer/keys/key-caps.tsx';
import { setLetters, useKeyChoices } from '#renderer/keys/key-choices.ts';
import { chordsOf, isCharacterChord } from '#renderer/keys/key-chords.ts';
import { everywhere, type HeardShortcut, useShortcutBook } from '#renderer/keys/shortcut-book.ts';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';

/** What the browser does by itself, told because nobody could find it. */
const always = [
  { keys: 'Esc', word: 'Close what is open' },
  { keys: 'Tab', word: 'To the next button, link or field' },
  { keys: 'Shift+Tab', word: 'To the one before' },
] as const;

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const shortcuts = useShortcutBook((book) => book.shortcuts);
  const { areLettersOn, keys } = useKeyChoices();
  const groups = useMemo(() => groupsOf(shortcuts), [shortcuts]);
  return (
    <DialogView title="Keys" onClose={onClose}>
      <Switch
        label="Single-key shortcuts"
        description="Switched off, only shortcuts with Ctrl or Alt work. Everything here has a button as well."
        checked={areLettersOn}
        onChange={(event) => setLetters(event.currentTarget.checked)}
      />
      {groups.map(([group, own]) => (
        <section key={group} className="help-group">
          <h3>{group}</h3>
          <dl>
            {own.map(({ id, keys: usual, word }) => {
              const now = keys[id] ?? usual;
              const isDeaf = !areLettersOn && isCharacterChord(chordsOf(now)[0] ?? '');
              return (
                <div key={id}>
                  <dt>{word}</dt>
                  <dd>
                    <KeyCaps keys={now} />
                    {isDeaf && ' off'}
                  </dd>
                </div>
              );
            })}
            {group === everywhere &&
              always.map(({ keys: chord, word }) => (
                <div key={chord}>
                  <dt>{word}</dt>
                  <dd>
                    <KeyCaps keys={chord} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </DialogView>
  );
}

function groupsOf(shortcuts: readonly HeardShortcut[]): readonly (readonly [string, readonly HeardShortcut[]])[] {
  const groups = new Map<string, HeardShortcut[]>();
  // A dialog's own keys are told in that dialog.
  for (const shortcut of shortcuts.filter(({ dialog }) => dialog === null)) {
    const group = groups.get(shortcut.group) ?? [];
    if (!group.some(({ id }) => id === shortcut.id)) group.push(shortcut);
    groups.set(shortcut.group, group);
  }
  return [...groups].toSorted(([left], [right]) => Number(left === everywhere) - Number(right === everywhere));
}
