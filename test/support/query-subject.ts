// What a query expression reads in tests: one object with a member for each root.
import type { JsonObject } from '#base/json.ts';
import { compileTest, compileValue, type ReaderOf } from '#domain/conditions/expression-compile.ts';
import { parseExpression } from '#domain/conditions/expression-parse.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import { valueReader } from '#domain/conditions/expression-read.ts';
import { valueOf } from '#test/support/read-condition.ts';

/** `{ deviceId: 'a', tags: { … }, desired: { … } }`: names are those of canonical roots. */
export type QuerySubject = JsonObject;

export const readRoot: ReaderOf<QuerySubject> = ({ root, segments }) => valueReader([root, ...segments]);

export function testOf(text: string): (subject: QuerySubject) => boolean | undefined {
  return compileTest(valueOf(parseExpression(text, queryDialect), text), readRoot);
}

export function valueIn(text: string, subject: QuerySubject): unknown {
  return compileValue(valueOf(parseExpression(text, queryDialect), text), readRoot)(subject);
}
