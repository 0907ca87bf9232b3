// Functions of an expression: what each takes, and what is said when it is given something else.
import { ownValue } from '#base/json.ts';
import type { Expression, TextTest } from './expression-ast.ts';
import { isSymbol, type Cursor } from './expression-cursor.ts';
import type { FunctionForm } from './expression-dialect.ts';
import { readLiteral } from './expression-literals.ts';
import { operatorExpected } from './expression-refusal.ts';
import type { Token, Word } from './expression-tokens.ts';
import { readPathArgument } from './expression-words.ts';

/** Reads a call from its name on; `readExpression` reads an argument that may be any expression. */
export function readCall(
  cursor: Cursor,
  word: Word,
  readExpression: () => Expression | undefined,
): Expression | undefined {
  const { functions } = cursor.dialect;
  const name = word.source.toUpperCase();
  const form = ownValue(functions, name);
  if (form === undefined) {
    return cursor.refuse(`there is no function ${word.source}: ${knownOnes(Object.keys(functions))}.`, word);
  }
  cursor.take();
  const opening = cursor.take();
  const call = readArguments(cursor, form, name, readExpression);
  return call && passClosing(cursor, opening) ? call : undefined;
}

function knownOnes(names: readonly string[]): string {
  return `the known ones are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function readArguments(
  cursor: Cursor,
  form: FunctionForm,
  name: string,
  readExpression: () => Expression | undefined,
): Expression | undefined {
  switch (form) {
    case 'is-defined': {
      const path = readPathArgument(cursor, name);
      return path && { kind: 'is-defined', path };
    }
    case 'text-test':
      return readTextTest(cursor, name as TextTest, readExpression);
    case 'array-contains':
      return readArrayContains(cursor, name);
  }
}

function readTextTest(
  cursor: Cursor,
  test: TextTest,
  readExpression: () => Expression | undefined,
): Expression | undefined {
  const takesPath = cursor.dialect.textTestsTake === 'path';
  const subject = takesPath ? readPathSubject(cursor, test) : readExpression();
  if (subject === undefined || !passComma(cursor, `${test} takes a path and a text: add , 'text'.`)) return undefined;
  const token = cursor.token();
  if (token.kind !== 'text') return cursor.refuse(`${test} takes a text in single quotes here: write 'text'.`);
  cursor.take();
  return { kind: 'text-test', test, subject, text: token.value };
}

function readPathSubject(cursor: Cursor, name: string): Expression | undefined {
  const path = readPathArgument(cursor, name);
  return path && { kind: 'path', path };
}

function readArrayContains(cursor: Cursor, name: string): Expression | undefined {
  const path = readPathArgument(cursor, name);
  if (path === undefined || !passComma(cursor, `${name} takes a path and a value: add , 'value'.`)) return undefined;
  const value = readLiteral(cursor);
  if (value === undefined)
    return cursor.refuse(`${name} takes a value here: write a text, a number, true, false or null.`);
  return { kind: 'array-contains', path, value };
}

function passComma(cursor: Cursor, otherwise: string): boolean {
  const isThere = isSymbol(cursor.token(), ',');
  if (isThere) cursor.take();
  else cursor.refuse(otherwise);
  return isThere;
}

/** Passes the parenthesis that closes `opening`; false, and refused, when something else stands there. */
export function passClosing(cursor: Cursor, opening: Token): boolean {
  const token = cursor.token();
  const isThere = isSymbol(token, ')');
  if (isThere) cursor.take();
  else if (token.kind === 'end') cursor.refuse(`the parenthesis opened at ${opening.at} is not closed: add ).`);
  else cursor.refuse(operatorExpected(cursor));
  return isThere;
}
