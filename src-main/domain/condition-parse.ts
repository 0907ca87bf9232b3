// Reads a condition into a tree, one function a level, loosest first: OR, AND, NOT, comparison (conditions.md). Wrong paths are
// all told at once; wrong syntax ends the reading, since what follows it would be guesswork.
import { failure, success, type Result } from '#base/result.ts';
import type { Comparison, Expression, LiteralValue, TextTest } from './condition-ast.ts';
import { createCursor, isSymbol, keywordOf, type Cursor } from './condition-cursor.ts';
import { pathOf, pathRefusal } from './condition-path.ts';
import { isComparisonSign, operandExpected, operatorExpected } from './condition-refusal.ts';
import { readTokens, type Token } from './condition-tokens.ts';

type Word = Token & { kind: 'word' };

/** The tree of a condition that is neither empty nor `*`; `at` of a problem is an offset into `source`. */
export function parseExpression(source: string): Result<Expression> {
  const tokens = readTokens(source);
  if (!tokens.ok) return tokens;
  const cursor = createCursor(tokens.value, { kind: 'end', at: source.length, source: '' });
  const expression = readOr(cursor);
  if (expression !== undefined && cursor.token().kind !== 'end') cursor.refuse(operatorExpected(cursor));
  return expression === undefined || cursor.problems.length > 0 ? failure(cursor.problems) : success(expression);
}

function readOr(cursor: Cursor): Expression | undefined {
  return readChain(cursor, 'OR', readAnd);
}

function readAnd(cursor: Cursor): Expression | undefined {
  return readChain(cursor, 'AND', readNot);
}

function readChain(
  cursor: Cursor,
  keyword: 'AND' | 'OR',
  readOperandOf: (cursor: Cursor) => Expression | undefined,
): Expression | undefined {
  const first = readOperandOf(cursor);
  if (first === undefined || keywordOf(cursor.token()) !== keyword) return first;
  const operands = [first];
  while (keywordOf(cursor.token()) === keyword) {
    cursor.take();
    const operand = readOperandOf(cursor);
    if (operand === undefined) return undefined;
    operands.push(operand);
  }
  return { kind: keyword === 'AND' ? 'and' : 'or', operands };
}

function readNot(cursor: Cursor): Expression | undefined {
  if (keywordOf(cursor.token()) !== 'NOT') return readComparison(cursor);
  cursor.take();
  const operand = cursor.deeper(readNot);
  return operand && { kind: 'not', operand };
}

function readComparison(cursor: Cursor): Expression | undefined {
  const left = readOperand(cursor);
  if (left === undefined) return undefined;
  const token = cursor.token();
  const keyword = keywordOf(token);
  if (keyword === 'IN' || keyword === 'NIN') {
    cursor.take();
    const values = readList(cursor, keyword);
    return values && { kind: 'in', negated: keyword === 'NIN', subject: left, values };
  }
  if (!isComparisonSign(token)) return left;
  cursor.take();
  const right = readOperand(cursor);
  const comparison = token.source === '<>' ? '!=' : (token.source as Comparison);
  return right && { kind: 'compare', comparison, left, right };
}

function readOperand(cursor: Cursor): Expression | undefined {
  const literal = readLiteral(cursor);
  if (literal !== undefined) return { kind: 'literal', value: literal };
  const token = cursor.token();
  if (isSymbol(token, '(')) return readParentheses(cursor);
  if (token.kind !== 'word' || keywordOf(token) !== undefined) return cursor.refuse(operandExpected(cursor));
  return readPathOrCall(cursor, token);
}

/** A literal, passed; undefined, and nothing passed, when there is none. */
function readLiteral(cursor: Cursor): LiteralValue | undefined {
  const token = cursor.token();
  if (token.kind === 'text' || token.kind === 'number') {
    cursor.take();
    return token.value;
  }
  const keyword = keywordOf(token);
  if (keyword !== 'TRUE' && keyword !== 'FALSE' && keyword !== 'NULL') return undefined;
  cursor.take();
  return keyword === 'NULL' ? null : keyword === 'TRUE';
}

function readParentheses(cursor: Cursor): Expression | undefined {
  const opening = cursor.take();
  const inside = cursor.deeper(readOr);
  if (inside === undefined) return undefined;
  return close(cursor, opening) ? inside : undefined;
}

function close(cursor: Cursor, opening: Token): boolean {
  if (isSymbol(cursor.token(), ')')) {
    cursor.take();
    return true;
  }
  const isOpen = cursor.token().kind === 'end';
  cursor.refuse(isOpen ? `the parenthesis opened at ${opening.at} is not closed: add ).` : operatorExpected(cursor));
  return false;
}

function readPathOrCall(cursor: Cursor, word: Word): Expression | undefined {
  const before = cursor.previous();
  cursor.take();
  if (word.segments.length === 1 && isSymbol(cursor.token(), '(')) return readCall(cursor, word);
  const path = pathOf(word.segments);
  if (path !== undefined) return { kind: 'path', path };
  cursor.refuse(pathRefusal(word, before, cursor.token()), word);
  // A query pasted whole has nothing in it that could be read as a condition; any other word stands where a path would.
  return /^(?:SELECT|FROM)$/i.test(word.source) ? undefined : { kind: 'literal', value: null };
}

function readCall(cursor: Cursor, word: Word): Expression | undefined {
  const name = word.source.toUpperCase();
  const opening = cursor.take();
  if (name === 'IS_DEFINED') {
    const path = readPathArgument(cursor, name);
    return path && close(cursor, opening) ? { kind: 'is-defined', path } : undefined;
  }
  if (name !== 'STARTSWITH' && name !== 'ENDSWITH' && name !== 'CONTAINS') {
    const known = 'the known ones are IS_DEFINED, STARTSWITH, ENDSWITH and CONTAINS';
    return cursor.refuse(`there is no function ${word.source}: ${known}.`, word);
  }
  return readTextTest(cursor, name, opening);
}

function readTextTest(cursor: Cursor, test: TextTest, opening: Token): Expression | undefined {
  const path = readPathArgument(cursor, test);
  if (path === undefined) return undefined;
  if (!isSymbol(cursor.token(), ',')) return cursor.refuse(`${test} takes a path and a text: add , 'text'.`);
  cursor.take();
  const token = cursor.token();
  if (token.kind !== 'text') return cursor.refuse(`${test} takes a text in single quotes here: write 'text'.`);
  cursor.take();
  return close(cursor, opening) ? { kind: 'text-test', test, path, text: token.value } : undefined;
}

function readPathArgument(cursor: Cursor, name: string): ReturnType<typeof pathOf> {
  const token = cursor.token();
  const path = token.kind === 'word' ? pathOf(token.segments) : undefined;
  if (path === undefined) return cursor.refuse(`${name} takes a path here: write tags.site, say, without quotes.`);
  cursor.take();
  return path;
}

function readList(cursor: Cursor, keyword: 'IN' | 'NIN'): readonly LiteralValue[] | undefined {
  if (!isSymbol(cursor.token(), '[')) return cursor.refuse(`${keyword} takes a list: write ${keyword} ['a', 'b'].`);
  const values: LiteralValue[] = [];
  do {
    cursor.take();
    const value = readLiteral(cursor);
    if (value === undefined) return cursor.refuse(listRefusal(cursor));
    values.push(value);
  } while (isSymbol(cursor.token(), ','));
  if (!isSymbol(cursor.token(), ']')) return cursor.refuse('the list goes on with a comma or ends with ]: add one.');
  cursor.take();
  return values;
}

function listRefusal(cursor: Cursor): string {
  const token = cursor.token();
  if (token.kind === 'word') return `a list holds values only: put text into single quotes, as in '${token.source}'.`;
  return 'a value is missing in the list: add one, or remove the comma before.';
}
