// The order of a list of devices by any of its columns; equals by id, and what has no value last whichever way round.
import type { DeviceRow } from '#contract/console-rows.ts';
import type { TableOrder } from '#renderer/tables/virtual-table.tsx';
import { deviceStates } from '#renderer/words/device-filter.ts';
import { tagOfColumn } from './devices-look.ts';

type Value = string | number | null;

/** Sorts a copy. Each value is looked up once, for a comparison happens a dozen times a row. */
export function inOrder(rows: readonly DeviceRow[], { column, direction }: TableOrder): readonly DeviceRow[] {
  const value = valueIn(column);
  const keyed = rows.map((row) => ({ row, value: value(row) }));
  const sign = direction === 'ascending' ? 1 : -1;
  keyed.sort(
    (left, right) => compareValues(left.value, right.value, sign) || compareIds(left.row, right.row, column, sign),
  );
  return keyed.map(({ row }) => row);
}

function valueIn(column: string): (row: DeviceRow) => Value {
  const tag = tagOfColumn(column);
  if (tag !== null) return (row) => tagValue(row, tag);
  switch (column) {
    case 'state':
      return (row) => deviceStates.indexOf(row.state);
    case 'modules':
      // Most missing first.
      return (row) => (row.wantedModules === 0 ? null : row.runningModules - row.wantedModules);
    case 'deployments':
      return (row) => row.applied.join(' ') || null;
    case 'seen':
      return seenValue;
    default:
      return () => 0;
  }
}

/** Newest first: who is connected is seen now. */
function seenValue({ lastSeenAtMs, connected }: DeviceRow): Value {
  if (lastSeenAtMs === null) return null;
  return connected ? -Infinity : -lastSeenAtMs;
}

function tagValue({ tags }: DeviceRow, path: string): Value {
  const value = Object.hasOwn(tags, path) ? tags[path] : undefined;
  if (value === undefined) return null;
  return typeof value === 'boolean' ? String(value) : value;
}

function compareValues(left: Value, right: Value, sign: number): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  // Numbers before texts: `2` and `10` are in order, and neither is among words.
  if (typeof left !== typeof right) return typeof left === 'number' ? -sign : sign;
  return left < right ? -sign : sign;
}

function compareIds(left: DeviceRow, right: DeviceRow, column: string, sign: number): number {
  const order = left.deviceId < right.deviceId ? -1 : 1;
  return column === 'device' ? order * sign : order;
}
