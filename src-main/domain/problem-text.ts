// Problems as a person reads them: where, then what and how to mend it.
import type { Problem } from '#base/result.ts';

/** `at 12: text values need single quotes: 'edge1'.`; `tags["a b"]: a key may not contain a space …`. */
export function problemText({ at, message }: Problem): string {
  return typeof at === 'number' ? `at ${at}: ${message}` : `${at}: ${message}`;
}

export function problemsText(problems: readonly Problem[]): string {
  return problems.map(problemText).join(' ');
}
