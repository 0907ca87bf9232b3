// Reads an expression into a tree by binding powers (Pratt): an operator takes the operand to its right for as long as what
// follows binds tighter. Wrong paths are all told at once; wrong syntax ends the reading, since what follows it would be guesswork.
import { failure, success, type Result } from '#base/result.ts';
import type { ArithmeticOperator, Comparison, Expression } from './expression-ast.ts';
import { passClosing, readCall } from './expression-calls.ts';
import { infixOf, isSymbol, keywordOf, openCursor, type Cursor } from './expression-cursor.ts';
import type { Dialect, Infix } from './expression-dialect.ts';
import { readList, readLiteral } from './expression-literals.ts';
import { operandExpected, operatorExpected } from './expression-refusal.ts';
import type { Token, Word } from './expression-tokens.ts';
import { readPath } from './expression-words.ts';

const loosest = 0;
const tightest = Infinity;

/** The tree of a text that is one expression from end to end; `at` of a problem is an offset into `source`. */
export function parseExpression(source: string, dialect: Dialect): Result<Expression> {
  const cursor = openCursor(source, dialect);
  if (!cursor.ok) return cursor;
  const expression = parseExpressionAt(cursor.value, ({ kind }) => kind === 'end');
  const { problems } = cursor.value;
  return expression === undefined || problems.length > 0 ? failure(problems) : success(expression);
}

/**
 * One expression out of a longer text (a clause of a query), up to where `isEnd` says that it may end. Undefined when there is
 * none: why stands in the cursor's problems. A wrong path is noted there too, and the reading goes on.
 */
export function parseExpressionAt(cursor: Cursor, isEnd: (token: Token) => boolean): Expression | undefined {
  const expression = readExpression(cursor, loosest);
  if (expression === undefined || isEnd(cursor.token())) return expression;
  return cursor.refuse(operatorExpected(cursor));
}

/** What an operand became, and the loosest operator that may still follow: `a = b` is no operand of a further `=`. */
interface Operand {
  readonly expression: Expression;
  readonly atMost: number;
}

/** Reads on for as long as operators bind at least as tight as `power`. */
function readExpression(cursor: Cursor, power: number): Expression | undefined {
  let left = readPrefix(cursor, power);
  for (;;) {
    if (left === undefined) return undefined;
    const infix = infixOf(cursor);
    if (infix === undefined || infix.power < power || infix.power > left.atMost) return left.expression;
    left = readInfix(cursor, left.expression, infix);
  }
}

function readInfix(cursor: Cursor, left: Expression, infix: Infix): Operand | undefined {
  const { power } = infix;
  switch (infix.makes) {
    case 'or':
    case 'and':
      return operand(readChain(cursor, left, infix.makes, power), power);
    case 'compare':
      return operand(readComparison(cursor, left, power), power - 1);
    case 'in':
      return operand(readIn(cursor, left), power - 1);
    case 'arithmetic':
      return operand(readArithmetic(cursor, left, power), power);
  }
}

function operand(expression: Expression | undefined, atMost: number): Operand | undefined {
  return expression && { expression, atMost };
}

function readChain(cursor: Cursor, first: Expression, kind: 'and' | 'or', power: number): Expression | undefined {
  const operands = [first];
  while (infixOf(cursor)?.makes === kind) {
    cursor.take();
    const next = readExpression(cursor, power + 1);
    if (next === undefined) return undefined;
    operands.push(next);
  }
  return { kind, operands };
}

function readComparison(cursor: Cursor, left: Expression, power: number): Expression | undefined {
  const { source } = cursor.take();
  const right = readExpression(cursor, power + 1);
  const comparison = source === '<>' ? '!=' : (source as Comparison);
  return right && { kind: 'compare', comparison, left, right };
}

function readIn(cursor: Cursor, subject: Expression): Expression | undefined {
  const keyword = cursor.take().source.toUpperCase();
  const values = readList(cursor, keyword);
  return values && { kind: 'in', negated: keyword === 'NIN', subject, values };
}

function readArithmetic(cursor: Cursor, left: Expression, power: number): Expression | undefined {
  if (!cursor.countArithmetic()) return undefined;
  const operator = cursor.take().source as ArithmeticOperator;
  const right = readExpression(cursor, power + 1);
  return right && { kind: 'arithmetic', operator, left, right };
}

function readPrefix(cursor: Cursor, power: number): Operand | undefined {
  const { notPower, minusPower } = cursor.dialect;
  const literal = readLiteral(cursor);
  if (literal !== undefined) return operand({ kind: 'literal', value: literal }, tightest);
  const token = cursor.token();
  if (isSymbol(token, '(')) return operand(readParentheses(cursor), tightest);
  if (minusPower !== null && isSymbol(token, '-')) return operand(readNegation(cursor, minusPower), minusPower);
  const keyword = keywordOf(token, cursor.dialect);
  if (keyword === 'NOT' && power <= notPower) return operand(readNot(cursor, notPower), notPower);
  if (keyword === 'UNDEFINED') return operand(readUndefined(cursor), tightest);
  if (token.kind !== 'word' || keyword !== undefined) return cursor.refuse(operandExpected(cursor));
  return operand(readNamed(cursor, token), tightest);
}

function readParentheses(cursor: Cursor): Expression | undefined {
  const opening = cursor.take();
  const inside = cursor.deeper(() => readExpression(cursor, loosest));
  return inside && passClosing(cursor, opening) ? inside : undefined;
}

function readNegation(cursor: Cursor, power: number): Expression | undefined {
  cursor.take();
  const inside = cursor.deeper(() => readExpression(cursor, power));
  return inside && { kind: 'negate', operand: inside };
}

function readNot(cursor: Cursor, power: number): Expression | undefined {
  cursor.take();
  const inside = cursor.deeper(() => readExpression(cursor, power));
  return inside && { kind: 'not', operand: inside };
}

function readUndefined(cursor: Cursor): Expression {
  cursor.take();
  return { kind: 'undefined' };
}

function readNamed(cursor: Cursor, word: Word): Expression | undefined {
  if (word.segments.length === 1 && isSymbol(cursor.following(), '(')) {
    return readCall(cursor, word, () => cursor.deeper(() => readExpression(cursor, loosest)));
  }
  return readPath(cursor, word);
}
