// The words in which a condition's truth is told to a person who looks at one device.
import type { Json } from '#base/json.ts';
import { conditionDialect } from './condition-dialect.ts';
import type { Expression } from './expression-ast.ts';
import { isScalar } from './expression-compare.ts';
import { printLiteral } from './expression-print.ts';

export type Verdict = 'true' | 'false' | 'unknown';

/** A property that a clause looked at. */
export interface ReadValue {
  /** `tags.site`. */
  readonly path: string;
  /** Null when the property is missing: twins hold no nulls. */
  readonly value: Json;
  readonly isMissing: boolean;
}

interface Judged {
  readonly text: string;
  readonly verdict: Verdict;
  readonly reads: readonly ReadValue[];
}

// More is for the list of clauses, not for a sentence.
const maxClauses = 3;
const maxTextLength = 120;
const maxValueLength = 60;

/** One sentence from the reasons of the clauses that decided. */
export function sentenceOf(deciding: readonly { readonly reason: string }[]): string {
  const told = deciding.slice(0, maxClauses).map(({ reason }) => reason);
  const more = deciding.length - told.length;
  return `${[...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')}.`;
}

/** `tags.site = 'north' is false: tags.site is 'south'`. */
export function reasonOf(expression: Expression, { text, verdict, reads }: Judged): string {
  const outcome = `${clip(text, maxTextLength)} is ${verdict}`;
  const [first] = reads;
  if (first === undefined) return `${outcome} for every device`;
  if (expression.kind === 'path' && isTruthValue(first.value)) return outcome;
  const found = reads.map(({ path, value, isMissing }) => `${path} is ${isMissing ? 'missing' : valueText(value)}`);
  const isComplete = reads.every(({ isMissing }) => !isMissing);
  return `${outcome}: ${found.join(', ')}${isComplete ? remark(expression, verdict, first.value) : ''}`;
}

/** What the values alone do not tell; `value` is the first of them. */
function remark(expression: Expression, verdict: Verdict, value: Json): string {
  if (expression.kind === 'not') return remark(expression.operand, verdict, value);
  if (expression.kind === 'path') return isTruthValue(value) ? '' : ', and only true counts';
  if (expression.kind === 'text-test') return verdict === 'unknown' ? ', which is no text' : '';
  if (expression.kind !== 'compare') return '';
  if (verdict === 'unknown') return ', which does not compare';
  const other = [expression.left, expression.right].find(({ kind }) => kind !== 'path');
  if (other?.kind !== 'literal' || other.value === null || typeof value === typeof other.value) return '';
  return `, ${kindName(value)} and not ${kindName(other.value)}`;
}

function isTruthValue(value: Json): boolean {
  return typeof value === 'boolean';
}

function kindName(value: Json): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'number' ? 'a number' : 'a truth value';
}

function valueText(value: Json): string {
  if (isScalar(value)) return clip(printLiteral(value, conditionDialect), maxValueLength);
  return Array.isArray(value) ? 'a list' : 'an object';
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
