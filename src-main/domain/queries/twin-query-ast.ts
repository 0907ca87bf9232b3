// A twin query as a tree (iot-hub.md 1.2): which twins, which of them, what of each, and how they are put together.
import { pathsOf, type Expression, type ExpressionPath } from '#domain/conditions/expression-ast.ts';

export type TwinCollection = 'devices' | 'devices.modules';
export const aggregateNames = ['AVG', 'COUNT', 'MAX', 'MIN', 'SUM'] as const;
export type AggregateName = (typeof aggregateNames)[number];

/** What a column holds: a property of each twin (or of each group), or what the twins of a group come to. */
export type ColumnValue =
  | { readonly kind: 'path'; readonly path: ExpressionPath }
  /** Without an operand, which only COUNT has, the twins themselves are counted. */
  | { readonly kind: 'aggregate'; readonly aggregate: AggregateName; readonly operand: Expression | null };

export interface Column {
  /** Its key in a row of the answer; no two columns share one. */
  readonly name: string;
  readonly value: ColumnValue;
}

export interface TwinQuery {
  /** As it was written. */
  readonly text: string;
  readonly from: TwinCollection;
  /** At most so many rows, over all pages. */
  readonly top: number | null;
  /** `*`: the twins as they are. */
  readonly select: '*' | readonly Column[];
  readonly where: Expression | null;
  readonly groupBy: readonly ExpressionPath[];
}

/** One that can be told by its groups: there is no `*` in it. */
export interface GroupedQuery extends TwinQuery {
  readonly select: readonly Column[];
}

/** Whether rows are groups of twins, not twins. `SELECT COUNT() FROM devices` has one group, even of no twins. */
export function isGrouped(query: TwinQuery): query is GroupedQuery {
  const { select, groupBy } = query;
  return groupBy.length > 0 || (select !== '*' && select.some(({ value }) => value.kind === 'aggregate'));
}

/** What the answer is made of, besides WHERE; each path once. */
export function answerPaths({ select, groupBy }: TwinQuery): readonly ExpressionPath[] {
  const ofColumns = select === '*' ? [] : select.flatMap(({ value }) => columnPaths(value));
  return uniquePaths([...groupBy, ...ofColumns]);
}

export function uniquePaths(paths: readonly ExpressionPath[]): readonly ExpressionPath[] {
  return [...new Map(paths.map((path) => [pathKey(path), path])).values()];
}

/** Equal for equal paths only. */
export function pathKey({ root, segments }: ExpressionPath): string {
  return JSON.stringify([root, ...segments]);
}

function columnPaths(value: ColumnValue): readonly ExpressionPath[] {
  if (value.kind === 'path') return [value.path];
  return value.operand === null ? [] : pathsOf(value.operand);
}
