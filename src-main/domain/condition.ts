// A target condition: which devices a deployment is for (conditions.md).
import { success, type Result } from '#base/result.ts';
import { conditionDialect } from './condition-dialect.ts';
import { allParts, pathsOf, type Expression, type ExpressionPath } from './expression-ast.ts';
import { compileTest, type Reader, type ReaderOf, type Test } from './expression-compile.ts';
import { parseExpression } from './expression-parse.ts';
import { valueReader } from './expression-read.ts';
import type { ConditionSubject } from './twin.ts';

/** A condition over subjects of the kind `S`: devices unless told. */
export interface Condition<S = ConditionSubject> {
  /** As it was written. */
  readonly text: string;
  /** What it says: `*` for every device, null for none. */
  readonly expression: Expression | '*' | null;
  /** What it reads, in the order it is written; a path read twice is there twice. */
  readonly paths: readonly ExpressionPath[];
  /** False when it uses what only Lanyard understands (IN, NIN, STARTSWITH, ENDSWITH, CONTAINS). */
  readonly isPortable: boolean;
  readonly test: Test<S>;
}

/**
 * A condition ready to be matched, or every reason why it is none, each with its offset.
 * `tags.site = 'north' AND NOT deviceId = 'edge-1'`; `*` is every device, nothing (or blanks) is none.
 */
export function parseCondition(text: string): Result<Condition> {
  const bare = text.length > conditionDialect.maxLength ? text : text.trim();
  if (bare === '') return success(nobody(text));
  if (bare === '*') return success({ ...nobody(text), expression: '*', test: () => true });
  const parsed = parseExpression(text, conditionDialect);
  return parsed.ok ? success(conditionOf(text, parsed.value, readDevice)) : parsed;
}

/** The condition that an expression is, as it was written in `text`. */
export function conditionOf<S>(text: string, expression: Expression, readerOf: ReaderOf<S>): Condition<S> {
  const isPortable = allParts(expression).every(({ kind }) => kind !== 'in' && kind !== 'text-test');
  return { text, expression, paths: pathsOf(expression), isPortable, test: compileTest(expression, readerOf) };
}

/** The condition that nobody meets. */
export function nobody(text: string): Condition<unknown> {
  return { text, expression: null, paths: [], isPortable: true, test: () => false };
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

/** Which tags and reported properties a condition looks at. */
export function conditionPaths(condition: Condition<never>): readonly ExpressionPath[] {
  return condition.paths;
}

/** Whether a change of reported properties can change what the condition says. */
export function readsReported(condition: Condition<never>): boolean {
  return condition.paths.some(({ root }) => root === 'reported');
}
