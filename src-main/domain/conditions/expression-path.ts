// Which paths a dialect knows: a table of roots. Root names in any case, all below them case-sensitive (conditions.md).
import type { ExpressionPath } from './expression-ast.ts';

export interface Root {
  /** As it is written, in its own case: `['properties', 'reported']`. */
  readonly spelling: readonly string[];
  readonly root: string;
  /** The segments of the path when these may follow the root; undefined when they may not. */
  readonly below: (rest: readonly string[]) => readonly string[] | undefined;
  /** What is said when they may not: a sentence about the path `source`, which may begin with `notThis`. */
  readonly refusal: (source: string, notThis: string) => string;
}

/** The path that segments are by a table of roots. */
export function findPath(roots: readonly Root[], segments: readonly string[]): ExpressionPath | undefined {
  const found = findRoot(roots, segments);
  const below = found?.below(segments.slice(found.spelling.length));
  return found === undefined || below === undefined ? undefined : { root: found.root, segments: below };
}

/** The root that segments begin with, whatever follows it. */
export function findRoot(roots: readonly Root[], segments: readonly string[]): Root | undefined {
  return roots.find(({ spelling }) =>
    spelling.every((name, index) => name.toLowerCase() === segments[index]?.toLowerCase()),
  );
}

/** A root that is a value itself and has no parts. */
export function field(name: string): Root {
  return {
    spelling: [name],
    root: name,
    below: (rest) => (rest.length === 0 ? [] : undefined),
    refusal: (_source, notThis) => `${notThis}: ${name} has no parts, write ${name}.`,
  };
}

/** A root that holds keys; whether it may be named as a whole depends on the dialect. */
export function section(spelling: readonly string[], root: string, { asWhole }: { readonly asWhole: boolean }): Root {
  return {
    spelling,
    root,
    below: (rest) => (rest.length > 0 || asWhole ? rest : undefined),
    refusal: (source) => `${source} is no value: name a key, as in ${source}.site.`,
  };
}

const plain = /^(?:[A-Za-z_$][A-Za-z0-9_$-]*|[0-9]+)$/;

/** A path as it is written: `properties.reported.[[a b]].c`. */
export function pathText({ root, segments }: ExpressionPath): string {
  const first = root === 'desired' || root === 'reported' ? `properties.${root}` : root;
  return [first, ...segments.map((segment) => (plain.test(segment) ? segment : `[[${segment}]]`))].join('.');
}
