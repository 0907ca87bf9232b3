// Pieces of SQL with what they bind, and how they are put together.

export interface SqlPart {
  readonly sql: string;
  /** For its question marks, in their order. */
  readonly parameters: readonly (string | number)[];
}

/** Conditions joined two by two: a chain of a thousand would be a thousand levels deep, which is SQLite's limit. */
export function joined(operator: 'AND' | 'OR', parts: readonly SqlPart[]): SqlPart {
  const [first] = parts;
  if (first === undefined) return { sql: operator === 'AND' ? '1' : '0', parameters: [] };
  if (parts.length === 1) return { sql: `(${first.sql})`, parameters: first.parameters };
  const middle = parts.length >> 1;
  const left = joined(operator, parts.slice(0, middle));
  const right = joined(operator, parts.slice(middle));
  return { sql: `(${left.sql} ${operator} ${right.sql})`, parameters: [...left.parameters, ...right.parameters] };
}
