// The words for a token that may not stand where it stands: each names it and says how to mend the expression.
import { ownValue } from '#base/json.ts';
import { infixOf, isSymbol, keywordOf, type Cursor } from './expression-cursor.ts';
import type { Token } from './expression-tokens.ts';

const comparisonSigns: readonly string[] = ['=', '!=', '<>', '<', '<=', '>', '>='];

export function isComparisonSign(token: Token | undefined): boolean {
  return isSymbol(token, ...comparisonSigns);
}

/** Where a path or a value has to stand. */
export function operandExpected(cursor: Cursor): string {
  const token = cursor.token();
  const before = cursor.previous();
  const { absent, noun, star } = cursor.dialect;
  if (token.kind === 'end') {
    if (before === undefined) return absent;
    return `something is missing after ${before.source}: complete the ${noun}, or remove ${before.source}.`;
  }
  if (isComparisonSign(token)) {
    if (before?.source === '=' && isSymbol(token, '<', '>')) return `=${token.source} is written ${token.source}=.`;
    return isComparisonSign(before)
      ? `one comparison sign is enough: remove ${token.source}.`
      : `a path is missing before ${token.source}: name what to compare, as in tags.site = 'north'.`;
  }
  if (keywordOf(token, cursor.dialect) === 'NOT') {
    return 'NOT stands before a whole comparison: write NOT (a = b), not a = NOT b.';
  }
  if (star !== null && isSymbol(token, '*')) return star;
  if (isSymbol(token, '[')) return 'a list stands only after IN or NIN: write tags.site IN [ … ].';
  return `something is missing before ${token.source}: complete the ${noun}, or remove ${token.source}.`;
}

// What people bring along from SQL.
const foreignOperators: Readonly<Record<string, string>> = {
  BETWEEN: '>= and <=',
  IS: '= null or != null',
  LIKE: 'STARTSWITH, ENDSWITH or CONTAINS',
};

/** Where a finished expression may only go on with an operator. */
export function operatorExpected(cursor: Cursor): string {
  const token = cursor.token();
  if (isSymbol(token, ')')) return 'there is no parenthesis to close: remove ), or add ( before.';
  if (isComparisonSign(token)) {
    return `only two things are compared at a time: put the comparison before ${token.source} into parentheses.`;
  }
  if (infixOf(cursor) !== undefined) return `put what stands before ${token.source} into parentheses.`;
  if (isDecimalComma(cursor)) return 'a number is written with a point, as in 1.5: replace the comma.';
  const word = token.source.toUpperCase();
  const mend = ownValue(foreignOperators, word);
  if (mend !== undefined) return `${word} is not known: use ${mend}.`;
  if (word === 'NOT' && cursor.following().source.toUpperCase() === 'IN') return 'NOT IN is not known: use NIN [ … ].';
  if (cursor.dialect.reserved.includes(word)) return `${token.source} may not follow here: remove it.`;
  const { star } = cursor.dialect;
  if (star !== null && isSymbol(token, '*')) return star;
  if (isSymbol(token, '[') && cursor.previous()?.kind === 'word') {
    return 'a key stands behind a dot: write tags.site, or tags.[[a b]] where it has blanks.';
  }
  if (token.kind === 'symbol' && token.source !== '(') return `unexpected ${token.source}: remove it.`;
  return `AND or OR is missing before ${token.source}.`;
}

/** A comma between two numbers, with no blank beside it. */
function isDecimalComma(cursor: Cursor): boolean {
  const [before, token, after] = [cursor.previous(), cursor.token(), cursor.following()];
  if (!isSymbol(token, ',') || before?.kind !== 'number' || after.kind !== 'number') return false;
  return before.at + before.source.length === token.at && token.at + 1 === after.at;
}
