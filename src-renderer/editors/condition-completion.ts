// What a half-typed target condition may go on with: names of tags that the site has, the fields a condition reads, its words.

export interface Completions {
  /** What the chosen one takes the place of. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly string[];
}

const fields = ['deviceId', 'properties.reported.'];
const words = ['AND', 'OR', 'NOT', 'IN', 'IS_DEFINED(', 'STARTSWITH(', 'ENDSWITH(', 'CONTAINS('];
const mostOptions = 8;
const wordBefore = /[\w.$]+$/;
const plainName = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** Null: nothing to offer. `tags.` and the beginning of a name offers the tags of the site that begin so. */
export function completionsAt(text: string, caret: number, tagPaths: readonly string[]): Completions | null {
  const before = text.slice(0, caret);
  if (isInText(before)) return null;
  const typed = wordBefore.exec(before)?.[0] ?? '';
  if (typed === '') return null;
  const lower = typed.toLowerCase();
  const options = candidates(tagPaths)
    .filter((option) => option.toLowerCase().startsWith(lower) && option !== typed)
    .slice(0, mostOptions);
  return options.length === 0 ? null : { from: caret - typed.length, to: caret, options };
}

/** The text with the option in it, and where the caret stands then. */
export function completed(text: string, { from, to }: Completions, option: string): { text: string; caret: number } {
  // A field goes on with its name, a function with what it takes.
  const space = option.endsWith('(') || option.endsWith('.') ? '' : ' ';
  const after = text.slice(to).trimStart();
  return { text: `${text.slice(0, from)}${option}${space}${after}`, caret: from + option.length + space.length };
}

function candidates(tagPaths: readonly string[]): readonly string[] {
  // Other names have to be written with brackets, which few would complete.
  return [...tagPaths.filter((path) => plainName.test(path)).map((path) => `tags.${path}`), ...fields, ...words];
}

function isInText(before: string): boolean {
  return (before.split("'").length - 1) % 2 === 1;
}
