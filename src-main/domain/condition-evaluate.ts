// Turns a condition's tree into a function, once; matching a device then only reads its twin. Three-valued: `undefined` stands
// for what cannot be known because a property is missing (conditions.md).
import type { Json, JsonObject } from '#base/json.ts';
import { isJsonObject } from '#base/json.ts';
import type { Comparison, ConditionPath, Expression, LiteralValue, TextTest } from './condition-ast.ts';
import type { ConditionSubject } from './twin.ts';

type Truth = boolean | undefined;
export type Test = (subject: ConditionSubject) => Truth;
type Reader = (subject: ConditionSubject) => Json | undefined;

/** The condition as a function of a device; only `true` matches. */
export function compileTest(expression: Expression): Test {
  switch (expression.kind) {
    case 'path':
      return truthOf(readerOf(expression.path));
    case 'literal': {
      const isTrue = expression.value === true;
      return () => isTrue;
    }
    case 'compare':
      return compileComparison(expression.comparison, expression.left, expression.right);
    case 'in':
      return compileList(expression.subject, expression.values, expression.negated);
    case 'is-defined': {
      const read = readerOf(expression.path);
      return (subject) => read(subject) !== undefined;
    }
    case 'text-test':
      return compileTextTest(expression.test, readerOf(expression.path), expression.text);
    case 'not':
      return not(compileTest(expression.operand));
    case 'and':
      return chain(expression.operands.map(compileTest), false);
    case 'or':
      return chain(expression.operands.map(compileTest), true);
  }
}

/** A path on its own: true only for `true`, unknown when missing. */
function truthOf(read: Reader): Test {
  return (subject) => {
    const value = read(subject);
    return value === undefined ? undefined : value === true;
  };
}

function not(test: Test): Test {
  return (subject) => {
    const truth = test(subject);
    return truth === undefined ? undefined : !truth;
  };
}

/** AND and OR after Kleene: one `decisive` operand decides, however unknown the others are. */
function chain(tests: readonly Test[], decisive: boolean): Test {
  return (subject) => {
    let isUnknown = false;
    for (const test of tests) {
      const truth = test(subject);
      if (truth === decisive) return decisive;
      if (truth === undefined) isUnknown = true;
    }
    return isUnknown ? undefined : !decisive;
  };
}

function compileValue(expression: Expression): Reader {
  if (expression.kind === 'path') return readerOf(expression.path);
  if (expression.kind !== 'literal') return compileTest(expression);
  const { value } = expression;
  return () => value;
}

function readerOf({ root, segments }: ConditionPath): Reader {
  if (root === 'deviceId') return (subject) => subject.deviceId;
  return (subject) => valueAt(subject[root], segments);
}

function valueAt(section: JsonObject, segments: readonly string[]): Json | undefined {
  let value: Json | undefined = section;
  for (const segment of segments) {
    if (!isJsonObject(value) || !Object.hasOwn(value, segment)) return undefined;
    value = value[segment];
  }
  return value;
}

function compileComparison(comparison: Comparison, left: Expression, right: Expression): Test {
  const presence = compilePresence(comparison, left, right) ?? compilePresence(comparison, right, left);
  if (presence !== undefined) return presence;
  const readLeft = compileValue(left);
  const readRight = compileValue(right);
  return (subject) => compare(comparison, readLeft(subject), readRight(subject));
}

/** `path = null` asks whether the path is missing, `path != null` whether it is there: twins hold no nulls. */
function compilePresence(comparison: Comparison, path: Expression, other: Expression): Test | undefined {
  if (path.kind !== 'path' || other.kind !== 'literal' || other.value !== null) return undefined;
  if (comparison !== '=' && comparison !== '!=') return undefined;
  const read = readerOf(path.path);
  return (subject) => (read(subject) === undefined) === (comparison === '=');
}

function compare(comparison: Comparison, left: Json | undefined, right: Json | undefined): Truth {
  if (!isScalar(left) || !isScalar(right)) return undefined;
  if (comparison === '=') return left === right;
  if (comparison === '!=') return left !== right;
  if (typeof left === 'number' && typeof right === 'number') return isOrdered(comparison, left, right);
  if (typeof left === 'string' && typeof right === 'string') return isOrdered(comparison, left, right);
  return undefined;
}

function isScalar(value: Json | undefined): value is LiteralValue {
  return value === null || (typeof value !== 'object' && value !== undefined);
}

/** Numbers by size, strings by code unit. */
function isOrdered<T extends number | string>(comparison: Comparison, left: T, right: T): boolean {
  if (left === right) return comparison === '<=' || comparison === '>=';
  return left < right === comparison.startsWith('<');
}

function compileList(subject: Expression, values: readonly LiteralValue[], negated: boolean): Test {
  const isIn = chain(
    values.map((value) => compileComparison('=', subject, { kind: 'literal', value })),
    true,
  );
  return negated ? not(isIn) : isIn;
}

/** Unknown unless the value is a text. */
function compileTextTest(test: TextTest, read: Reader, text: string): Test {
  return (subject) => {
    const value = read(subject);
    if (typeof value !== 'string') return undefined;
    if (test === 'STARTSWITH') return value.startsWith(text);
    return test === 'ENDSWITH' ? value.endsWith(text) : value.includes(text);
  };
}
