// A target condition: which devices a deployment is for (conditions.md).
import { success, type Result } from '#base/result.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { conditionDialect } from './condition-dialect.ts';
import { allParts, pathsOf, type Expression, type ExpressionPath } from './expression-ast.ts';
import { compileTest, type Reader, type ReaderOf, type Test } from './expression-compile.ts';
import { parseExpression } from './expression-parse.ts';
import { valueReader } from './expression-read.ts';

/** A condition over subjects of the kind `S`: devices unless told. */
export interface Condition<S = ConditionSubject> {
  /** As it was written. */
  readonly text: string;
  /** What stands in `text` before the expression: `from devices.modules where` of a module condition. */
  readonly opening: string;
  /** What it says: `*` for every device, null for none. */
  readonly expression: Expression | '*' | null;
  /** What it reads, in the order it is written; a path read twice is there twice. */
  readonly paths: readonly ExpressionPath[];
  /** False when it uses what only Lanyard understands (IN, NIN, STARTSWITH, ENDSWITH, CONTAINS). */
  readonly isPortable: boolean;
  readonly test: Test<S>;
  /** How it reads a subject. */
  readonly readerOf: ReaderOf<S>;
}

/**
 * A condition ready to be matched, or every reason why it is none, each with its offset.
 * `tags.site = 'north' AND NOT deviceId = 'edge-1'`; `*` is every device, nothing (or blanks) is none.
 */
export function parseCondition(text: string): Result<Condition> {
  const bare = text.length > conditionDialect.maxLength ? text : text.trim();
  if (bare === '') return success(conditionOf({ text, expression: null, readerOf: readDevice }));
  if (bare === '*') return success(conditionOf({ text, expression: '*', readerOf: readDevice }));
  const parsed = parseExpression(text, conditionDialect);
  if (!parsed.ok) return parsed;
  return success(conditionOf({ text, expression: parsed.value, readerOf: readDevice }));
}

/** What a condition is made of. */
export interface ConditionParts<S> extends Pick<Condition<S>, 'text' | 'expression' | 'readerOf'> {
  /** How much of `text` stands before the expression: `from devices.modules where`. */
  readonly opening?: string;
}

/** A condition from its parts, compiled. */
export function conditionOf<S>({ text, expression, readerOf, opening = '' }: ConditionParts<S>): Condition<S> {
  const all = { text, opening, expression, readerOf };
  if (expression === null) return { ...all, paths: [], isPortable: true, test: () => false };
  if (expression === '*') return { ...all, paths: [], isPortable: true, test: () => true };
  const isPortable = allParts(expression).every(({ kind }) => kind !== 'in' && kind !== 'text-test');
  return { ...all, paths: pathsOf(expression), isPortable, test: compileTest(expression, readerOf) };
}

/** How a condition reads a device. */
export function readDevice({ root, segments }: ExpressionPath): Reader<ConditionSubject> {
  if (root === 'deviceId') return ({ deviceId }) => deviceId;
  const read = valueReader(segments);
  return root === 'tags' ? ({ tags }) => read(tags) : ({ reported }) => read(reported);
}

/** Whether a subject is meant: only a condition that is certainly true matches. */
export function matches<S>(condition: Condition<S>, subject: S): boolean {
  return condition.test(subject) === true;
}
