// From twins to the rows of an answer: one row a twin, or one a group. Works on whatever the paths can be read from: a whole
// twin, or only the values a query asked the store for.
import { emptyObject, type Json, type JsonObject } from '#base/json.ts';
import { compileValue, type Reader, type ReaderOf } from '#domain/conditions/expression-compile.ts';
import { createAggregate, type Aggregate } from './twin-aggregate.ts';
import type { Column, ColumnValue, GroupedQuery } from './twin-query-ast.ts';

/** One row of a grouped answer. */
export interface Group {
  /** A text, equal for equal values alone; rows come in the order of their keys. */
  readonly key: string;
  row(): JsonObject;
}

/** INVARIANTS: holds the groups of one query while it runs. */
export interface Grouping<S> {
  add(subject: S): void;
  /** How many groups there are so far, and how long their keys are together. */
  size(): { readonly groups: number; readonly characters: number };
  groups(): readonly Group[];
}

/** What a subject's row is: its columns by name; what is missing has no key in it. */
export function createProjection<S>(columns: readonly Column[], readerOf: ReaderOf<S>): (subject: S) => JsonObject {
  const readers = columns.map(({ name, value }) => ({ name, read: readerOfColumn(value, readerOf) }));
  return (subject) => toRow(readers.map(({ name, read }) => [name, read(subject)]));
}

/**
 * Twins with the same values under the paths of GROUP BY are a group. Those that lack one belong together, and with them those
 * that hold an object or an array there, which equal nothing. Without GROUP BY all twins are one group, even if there are none.
 * @example `SELECT tags.site, COUNT() AS devices FROM devices GROUP BY tags.site` → `{devices: 1}`, `{site: 'north', devices: 2}`
 */
export function createGrouping<S>({ select, groupBy }: GroupedQuery, readerOf: ReaderOf<S>): Grouping<S> {
  const keyParts = groupBy.map((path) => scalarOf(readerOf(path)));
  const columns = select.map(({ name, value }) => ({ name, value, read: readerOfCell(value, readerOf) }));
  const groups = new Map<string, readonly Cell<S>[]>();
  let characters = 0;
  const open = (key: string): readonly Cell<S>[] => {
    characters += key.length;
    const cells = columns.map(({ name, value, read }) => ({ name, read, held: createCell(value) }));
    groups.set(key, cells);
    return cells;
  };
  if (groupBy.length === 0) open(keyOf([]));
  return {
    add(subject) {
      const key = keyOf(keyParts.map((read) => read(subject)));
      for (const { read, held } of groups.get(key) ?? open(key)) held.add(read(subject));
    },
    size: () => ({ groups: groups.size, characters }),
    groups: () =>
      [...groups]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, cells]) => ({ key, row: () => toRow(cells.map(({ name, held }) => [name, held.result()])) })),
  };
}

/** One column of one group. */
interface Cell<S> {
  readonly name: string;
  readonly read: Reader<S>;
  readonly held: Aggregate;
}

function readerOfCell<S>(value: ColumnValue, readerOf: ReaderOf<S>): Reader<S> {
  const read = readerOfColumn(value, readerOf);
  return value.kind === 'path' ? scalarOf(read) : read;
}

function readerOfColumn<S>(value: ColumnValue, readerOf: ReaderOf<S>): Reader<S> {
  if (value.kind === 'path') return readerOf(value.path);
  return value.operand === null ? () => true : compileValue(value.operand, readerOf);
}

/** A property GROUP BY names has one value in all of a group: the first is as good as any. */
function createCell(value: ColumnValue): Aggregate {
  if (value.kind === 'aggregate') return createAggregate(value.aggregate);
  let first: Json | undefined;
  return {
    add(value) {
      first ??= value;
    },
    result: () => first,
  };
}

function scalarOf<S>(read: Reader<S>): Reader<S> {
  return (subject) => {
    const value = read(subject);
    return typeof value === 'object' && value !== null ? undefined : value;
  };
}

/** What is missing is written as a list, which no scalar is. */
function keyOf(values: readonly (Json | undefined)[]): string {
  return JSON.stringify(values.map((value) => (value === undefined ? [] : value)));
}

function toRow(cells: readonly (readonly [name: string, value: Json | undefined])[]): JsonObject {
  const row = emptyObject();
  for (const [name, value] of cells) if (value !== undefined) row[name] = value;
  return row;
}
