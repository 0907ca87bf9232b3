// Turns an expression into a function, once; answering for a twin then only reads it. Three-valued: `undefined` stands for
// what cannot be known because a property is missing (conditions.md).
import type { Json } from '#base/json.ts';
import type { Comparison, Expression, ExpressionPath, LiteralValue, TextTest } from './expression-ast.ts';
import { calculate, compareValues, isScalar } from './expression-compare.ts';

export type Truth = boolean | undefined;
export type Test<S> = (subject: S) => Truth;
/** The value of a path or an expression; undefined when it is missing. */
export type Reader<S> = (subject: S) => Json | undefined;
/** How a path is read from the subjects an expression is compiled for. Asked once a path, not once a subject. */
export type ReaderOf<S> = (path: ExpressionPath) => Reader<S>;

/** The expression as a function of a subject; only `true` matches. */
export function compileTest<S>(expression: Expression, readerOf: ReaderOf<S>): Test<S> {
  switch (expression.kind) {
    case 'path':
    case 'arithmetic':
    case 'negate':
    case 'undefined':
      return truthOf(compileValue(expression, readerOf));
    case 'literal': {
      const isTrue = expression.value === true;
      return () => isTrue;
    }
    case 'compare':
      return compileComparison(expression, readerOf);
    case 'in':
      return compileList(expression, readerOf);
    case 'is-defined': {
      const read = readerOf(expression.path);
      return (subject) => read(subject) !== undefined;
    }
    case 'text-test':
      return compileTextTest(expression.test, compileValue(expression.subject, readerOf), expression.text);
    case 'array-contains':
      return compileArrayContains(readerOf(expression.path), expression.value);
    case 'not':
      return not(compileTest(expression.operand, readerOf));
    case 'and':
    case 'or':
      return chain(
        expression.operands.map((operand) => compileTest(operand, readerOf)),
        expression.kind === 'or',
      );
  }
}

/** The value of an expression as a function of a subject; of a comparison and its like, their truth. */
export function compileValue<S>(expression: Expression, readerOf: ReaderOf<S>): Reader<S> {
  switch (expression.kind) {
    case 'path':
      return readerOf(expression.path);
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'undefined':
      return () => undefined;
    case 'arithmetic':
      return compileArithmetic(expression, readerOf);
    case 'negate': {
      const read = compileValue(expression.operand, readerOf);
      return (subject) => {
        const value = read(subject);
        return typeof value === 'number' ? -value : undefined;
      };
    }
    case 'compare':
    case 'in':
    case 'is-defined':
    case 'text-test':
    case 'array-contains':
    case 'not':
    case 'and':
    case 'or':
      return compileTest(expression, readerOf);
  }
}

/** A value on its own: true only for `true`, unknown when missing. */
function truthOf<S>(read: Reader<S>): Test<S> {
  return (subject) => {
    const value = read(subject);
    return value === undefined ? undefined : value === true;
  };
}

function not<S>(test: Test<S>): Test<S> {
  return (subject) => {
    const truth = test(subject);
    return truth === undefined ? undefined : !truth;
  };
}

/** AND and OR after Kleene: one `decisive` operand decides, however unknown the others are. */
function chain<S>(tests: readonly Test<S>[], decisive: boolean): Test<S> {
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

type Part<Kind extends Expression['kind']> = Extract<Expression, { readonly kind: Kind }>;

function compileComparison<S>({ comparison, left, right }: Part<'compare'>, readerOf: ReaderOf<S>): Test<S> {
  const presence = presencePath(comparison, left, right) ?? presencePath(comparison, right, left);
  if (presence !== undefined) {
    const read = readerOf(presence);
    const asksMissing = comparison === '=';
    return (subject) => isMissing(read(subject)) === asksMissing;
  }
  const readLeft = compileValue(left, readerOf);
  const readRight = compileValue(right, readerOf);
  return (subject) => compareValues(comparison, readLeft(subject), readRight(subject));
}

/** `path = null` asks whether the path is missing, `path != null` whether it is there: twins hold no nulls. */
function presencePath(comparison: Comparison, path: Expression, other: Expression): ExpressionPath | undefined {
  if (path.kind !== 'path' || other.kind !== 'literal' || other.value !== null) return undefined;
  return comparison === '=' || comparison === '!=' ? path.path : undefined;
}

// A device's own fields, unlike a twin's, may be null: they are not there either.
function isMissing(value: Json | undefined): boolean {
  return value === undefined || value === null;
}

/** An OR chain of `=`, asked of a value that is read once. */
function compileList<S>({ subject, values, negated }: Part<'in'>, readerOf: ReaderOf<S>): Test<S> {
  const read = compileValue(subject, readerOf);
  const asksPresence = subject.kind === 'path' && values.includes(null);
  const isPresenceAlone = asksPresence && values.every((value) => value === null);
  return (subject) => {
    const value = read(subject);
    if (asksPresence && isMissing(value)) return !negated;
    if (isScalar(value)) return values.includes(value) !== negated;
    return isPresenceAlone ? negated : undefined;
  };
}

/** Unknown unless the value is a text. */
function compileTextTest<S>(test: TextTest, read: Reader<S>, text: string): Test<S> {
  return (subject) => {
    const value = read(subject);
    if (typeof value !== 'string') return undefined;
    if (test === 'STARTSWITH') return value.startsWith(text);
    return test === 'ENDSWITH' ? value.endsWith(text) : value.includes(text);
  };
}

/** Unknown unless the value is an array; no conversion between types. */
function compileArrayContains<S>(read: Reader<S>, wanted: LiteralValue): Test<S> {
  return (subject) => {
    const value = read(subject);
    return Array.isArray(value) ? value.some((item) => item === wanted) : undefined;
  };
}

function compileArithmetic<S>({ operator, left, right }: Part<'arithmetic'>, readerOf: ReaderOf<S>): Reader<S> {
  const readLeft = compileValue(left, readerOf);
  const readRight = compileValue(right, readerOf);
  return (subject) => calculate(operator, readLeft(subject), readRight(subject));
}
