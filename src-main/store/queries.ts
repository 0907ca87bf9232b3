// Reads twins for queries, a stretch of keys at a time, so that whoever asks can let others run in between.
import type { Json } from '#base/json.ts';
import { compileTest, type ReaderOf } from '#domain/conditions/expression-compile.ts';
import { pathKey } from '#domain/queries/twin-query-ast.ts';
import type { Connection } from './connection.ts';
import { defineWholeMetadata } from './desired-metadata.ts';
import { fromColumn } from './json-column.ts';
import { planQuery, type QueryPlan } from './query-plan.ts';
import type { TwinPlace, TwinRow } from './query-types.ts';
import type { StoreReaders } from './store-types.ts';

type Parameters = readonly (string | number)[];

const beforeAll: TwinPlace = ['', ''];
/** Behind every id: ids are ASCII. */
const behindAll: TwinPlace = ['\u{10ffff}', ''];

export function readQueries(db: Connection): StoreReaders['queries'] {
  defineWholeMetadata(db);
  const prepared = createStatementCache<TwinRow>(db);
  const ends = { devices: deviceEnds(db), 'devices.modules': moduleEnds(db) };
  return {
    open(wanted) {
      const plan = planQuery(wanted);
      const readerOf = rowReader(plan);
      const tests = plan.rest.map((conjunct) => compileTest(conjunct, readerOf));
      const boundOf = (place: TwinPlace): Parameters => (wanted.from === 'devices' ? place.slice(0, 1) : place);
      return {
        readerOf,
        next(after, count) {
          const from = after ?? beforeAll;
          // One device is one stretch: its modules are few.
          const end = plan.deviceId === undefined ? ends[wanted.from](from, count) : undefined;
          const bounds = [...boundOf(from), ...boundOf(end ?? behindAll)];
          const rows = prepared(plan.sql).all(...plan.before, ...bounds, ...plan.behind);
          return { rows: rows.filter((row) => tests.every((test) => test(row) === true)), end: end ?? null };
        },
      };
    },
  };
}

/** Reads a value out of a row; only what the plan put into it. */
function rowReader({ paths }: QueryPlan): ReaderOf<TwinRow> {
  const places = new Map(paths.map((path, index) => [pathKey(path), index + 2]));
  return (path) => {
    const place = places.get(pathKey(path)) ?? -1;
    return (row) => {
      const json = row[place];
      return typeof json === 'string' ? (fromColumn(json) as Json) : undefined;
    };
  };
}

/** The key of the last of the next `count` devices; undefined when there are no more than that. */
function deviceEnds(db: Connection): (after: TwinPlace, count: number) => TwinPlace | undefined {
  const end = db
    .prepare<[string, number], string>(
      'SELECT device_id FROM devices WHERE device_id > +? ORDER BY device_id LIMIT 1 OFFSET ? | 0',
    )
    .pluck();
  return ([deviceId], count) => {
    const found = end.get(deviceId, count - 1);
    return found === undefined ? undefined : [found, ''];
  };
}

function moduleEnds(db: Connection): (after: TwinPlace, count: number) => TwinPlace | undefined {
  const end = db
    .prepare<[string, string, number], TwinPlace>(
      `SELECT device_id, module_id FROM modules WHERE (device_id, module_id) > (+?, +?)
       ORDER BY device_id, module_id LIMIT 1 OFFSET ? | 0`,
    )
    .raw();
  return ([deviceId, moduleId], count) => end.get(deviceId, moduleId, count - 1);
}

const mostStatements = 32;

/** Statements in the shapes asked for lately: whoever asks the same again finds it prepared, and no stranger fills the memory. */
function createStatementCache<Row>(db: Connection) {
  const statements = new Map<string, ReturnType<typeof prepare>>();
  const prepare = (sql: string) => db.prepare<(string | number)[], Row>(sql).raw();
  return (sql: string) => {
    const statement = statements.get(sql) ?? prepare(sql);
    statements.delete(sql);
    statements.set(sql, statement);
    const [oldest] = statements.keys();
    if (statements.size > mostStatements && oldest !== undefined) statements.delete(oldest);
    return statement;
  };
}
