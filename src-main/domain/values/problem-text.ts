// Problems as a person reads them: where, then what and how to mend it.
import type { Problem } from '#base/result.ts';

/** `at 12: text values need single quotes: 'edge1'.`; `tags["a b"]: a key may not contain a space …`. */
export function problemText({ at, message }: Problem): string {
  return typeof at === 'number' ? `at ${at}: ${message}` : `${at}: ${message}`;
}

const longestQuote = 60;
/** Texts in quotes, of which an apostrophe or a quote that stands alone is none, and whatever else has no blank in it. */
const quoted = /(?<![\p{L}\p{N}])'(?=\S)[^']*'|"(?=\S)[^"]*"|\S+/gu;

/**
 * A sentence in which nothing that it quotes is longer than a person reads: what an attacker, or a paste gone wrong, repeats
 * eight thousand times is told by its beginning.
 * `9999…(8192 of them) is not a number: …` → `999999999999999999999999999999999999999999999999999999999999… is not a number: …`
 */
export function legible(message: string): string {
  return message.replaceAll(quoted, (text) =>
    text.length <= longestQuote + 2 ? text : `${text.slice(0, longestQuote).toWellFormed()}…`,
  );
}

export function problemsText(problems: readonly Problem[]): string {
  return problems.map(problemText).join(' ');
}
