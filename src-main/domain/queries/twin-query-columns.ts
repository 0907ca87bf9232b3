// Which columns may stand beside each other: every one has a name of its own, and beside an aggregate only what is the same for
// all twins of a group.
import type { Cursor } from '#domain/conditions/expression-cursor.ts';
import { pathText } from '#domain/conditions/expression-path.ts';
import { pathKey } from './twin-query-ast.ts';
import type { GroupBy, PlacedColumn, Selection } from './twin-query-select.ts';

/** Notes all that is wrong, each at its column. */
export function checkColumns(cursor: Cursor, selection: Selection, groupBy: GroupBy): void {
  if (selection !== '*') {
    checkNames(cursor, selection.columns);
    checkGrouped(cursor, selection.columns, groupBy);
  } else if (groupBy.token !== undefined) {
    cursor.refuse('groups have no twin to show: select what GROUP BY names, and COUNT().', groupBy.token);
  }
}

function checkNames(cursor: Cursor, columns: readonly PlacedColumn[]): void {
  const names = new Set<string>();
  for (const { column, token } of columns) {
    if (names.has(column.name))
      cursor.refuse(`two columns are called ${column.name}: give one another name by AS.`, token);
    names.add(column.name);
  }
}

function checkGrouped(cursor: Cursor, columns: readonly PlacedColumn[], { paths, token: groupToken }: GroupBy): void {
  const isGrouped = groupToken !== undefined || columns.some(({ column }) => column.value.kind === 'aggregate');
  if (!isGrouped) return;
  const grouped = new Set(paths.map(pathKey));
  for (const { column, token } of columns) {
    if (column.value.kind !== 'path' || grouped.has(pathKey(column.value.path))) continue;
    const text = pathText(column.value.path);
    cursor.refuse(`${text} differs within a group: add it to GROUP BY, or remove it.`, token);
  }
}
