// The one form of IoT Hub's query language that is answered: `SELECT * FROM devices [WHERE <condition>]`.
import { failure, success, type Result } from '#base/result.ts';
import { parseCondition, type Condition } from './condition.ts';

export interface DeviceQuery {
  /** Null when every device is asked for. */
  readonly condition: Condition | null;
}

/** What must stand next, and what to say when it does not. */
const opening: readonly (readonly [pattern: RegExp, otherwise: string])[] = [
  [/^\s*SELECT\b\s*/i, 'a query starts with SELECT: write SELECT * FROM devices.'],
  [/^\*\s*/, 'only whole devices are answered: write SELECT *.'],
  [/^FROM\b\s*/i, 'FROM is missing: write SELECT * FROM devices.'],
  [/^devices(?![\w.])\s*/i, 'only devices can be asked for: write FROM devices.'],
];

/**
 * The condition of a query (iot-hub.md 1.1), or why it is none; offsets count from the start of the query.
 * `select * from devices where tags.site = 'north'` → the condition `tags.site = 'north'`.
 */
export function parseDeviceQuery(text: string): Result<DeviceQuery> {
  let at = 0;
  for (const [pattern, otherwise] of opening) {
    const found = pattern.exec(text.slice(at));
    if (found === null) return invalid(at, otherwise);
    at += found[0].length;
  }
  if (at === text.length) return success({ condition: null });
  const where = /^WHERE\b\s*/i.exec(text.slice(at));
  if (where === null) return invalid(at, 'only WHERE may follow FROM devices: remove the rest.');
  const start = at + where[0].length;
  return parseWhere(text.slice(start), start);
}

function parseWhere(text: string, start: number): Result<DeviceQuery> {
  const bare = text.trim();
  if (bare === '') return invalid(start, 'a condition is missing after WHERE: add one, or remove WHERE.');
  if (bare === '*') return invalid(start, '* is no condition in a query: remove WHERE to get every device.');
  const condition = parseCondition(text);
  if (condition.ok) return success({ condition: condition.value });
  return failure(
    condition.problems.map(({ at, message }) => ({ code: 'query.invalid', message, at: start + Number(at) })),
  );
}

function invalid(at: number, message: string): Result<DeviceQuery> {
  return failure([{ code: 'query.invalid', message, at }]);
}
