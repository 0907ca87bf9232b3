// Keys as people write them, `n`, `g s`, `Ctrl+K`, `Shift+R`, `?`, and what a keyboard sends, in one notation.
// Letters are told by what is printed on the key in Latin, so that a keyboard of another script finds them too.

interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

const named: Readonly<Record<string, string>> = { ' ': 'Space', Escape: 'Esc' };
const modifiers: ReadonlySet<string> = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Dead']);

/**
 * The chord a key press is; null for a modifier alone. Command on a Mac counts as Ctrl.
 * Example: Shift and the key R → `Shift+R`; the key r → `r`; Ctrl and k → `Ctrl+K`; `?` is `?` wherever it lies.
 */
export function chordOf(press: KeyPress): string | null {
  if (modifiers.has(press.key)) return null;
  const key = latin(press);
  const isLetter = /^[a-z]$/i.test(key);
  const isAltGraph = press.ctrlKey && press.altKey && key.length === 1 && !isLetter;
  const hasCtrl = (press.ctrlKey || press.metaKey) && !isAltGraph;
  // Larger and smaller: on half of all keyboards the plus is there without Shift, on the others it is the equals sign with it.
  if (hasCtrl && key === '+') return 'Ctrl+=';
  const hasAlt = press.altKey && !isAltGraph;
  // A sign that needs Shift is named by itself; what it is called may not depend on where a keyboard has it.
  const hasShift = press.shiftKey && (isLetter || key.length > 1);
  const isHeld = hasCtrl || hasAlt || hasShift;
  return `${hasCtrl ? 'Ctrl+' : ''}${hasAlt ? 'Alt+' : ''}${hasShift ? 'Shift+' : ''}${
    isLetter ? (isHeld ? key.toUpperCase() : key.toLowerCase()) : key
  }`;
}

function latin({ key, code }: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  const isOther = /^\p{L}$/u.test(key) && !/^\p{Script=Latin}$/u.test(key);
  return isOther && letter !== undefined ? letter : (named[key] ?? key);
}

/** The chords of a shortcut, in turn: `g s` → `g`, `s`. */
export function chordsOf(keys: string): readonly string[] {
  return keys.split(' ').filter((chord) => chord !== '');
}

/** Whether it is a letter, digit or sign without Ctrl or Alt: what dictation and a slipped finger send (WCAG 2.1.4). */
export function isCharacterChord(chord: string): boolean {
  return chord.length === 1 || /^Shift\+.$/.test(chord);
}

/** Why these keys are none that can be heard, in words; null: they can. */
export function keysProblem(keys: string): string | null {
  const chords = chordsOf(keys);
  if (chords.length === 0) return 'Press the keys that it is to have.';
  if (chords.length > 2) return 'Two keys in turn are the most.';
  return null;
}
