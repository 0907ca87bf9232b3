// A query answered from the twins' own JSON, row by row: what its words mean. The store answers faster; this says what is right.
import type { JsonObject } from '#base/json.ts';
import type { ExpressionPath } from '#domain/conditions/expression-ast.ts';
import { compileTest, type Reader } from '#domain/conditions/expression-compile.ts';
import { valueReader } from '#domain/conditions/expression-read.ts';
import { createGrouping, createProjection } from './twin-grouping.ts';
import { isGrouped, type TwinQuery } from './twin-query-ast.ts';

/**
 * The rows a query gives for twins, which are IoT Hub's own documents of the collection it asks for, in the order they come in.
 * @example `SELECT deviceId FROM devices WHERE tags.site = 'north'` → `[{deviceId: 'edge-1'}]` (iot-hub.md 1.2)
 */
export function evaluateTwinQuery(query: TwinQuery, twins: Iterable<JsonObject>): readonly JsonObject[] {
  const { select, where, top } = query;
  const isWanted = where === null ? () => true : compileTest(where, readerOfTwin);
  const wanted = [...twins].filter((twin) => isWanted(twin) === true);
  const most = top ?? Infinity;
  if (isGrouped(query)) {
    const grouping = createGrouping(query, readerOfTwin);
    for (const twin of wanted) grouping.add(twin);
    return grouping
      .groups()
      .slice(0, most)
      .map((group) => group.row());
  }
  return wanted.slice(0, most).map(select === '*' ? (twin) => twin : createProjection(select, readerOfTwin));
}

/** Where a path lies in IoT Hub's JSON of a twin. */
export function readerOfTwin({ root, segments }: ExpressionPath): Reader<JsonObject> {
  const steps = root === 'desired' || root === 'reported' ? ['properties', root, ...segments] : [root, ...segments];
  return valueReader(steps);
}
