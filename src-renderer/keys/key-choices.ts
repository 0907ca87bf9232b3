// Which keys a person chose instead of ours, and whether letters are heard at all: for the Settings screen, kept in this browser.
import { createKept, fieldOf } from '#renderer/link/kept.ts';
import { keysProblem } from './key-chords.ts';

interface KeyChoices {
  /** Letters, digits and signs without Ctrl or Alt. */
  readonly areLettersOn: boolean;
  /** Shortcut's id (`Devices: Add device`) → keys chosen; one that is not here has its usual keys. */
  readonly keys: Readonly<Record<string, string>>;
}

export const useKeyChoices = createKept<KeyChoices>('lanyard.keys', (kept) => ({
  areLettersOn: fieldOf(kept, 'areLettersOn') !== false,
  keys: keysIn(fieldOf(kept, 'keys')),
}));

export function setLetters(areLettersOn: boolean): void {
  useKeyChoices.setState({ areLettersOn });
}

/** Null: its usual keys again. Who asks has seen to it that they are free (`keysProblem`, `shortcutsWith`). */
export function chooseKeys(id: string, keys: string | null): void {
  const others = Object.entries(useKeyChoices.getState().keys).filter(([known]) => known !== id);
  const chosen: [string, string][] = keys === null || keysProblem(keys) !== null ? [] : [[id, keys]];
  useKeyChoices.setState({ keys: Object.fromEntries([...others, ...chosen]) });
}

export function forgetKeyChoices(): void {
  useKeyChoices.setState({ areLettersOn: true, keys: {} });
}

function keysIn(kept: unknown): Readonly<Record<string, string>> {
  if (typeof kept !== 'object' || kept === null) return {};
  const pairs = Object.entries(kept).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && keysProblem(pair[1]) === null,
  );
  return Object.fromEntries(pairs);
}
