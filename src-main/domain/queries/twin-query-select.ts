// What a query asks of each twin or group: the list behind SELECT, and the one behind GROUP BY.
import type { Expression, ExpressionPath } from '#domain/conditions/expression-ast.ts';
import { isSymbol, type Cursor } from '#domain/conditions/expression-cursor.ts';
import { parseExpressionAt } from '#domain/conditions/expression-parse.ts';
import type { Token } from '#domain/conditions/expression-tokens.ts';
import { aggregateNames, type AggregateName, type Column, type ColumnValue } from './twin-query-ast.ts';
import { isWord, passWord, unexpectedClause } from './twin-query-words.ts';

/** A column, and where it was written. */
export interface PlacedColumn {
  readonly column: Column;
  readonly token: Token;
}

export type Selection = '*' | { readonly columns: readonly PlacedColumn[] };

export interface GroupBy {
  readonly paths: readonly ExpressionPath[];
  /** The word GROUP; undefined when there is none. */
  readonly token: Token | undefined;
}

const columnExpected = 'only properties and COUNT, SUM, AVG, MIN and MAX of them can be selected';

export function readSelect(cursor: Cursor): Selection | undefined {
  if (isSymbol(cursor.token(), '*')) {
    cursor.take();
    return isSymbol(cursor.token(), ',') ? cursor.refuse('* stands alone: remove it, or all the other columns.') : '*';
  }
  const columns: PlacedColumn[] = [];
  let unnamed = 0;
  const nextName = (): string => `$${(unnamed += 1)}`;
  for (;;) {
    const column = readColumn(cursor, nextName);
    if (column === undefined) return undefined;
    columns.push(column);
    if (!isSymbol(cursor.token(), ',')) break;
    cursor.take();
  }
  if (isWord(cursor.token(), 'FROM') || cursor.token().kind === 'end') return { columns };
  return cursor.refuse(`${cursor.token().source} is not expected here: put AS before a name, a comma between columns.`);
}

export function readGroupBy(cursor: Cursor): GroupBy | undefined {
  const token = cursor.token();
  if (!passWord(cursor, 'GROUP')) return { paths: [], token: undefined };
  if (!passWord(cursor, 'BY')) return cursor.refuse('BY is missing: write GROUP BY tags.site.');
  const paths: ExpressionPath[] = [];
  for (;;) {
    const path = readPathAlone(cursor, 'GROUP BY takes properties: write GROUP BY tags.site.');
    if (path === undefined) return undefined;
    paths.push(path);
    if (!isSymbol(cursor.token(), ',')) return { paths, token };
    cursor.take();
  }
}

function readColumn(cursor: Cursor, nextName: () => string): PlacedColumn | undefined {
  const token = cursor.token();
  if (isSymbol(token, '*')) return cursor.refuse('* stands alone: remove it, or all the other columns.');
  if (isWord(token, 'DISTINCT')) return cursor.refuse(unexpectedClause(token));
  const value = isSymbol(cursor.following(), '(') ? readAggregate(cursor) : readProperty(cursor);
  if (value === undefined) return undefined;
  const name = passWord(cursor, 'AS') ? readAlias(cursor) : nameOf(value, nextName);
  return name === undefined ? undefined : { column: { name, value }, token };
}

function readProperty(cursor: Cursor): ColumnValue | undefined {
  const path = readPathAlone(cursor, `${columnExpected}: write SELECT deviceId, tags.site.`);
  return path && { kind: 'path', path };
}

/** A path and nothing else. One that nobody knows is noted, and stands for itself, so that others can be told too. */
function readPathAlone(cursor: Cursor, otherwise: string): ExpressionPath | undefined {
  const token = cursor.token();
  const noted = cursor.problems.length;
  const expression = parseExpressionAt(cursor, () => true);
  if (expression === undefined) return undefined;
  if (cursor.problems.length > noted) return { root: token.source, segments: [] };
  return expression.kind === 'path' ? expression.path : cursor.refuse(otherwise, token);
}

function readAggregate(cursor: Cursor): ColumnValue | undefined {
  const token = cursor.take();
  const aggregate = aggregateNames.find((name) => isWord(token, name));
  if (aggregate === undefined) return cursor.refuse(`${token.source} cannot be selected: ${columnExpected}.`, token);
  const opening = cursor.take();
  const operand = readOperand(cursor, aggregate);
  if (operand === undefined) return undefined;
  if (!isSymbol(cursor.token(), ')')) {
    return cursor.refuse(`the parenthesis opened at ${opening.at} is not closed: add ).`);
  }
  cursor.take();
  return { kind: 'aggregate', aggregate, operand };
}

/** Null when the twins themselves are counted: `COUNT()`, `COUNT(*)`. */
function readOperand(cursor: Cursor, aggregate: AggregateName): Expression | null | undefined {
  const isStar = isSymbol(cursor.token(), '*');
  const isEmpty = isSymbol(cursor.token(), ')');
  if (!isStar && !isEmpty) return parseExpressionAt(cursor, () => true);
  if (aggregate !== 'COUNT')
    return cursor.refuse(`${aggregate} needs to know of what: write ${aggregate}(tags.floor).`);
  if (isStar) cursor.take();
  return null;
}

function readAlias(cursor: Cursor): string | undefined {
  const token = cursor.token();
  const isName = token.kind === 'word' && token.segments.length === 1;
  if (!isName) return cursor.refuse('a name is missing after AS: write one without dots, as in AS site.');
  cursor.take();
  return token.segments[0];
}

/** Without AS a property is called by its last key, and what has none by its number, as IoT Hub does: `$1`. */
function nameOf(value: ColumnValue, nextName: () => string): string {
  return value.kind === 'path' ? (value.path.segments.at(-1) ?? value.path.root) : nextName();
}
