// How well a name fits what somebody types: all words of it, whole, as beginnings, or as letters in their order.
// INVARIANT: a better kind of fit always goes before a worse one, however long the names are.

const kindWeight = 1_000;

/**
 * The fit of a lower-case name, greater is better; null: it does not fit. The empty search fits everything alike.
 * Example: `pr3` fits `press-3`, `press 3` fits it better, `press-3` best.
 */
export function fitOf(name: string, words: readonly string[]): number | null {
  let total = 0;
  for (const word of words) {
    const fit = wordFit(name, word);
    if (fit === null) return null;
    total += fit;
  }
  return total;
}

export function searchWords(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

function wordFit(name: string, word: string): number | null {
  const at = name.indexOf(word);
  // Of two that fit alike the shorter one is meant: it has less that was not typed.
  const spare = Math.min(kindWeight - 1, name.length - word.length);
  if (at === 0) return (name.length === word.length ? 5 : 4) * kindWeight - spare;
  if (at > 0) return (isBoundary(name, at) ? 3 : 2) * kindWeight - spare;
  return isInOrder(name, word) ? kindWeight - spare : null;
}

function isBoundary(name: string, at: number): boolean {
  return /[^\p{L}\p{N}]/u.test(name.charAt(at - 1));
}

function isInOrder(name: string, word: string): boolean {
  let at = -1;
  for (const letter of word) {
    at = name.indexOf(letter, at + 1);
    if (at === -1) return false;
  }
  return true;
}
