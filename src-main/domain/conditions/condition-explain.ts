// Why a condition is met by a subject, or is not: each clause with its truth and what it read, and the clauses that decided.
import { conditionDialect } from './condition-dialect.ts';
import { reasonOf, sentenceOf, type ReadValue, type Verdict } from './condition-reason.ts';
import type { Condition } from './condition.ts';
import { partsOf, pathsOf, type Expression } from './expression-ast.ts';
import { compileTest, type ReaderOf, type Truth } from './expression-compile.ts';
import { pathText } from './expression-path.ts';
import { printExpression } from './expression-print.ts';

/** A part of a condition that is true or false by itself. */
export interface ExplainedClause {
  readonly text: string;
  readonly verdict: Verdict;
  /** Each property once. */
  readonly reads: readonly ReadValue[];
  /** What joins its parts; null for a clause that compares or asks something, with or without NOT before it. */
  readonly joins: 'and' | 'or' | 'not' | null;
  readonly parts: readonly ExplainedClause[];
  /** Why it is so, without a full stop. */
  readonly reason: string;
}

export interface Explanation {
  readonly isMatch: boolean;
  readonly verdict: Verdict;
  /** Null for `*` and for the empty condition, which read nothing. */
  readonly clause: ExplainedClause | null;
  /** The clauses without parts that made it so: had they been otherwise, so might the whole. Each once, as they are written. */
  readonly deciding: readonly ExplainedClause[];
  /** For a person: "tags.site = 'north' is false: tags.site is 'south'." */
  readonly sentence: string;
}

/**
 * Why a subject meets a condition or does not (conditions.md). Of a false AND the false operands decide, of a true OR the true
 * ones, of an unknown one those that are unknown, which name what is missing.
 * `tags.site = 'north' AND tags.ring = 1` of `{ site: 'south', ring: 1 }` → "tags.site = 'north' is false: tags.site is 'south'."
 */
export function explain<S>(condition: Condition<S>, subject: S): Explanation {
  const { expression, readerOf } = condition;
  if (expression === null) return withoutClause('false', 'An empty condition matches nothing.');
  if (expression === '*') return withoutClause('true', '* matches every device.');
  const clause = explainClause(expression, { subject, readerOf });
  const deciding = decidingOf(clause).filter(
    ({ text }, index, all) => all.findIndex((other) => other.text === text) === index,
  );
  return {
    isMatch: clause.verdict === 'true',
    verdict: clause.verdict,
    clause,
    deciding,
    sentence: sentenceOf(deciding),
  };
}

function withoutClause(verdict: 'true' | 'false', sentence: string): Explanation {
  return { isMatch: verdict === 'true', verdict, clause: null, deciding: [], sentence };
}

interface View<S> {
  readonly subject: S;
  readonly readerOf: ReaderOf<S>;
}

function explainClause<S>(expression: Expression, view: View<S>): ExplainedClause {
  const text = printExpression(expression, conditionDialect);
  const verdict = verdictOf(compileTest(expression, view.readerOf)(view.subject));
  const reads = readsOf(expression, view);
  const joins = joinOf(expression);
  const parts = joins === null ? [] : partsOf(expression).map((part) => explainClause(part, view));
  return { text, verdict, reads, joins, parts, reason: reasonOf(expression, { text, verdict, reads }) };
}

function verdictOf(truth: Truth): Verdict {
  return truth === undefined ? 'unknown' : `${truth}`;
}

function joinOf(expression: Expression): ExplainedClause['joins'] {
  if (expression.kind === 'and' || expression.kind === 'or') return expression.kind;
  return expression.kind === 'not' && joinOf(expression.operand) !== null ? 'not' : null;
}

function readsOf<S>(expression: Expression, { subject, readerOf }: View<S>): readonly ReadValue[] {
  const reads = new Map<string, ReadValue>();
  for (const path of pathsOf(expression)) {
    const value = readerOf(path)(subject);
    reads.set(pathText(path), { path: pathText(path), value: value ?? null, isMissing: value === undefined });
  }
  return [...reads.values()];
}

function decidingOf(clause: ExplainedClause): readonly ExplainedClause[] {
  if (clause.joins === null) return [clause];
  const decided =
    clause.joins === 'not' ? clause.parts : clause.parts.filter(({ verdict }) => verdict === clause.verdict);
  return decided.flatMap(decidingOf);
}
