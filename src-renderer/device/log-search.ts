// Finding words or a pattern in lines of a log. A pattern is the person's own, but one such as `(a+)+$` would hold the page for years
// over one line, and nothing in a page can end a match that is under way: such a pattern is refused, and each line is looked at in part.

export interface LogSearch {
  /** Null: nothing is looked for. */
  readonly pattern: RegExp | null;
  readonly problem: string | null;
}

const longestPattern = 256;
const longestLooked = 2_000;
// A repeated group in which something repeats, or in which alternatives stand.
const nested = /\((?:[^()\\]|\\.)*(?:[+*}]|\|)(?:[^()\\]|\\.)*\)\s*(?:[+*]|\{\d+,)/;

export function logSearch(text: string, isRegex: boolean): LogSearch {
  if (text === '') return { pattern: null, problem: null };
  if (!isRegex) return { pattern: new RegExp(escaped(text), 'giu'), problem: null };
  if (text.length > longestPattern)
    return {
      pattern: null,
      problem: `A pattern has at most ${longestPattern} characters; this one has ${text.length}.`,
    };
  if (nested.test(text))
    return {
      pattern: null,
      problem: 'This pattern repeats what repeats, and could take for ever: write a simpler one.',
    };
  try {
    return { pattern: new RegExp(text, 'gi'), problem: null };
  } catch (error) {
    // The one way the platform tells that text is no pattern.
    return { pattern: null, problem: error instanceof Error ? error.message : String(error) };
  }
}

export interface Stretch {
  readonly text: string;
  readonly isHit: boolean;
}

/** A line in the parts that match and those that do not. `a1b` with /\d/ → `a`, hit `1`, `b`. */
export function stretchesOf(text: string, pattern: RegExp | null): readonly Stretch[] {
  if (pattern === null) return [{ text, isHit: false }];
  const looked = text.slice(0, longestLooked);
  const stretches: Stretch[] = [];
  let from = 0;
  for (const found of looked.matchAll(pattern)) {
    if (found[0] === '') continue;
    if (found.index > from) stretches.push({ text: text.slice(from, found.index), isHit: false });
    stretches.push({ text: found[0], isHit: true });
    from = found.index + found[0].length;
  }
  if (from < text.length || stretches.length === 0) stretches.push({ text: text.slice(from), isHit: false });
  return stretches;
}

export function isHit(text: string, pattern: RegExp): boolean {
  // `test` would leave in the pattern where it stopped, and the next line would be looked at from there.
  return text.slice(0, longestLooked).search(pattern) !== -1;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
