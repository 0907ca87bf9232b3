// The words for a token that may not stand where it stands: each names it and says how to mend the condition.
import { isSymbol, keywordOf, type Cursor } from './condition-cursor.ts';
import type { Token } from './condition-tokens.ts';

const comparisonSigns: readonly string[] = ['=', '!=', '<>', '<', '<=', '>', '>='];

export function isComparisonSign(token: Token | undefined): boolean {
  return token?.kind === 'symbol' && comparisonSigns.includes(token.source);
}

/** Where a path or a value has to stand. */
export function operandExpected(cursor: Cursor): string {
  const token = cursor.token();
  const before = cursor.previous();
  if (token.kind === 'end') {
    return before === undefined
      ? 'the condition is missing: write one, or * for every device.'
      : `something is missing after ${before.source}: complete the condition, or remove ${before.source}.`;
  }
  if (isComparisonSign(token)) {
    return isComparisonSign(before)
      ? `one comparison sign is enough: remove ${token.source}.`
      : `a path is missing before ${token.source}: name what to compare, as in tags.site = 'north'.`;
  }
  if (keywordOf(token) === 'NOT') return 'NOT stands before a whole comparison: write NOT (a = b), not a = NOT b.';
  if (isSymbol(token, '*')) return '* stands alone and matches every device: remove it, or all the rest.';
  if (isSymbol(token, '[')) return 'a list stands only after IN or NIN: write tags.site IN [ … ].';
  return `something is missing before ${token.source}: complete the condition, or remove ${token.source}.`;
}

/** Where a finished expression may only go on with AND, OR or a comparison. */
export function operatorExpected(cursor: Cursor): string {
  const token = cursor.token();
  if (isSymbol(token, ')')) return 'there is no parenthesis to close: remove ), or add ( before.';
  if (isComparisonSign(token)) {
    return `only two things are compared at a time: put the comparison before ${token.source} into parentheses.`;
  }
  const word = token.source.toUpperCase();
  if (word === 'LIKE' || word === 'BETWEEN') {
    return `${word} is not known: use ${word === 'LIKE' ? 'STARTSWITH, ENDSWITH or CONTAINS' : '>= and <='}.`;
  }
  if (token.kind === 'symbol' && token.source !== '(') return operandOnly(token);
  return `AND or OR is missing before ${token.source}.`;
}

function operandOnly(token: Token): string {
  if (token.source === '*') return '* stands alone and matches every device: remove it, or all the rest.';
  return `unexpected ${token.source}: remove it.`;
}
