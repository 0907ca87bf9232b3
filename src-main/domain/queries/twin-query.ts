// Reads a twin query: SELECT, FROM, WHERE, GROUP BY, in that order (iot-hub.md 1.2). What stands in them are expressions of the
// query dialect; every refusal has an offset, a sentence and a mend.
import { failure, success, type Result } from '#base/result.ts';
import type { Expression } from '#domain/conditions/expression-ast.ts';
import { isSymbol, openCursor, type Cursor } from '#domain/conditions/expression-cursor.ts';
import { parseExpressionAt } from '#domain/conditions/expression-parse.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import type { TwinCollection, TwinQuery } from './twin-query-ast.ts';
import { checkColumns } from './twin-query-columns.ts';
import { readGroupBy, readSelect, type Selection } from './twin-query-select.ts';
import { isClauseEnd, isWord, passWord, unexpectedClause } from './twin-query-words.ts';

/**
 * A query, or every reason why it is none; `at` of a problem is an offset into `text`.
 * `SELECT *` alone, which IoT Hub stores as a metric, asks for all devices; a semicolon at the end is passed over.
 * @example `SELECT TOP 5 deviceId, tags.site AS site FROM devices WHERE status = 'enabled'`
 */
export function parseTwinQuery(text: string): Result<TwinQuery> {
  const bare = text.trimEnd();
  const query = bare.endsWith(';') ? bare.slice(0, -1) : bare;
  // Blanks count too: the text is kept as it came.
  const opened = openCursor(text.length > queryDialect.maxLength ? text : query, queryDialect);
  if (!opened.ok) return opened;
  const cursor = opened.value;
  const read = readQuery(cursor, text);
  return read === undefined || cursor.problems.length > 0 ? failure(cursor.problems) : success(read);
}

function readQuery(cursor: Cursor, text: string): TwinQuery | undefined {
  const example = 'write SELECT * FROM devices.';
  if (!passWord(cursor, 'SELECT')) return cursor.refuse(`a query starts with SELECT: ${example}`);
  const top = isWord(cursor.token(), 'TOP') ? readTop(cursor) : null;
  const selection = top === undefined ? undefined : readSelect(cursor);
  const from = selection && readFrom(cursor, selection);
  if (top === undefined || selection === undefined || from === undefined) return undefined;
  const where = passWord(cursor, 'WHERE') ? readWhere(cursor) : null;
  const groupBy = where === undefined ? undefined : readGroupBy(cursor);
  if (where === undefined || groupBy === undefined) return undefined;
  if (cursor.token().kind !== 'end') return cursor.refuse(unexpectedClause(cursor.token()));
  if (cursor.problems.length === 0) checkColumns(cursor, selection, groupBy);
  const select = selection === '*' ? selection : selection.columns.map(({ column }) => column);
  return { text, from, top, select, where, groupBy: groupBy.paths };
}

function readTop(cursor: Cursor): number | undefined {
  cursor.take();
  const token = cursor.token();
  if (token.kind === 'number' && Number.isSafeInteger(token.value) && token.value > 0) {
    cursor.take();
    return token.value;
  }
  return cursor.refuse('TOP takes a whole number from 1: write SELECT TOP 10 *.');
}

function readFrom(cursor: Cursor, selection: Selection): TwinCollection | undefined {
  if (selection === '*' && cursor.token().kind === 'end') return 'devices';
  if (!passWord(cursor, 'FROM')) return cursor.refuse('FROM is missing: write FROM devices or FROM devices.modules.');
  const token = cursor.token();
  const name = token.source.toLowerCase();
  if (name === 'devices' || name === 'devices.modules') {
    cursor.take();
    return name;
  }
  return name === 'devices.jobs'
    ? cursor.refuse('this hub runs no jobs: write FROM devices or FROM devices.modules.')
    : cursor.refuse('only devices and devices.modules can be asked: write FROM devices or FROM devices.modules.');
}

function readWhere(cursor: Cursor): Expression | undefined {
  if (isSymbol(cursor.token(), '*'))
    return cursor.refuse('* is no condition in a query: remove WHERE to get everything.');
  return parseExpressionAt(cursor, isClauseEnd);
}
