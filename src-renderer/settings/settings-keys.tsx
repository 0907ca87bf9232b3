// The map of keys: what each does, other keys for it, and the switch that makes single letters do nothing.
import { Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { KeyCaps } from '#renderer/keys/key-caps.tsx';
import { chooseKeys, forgetKeyChoices, setLetters, useKeyChoices } from '#renderer/keys/key-choices.ts';
import { chordsOf, isCharacterChord } from '#renderer/keys/key-chords.ts';
import { idOf, type KnownShortcut, useKnownShortcuts } from '#renderer/keys/known-shortcuts.ts';
import { everywhere } from '#renderer/keys/shortcut-book.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { RemapDialog } from './remap-dialog.tsx';

export function SettingsKeys() {
  const known = useKnownShortcuts((state) => state.shortcuts);
  const { areLettersOn, keys: chosen } = useKeyChoices();
  const [remapped, setRemapped] = useState<KnownShortcut | null>(null);
  const groups = useMemo(() => groupsOf(known), [known]);
  const isChanged = !areLettersOn || Object.keys(chosen).length > 0;
  return (
    <>
      <div className="surface settings-card">
        <Switch
          label="Single-key shortcuts"
          description="Switched off, only shortcuts with Ctrl or Alt work: for dictation, or when keys are hit by accident. Everything here has a button as well."
          size="md"
          checked={areLettersOn}
          onChange={(event) => setLetters(event.currentTarget.checked)}
        />
        {isChanged && (
          <Act variant="default" mt={12} onClick={forgetKeyChoices}>
            All keys as they were
          </Act>
        )}
      </div>
      <p className="dimmed">The keys of a screen stand here once it was opened on this computer.</p>
      {groups.map(([group, shortcuts]) => (
        <div key={group} className="surface settings-card key-group">
          <h3>{group}</h3>
          <ul>
            {shortcuts.map((shortcut) => {
              const own = chosen[idOf(shortcut)];
              const keys = own ?? shortcut.keys;
              const isDeaf = !areLettersOn && isCharacterChord(chordsOf(keys)[0] ?? '');
              return (
                <li key={idOf(shortcut)}>
                  <span>{shortcut.word}</span>
                  <span>
                    <KeyCaps keys={keys} />
                    {isDeaf && ' off'}
                  </span>
                  <span className="key-acts">
                    <Act
                      variant="default"
                      px={12}
                      aria-label={`Change the keys of ${shortcut.word}`}
                      onClick={() => setRemapped(shortcut)}
                    >
                      Change
                    </Act>
                    {own !== undefined && (
                      <Act
                        variant="subtle"
                        px={12}
                        aria-label={`Usual keys for ${shortcut.word}`}
                        onClick={() => chooseKeys(idOf(shortcut), null)}
                      >
                        Usual
                      </Act>
                    )}
                  </span>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
      {remapped !== null && <RemapDialog shortcut={remapped} onClose={() => setRemapped(null)} />}
    </>
  );
}

/** Those that are heard everywhere first. */
function groupsOf(known: readonly KnownShortcut[]): readonly (readonly [string, readonly KnownShortcut[]])[] {
  const groups = Map.groupBy(known, ({ group }) => group);
  return [...groups].toSorted(([left], [right]) => Number(right === everywhere) - Number(left === everywhere));
}
