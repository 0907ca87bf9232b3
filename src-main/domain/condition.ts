// A target condition: which devices a deployment is for (conditions.md).
import { failure, success, type Result } from '#base/result.ts';
import { walk, type ConditionPath } from './condition-ast.ts';
import { compileTest, type Test } from './condition-evaluate.ts';
import { parseExpression } from './condition-parse.ts';
import type { ConditionSubject } from './twin.ts';

const maxLength = 8192;

export interface Condition {
  /** As it was written. */
  readonly text: string;
  /** What it reads, in the order it is written; a path read twice is there twice. */
  readonly paths: readonly ConditionPath[];
  /** False when it uses what only Lanyard understands (IN, NIN, STARTSWITH, ENDSWITH, CONTAINS). */
  readonly isPortable: boolean;
  readonly test: Test;
}

/**
 * A condition ready to be matched, or every reason why it is none, each with its offset.
 * `tags.site = 'north' AND NOT deviceId = 'edge-1'`; `*` is every device, nothing (or blanks) is none.
 */
export function parseCondition(text: string): Result<Condition> {
  if (text.length > maxLength) {
    const message = `a condition has at most ${maxLength} characters, this one has ${text.length}: tag the devices and match the tag.`;
    return failure([{ code: 'deployment.condition', message, at: maxLength }]);
  }
  const bare = text.trim();
  if (bare === '' || bare === '*') return success({ text, paths: [], isPortable: true, test: () => bare === '*' });
  const parsed = parseExpression(text);
  if (!parsed.ok) return parsed;
  const parts = [...walk(parsed.value)];
  const paths = parts.flatMap((part) => ('path' in part ? [part.path] : []));
  const isPortable = parts.every(({ kind }) => kind !== 'in' && kind !== 'text-test');
  return success({ text, paths, isPortable, test: compileTest(parsed.value) });
}

/** Whether a device is meant: only a condition that is certainly true matches. */
export function matches(condition: Condition, subject: ConditionSubject): boolean {
  return condition.test(subject) === true;
}

/** Which tags and reported properties a condition looks at. */
export function conditionPaths(condition: Condition): readonly ConditionPath[] {
  return condition.paths;
}

/** Whether a change of reported properties can change what the condition says. */
export function readsReported(condition: Condition): boolean {
  return condition.paths.some(({ root }) => root === 'reported');
}
