// A query as one SQL statement and what is left of it. An inner SELECT walks a stretch of twins and gives the JSON of each path
// once; the conditions SQLite can answer stand around it; the rest is asked of the rows that come out.
import { pathsOf, type Expression, type ExpressionPath } from '#domain/conditions/expression-ast.ts';
import { pathKey, uniquePaths, type TwinCollection } from '#domain/queries/twin-query-ast.ts';
import { jsonAt } from './query-columns.ts';
import { sqlCondition } from './query-conditions.ts';
import { joined, type SqlPart } from './query-parts.ts';
import type { WantedTwins } from './query-types.ts';

export interface QueryPlan {
  readonly sql: string;
  /** What it binds before the bounds of the stretch, and behind them. */
  readonly before: SqlPart['parameters'];
  readonly behind: SqlPart['parameters'];
  /** Of the values in a row, which follow its two ids. */
  readonly paths: readonly ExpressionPath[];
  /** What SQL could not answer: to be true of every row. */
  readonly rest: readonly Expression[];
  /** The one device it can be about. */
  readonly deviceId: string | undefined;
}

/** Outer joins: SQLite leaves out those of which no path reads anything. */
const desiredSections = `
  LEFT JOIN desired_sections AS sections ON sections.module_id = twins.module_id AND sections.device_id = twins.device_id
  LEFT JOIN desired_documents AS documents ON documents.digest = sections.digest`;

/** Walked by key: the outer loop is the registry's, whose key order is the order of the answer. */
const walks: Readonly<Record<TwinCollection, { readonly key: readonly string[]; readonly tables: string }>> = {
  devices: {
    key: ['devices.device_id'],
    tables: `devices CROSS JOIN twins ON twins.device_id = devices.device_id AND twins.module_id = '' ${desiredSections}`,
  },
  'devices.modules': {
    key: ['modules.device_id', 'modules.module_id'],
    tables: `modules CROSS JOIN devices ON devices.device_id = modules.device_id
      CROSS JOIN twins ON twins.device_id = modules.device_id AND twins.module_id = modules.module_id
      ${desiredSections}`,
  },
};

export function planQuery({ from, where, paths }: WantedTwins): QueryPlan {
  const conjuncts = conjunctsOf(where);
  const columns = uniquePaths([...conjuncts.flatMap(pathsOf), ...paths]);
  const numbers = new Map(columns.map((path, number) => [pathKey(path), number]));
  const columnOf = (path: ExpressionPath): string => `p${numbers.get(pathKey(path))}`;
  const answered = conjuncts.map((conjunct) => sqlCondition(conjunct, columnOf));
  const rest = conjuncts.filter((_, index) => answered[index] === undefined);
  const wanted = uniquePaths([...rest.flatMap(pathsOf), ...paths]);
  const condition = joined(
    'AND',
    answered.filter((part) => part !== undefined),
  );
  const read = columns.map((path) => jsonAt(path, from));
  const pinned = pins(conjuncts, from);
  return {
    sql: `SELECT ${['device_id', 'module_id', ...wanted.map(columnOf)].join(', ')}
      FROM (${stretchSql(from, read, pinned)}) WHERE ${condition.sql} ORDER BY device_id, module_id`,
    before: read.flatMap(({ parameters }) => parameters),
    behind: [...pinned.map(({ value }) => value), ...condition.parameters],
    paths: wanted,
    rest,
    deviceId: pinned.find(({ column }) => column === 'device_id')?.value,
  };
}

/**
 * LIMIT keeps SQLite from merging the two SELECTs, which would look each path up again wherever it is compared. The plus signs
 * keep it from planning anew for every value, as connection.ts has it.
 */
function stretchSql(from: TwinCollection, read: readonly SqlPart[], pinned: readonly Pin[]): string {
  const { key, tables } = walks[from];
  const bound = `(${key.map(() => '+?').join(', ')})`;
  const columns = read.map(({ sql }, number) => `${sql} AS p${number}`);
  const table = from === 'devices' ? 'devices' : 'modules';
  const conditions = [`(${key.join(', ')}) > ${bound}`, `(${key.join(', ')}) <= ${bound}`];
  for (const { column } of pinned) conditions.push(`${table}.${column} = +?`);
  return `SELECT ${['twins.device_id', 'twins.module_id', ...columns].join(', ')} FROM ${tables}
    WHERE ${conditions.join(' AND ')} ORDER BY ${key.join(', ')} LIMIT -1`;
}

interface Pin {
  readonly column: 'device_id' | 'module_id';
  readonly value: string;
}

/** Ids that must be met exactly: looked up, where everything else is walked to. */
function pins(conjuncts: readonly Expression[], from: TwinCollection): readonly Pin[] {
  const pinned: Pin[] = [];
  for (const conjunct of conjuncts) {
    if (conjunct.kind !== 'compare' || conjunct.comparison !== '=') continue;
    const { left, right } = conjunct;
    if (left.kind !== 'path' || right.kind !== 'literal' || typeof right.value !== 'string') continue;
    if (left.path.root === 'deviceId') pinned.push({ column: 'device_id', value: right.value });
    if (left.path.root === 'moduleId' && from === 'devices.modules') {
      pinned.push({ column: 'module_id', value: right.value });
    }
  }
  return pinned;
}

function conjunctsOf(where: Expression | null): readonly Expression[] {
  if (where === null) return [];
  return where.kind === 'and' ? where.operands.flatMap(conjunctsOf) : [where];
}
