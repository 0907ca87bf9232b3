// The leaves of an SQL condition: one column of JSON text against values. Our writers write JSON in one way alone, so equal
// values are equal texts; a text starts with its quote, a number with a digit or a minus, which the bounds below rest on.
import type { Comparison, LiteralValue, TextTest } from '#domain/conditions/expression-ast.ts';
import { joined, type SqlPart } from './query-parts.ts';

/** For when an expression is true, and for when it is false; where neither holds it is unknown. */
export interface Sides {
  readonly whenTrue: SqlPart;
  readonly whenFalse: SqlPart;
}

const opposites: Readonly<Record<Comparison, Comparison>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};
const mirrored: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

const unknown: Sides = { whenTrue: part('0'), whenFalse: part('0') };

/** `value < path` is `path > value`. */
export function mirror(comparison: Comparison): Comparison {
  return mirrored[comparison];
}

/** A property on its own: true only for `true`. */
export function truth(column: string): Sides {
  return { whenTrue: part(`${column} = 'true'`), whenFalse: part(`${column} <> 'true'`) };
}

export function isDefined(column: string): Sides {
  return { whenTrue: part(`${column} IS NOT NULL`), whenFalse: part(`${column} IS NULL`) };
}

/** A property against a value. Undefined when SQLite orders texts otherwise than by code unit. */
export function compared(column: string, comparison: Comparison, value: LiteralValue): Sides | undefined {
  if (comparison === '=' || comparison === '!=') {
    const isEqual = value === null ? isMissing(column) : listed(column, [value]);
    return comparison === '=' ? isEqual : turned(isEqual);
  }
  if (typeof value === 'number') return ordered(comparison, isNumber(column), `CAST(${column} AS REAL)`, value);
  if (typeof value !== 'string') return unknown;
  return isByteOrdered(value) ? ordered(comparison, isText(column), `(${column} ->> '$')`, value) : undefined;
}

/** `IN`: as long as one value is no null, objects and arrays are neither in the list nor out of it. */
export function inList(column: string, values: readonly LiteralValue[]): Sides {
  const scalars = values.filter((value) => value !== null);
  if (scalars.length === values.length) return listed(column, scalars);
  if (scalars.length === 0) return isMissing(column);
  const [presence, list] = [isMissing(column), listed(column, scalars)];
  return {
    whenTrue: joined('OR', [presence.whenTrue, list.whenTrue]),
    whenFalse: joined('AND', [presence.whenFalse, list.whenFalse]),
  };
}

/** Two properties. Undefined for the orderings: texts would be ordered by their bytes. */
export function comparedColumns(left: string, comparison: Comparison, right: string): Sides | undefined {
  if (comparison !== '=' && comparison !== '!=') return undefined;
  const bothScalar = `${isScalar(left)} AND ${isScalar(right)}`;
  const isEqual: Sides = {
    whenTrue: part(`${left} = ${right} AND ${bothScalar}`),
    whenFalse: part(`${left} <> ${right} AND ${bothScalar}`),
  };
  return comparison === '=' ? isEqual : turned(isEqual);
}

/** Undefined for what SQLite does not find as we do: half a surrogate pair, and the end of a text. */
export function textTest(column: string, test: TextTest, text: string): Sides | undefined {
  if (test === 'ENDSWITH' || !text.isWellFormed()) return undefined;
  const found =
    test === 'CONTAINS'
      ? { sql: `instr(${column} ->> '$', ?)`, parameters: [text] }
      : startOf(column, JSON.stringify(text).slice(0, -1));
  return {
    whenTrue: { sql: `${isText(column)} AND ${found.sql}`, parameters: found.parameters },
    whenFalse: { sql: `${isText(column)} AND NOT ${found.sql}`, parameters: found.parameters },
  };
}

export function turned({ whenTrue, whenFalse }: Sides): Sides {
  return { whenTrue: whenFalse, whenFalse: whenTrue };
}

/** Escaped characters are told from others by their first, so a text starts as its JSON does. */
function startOf(column: string, json: string): SqlPart {
  return { sql: `(substr(${column}, 1, length(?)) = ?)`, parameters: [json, json] };
}

function listed(column: string, values: readonly LiteralValue[]): Sides {
  const parameters = values.map((value) => JSON.stringify(value));
  const list = parameters.map(() => '?').join(', ');
  return {
    whenTrue: { sql: `${column} IN (${list})`, parameters },
    whenFalse: { sql: `${column} NOT IN (${list}) AND ${isScalar(column)}`, parameters },
  };
}

/** Null is missing too: the fields of an identity may hold it. */
function isMissing(column: string): Sides {
  return {
    whenTrue: part(`(${column} IS NULL OR ${column} = 'null')`),
    whenFalse: part(`${column} <> 'null'`),
  };
}

function ordered(comparison: Comparison, isComparable: string, operand: string, value: string | number): Sides {
  const side = (sign: Comparison): SqlPart => ({
    sql: `${isComparable} AND ${operand} ${sign} ?`,
    parameters: [value],
  });
  return { whenTrue: side(comparison), whenFalse: side(opposites[comparison]) };
}

function isNumber(column: string): string {
  return `${column} >= '-' AND ${column} < ':'`;
}

function isText(column: string): string {
  return `${column} < '-'`;
}

/** Neither an array nor an object. */
function isScalar(column: string): string {
  return `substr(${column}, 1, 1) NOT IN ('[', '{')`;
}

/** Whether all texts stand to this one by their bytes as they do by their code units: below the surrogates the two are one. */
function isByteOrdered(text: string): boolean {
  return !/[\ud800-\uffff]/.test(text);
}

function part(sql: string): SqlPart {
  return { sql, parameters: [] };
}
