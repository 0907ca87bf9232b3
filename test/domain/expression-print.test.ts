// A printed expression reads back as the tree it was printed from, and looks as a person would write it.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conditionDialect, moduleConditionDialect } from '#domain/conditions/condition-dialect.ts';
import type { Dialect } from '#domain/conditions/expression-dialect.ts';
import { parseExpression } from '#domain/conditions/expression-parse.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { queryDialect } from '#domain/conditions/expression-query-dialect.ts';
import { anyCondition, anyQueryExpression } from '#test/support/any-expression.ts';

test.each([
  ['condition', anyCondition, conditionDialect],
  ['module condition', anyCondition, moduleConditionDialect],
  ['query expression', anyQueryExpression, queryDialect],
])('when any %s is printed and parsed, it is the tree it was', (_name, anyExpression, dialect) => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      const printed = printExpression(expression, dialect);
      expect([printed, parseExpression(printed, dialect)]).toEqual([printed, { ok: true, value: expression }]);
    }),
    { seed: 11, numRuns: 2000 },
  );
});

test.each<[Dialect, string, string]>([
  [conditionDialect, "TAGS.a='x'and not(Properties.Reported.b<>2)", "tags.a = 'x' AND NOT properties.reported.b != 2"],
  [conditionDialect, '(tags.a or tags.b) and tags.c', '(tags.a OR tags.b) AND tags.c'],
  [conditionDialect, '(tags.a and tags.b) or tags.c', 'tags.a AND tags.b OR tags.c'],
  [conditionDialect, '(tags.a or tags.b) or tags.c', '(tags.a OR tags.b) OR tags.c'],
  [conditionDialect, '(not tags.a) = true', '(NOT tags.a) = true'],
  [conditionDialect, '(tags.a in [1]) = true', '(tags.a IN [1]) = true'],
  [conditionDialect, '(tags.a = 1) nin [true,null]', '(tags.a = 1) NIN [true, null]'],
  [conditionDialect, 'NOT (NOT tags.a)', 'NOT NOT tags.a'],
  [conditionDialect, "tags.[[a]].[[9]].[[9a]].[[a b]]='it''s \\'", "tags.a.9.[[9a]].[[a b]] = 'it''s \\'"],
  [conditionDialect, "startswith( tags.a ,'x')", "STARTSWITH(tags.a, 'x')"],
  [conditionDialect, 'tags.a = 9223372036854775808', 'tags.a = 9223372036854775808'],
  [conditionDialect, 'tags.a = -0', 'tags.a = -0'],
  [conditionDialect, 'tags.a = 1e20', 'tags.a = 100000000000000000000'],
  [conditionDialect, 'tags.a = 1e21', 'tags.a = 1e+21'],
  [conditionDialect, 'tags.[[10]]', 'tags.10'],
  [moduleConditionDialect, "MODULEID = 'm'", "moduleId = 'm'"],
  [queryDialect, 'devices.tags.a=0x1F', 'tags.a = 31'],
  [queryDialect, 'devices.modules.properties.desired.$version > -(5)', 'properties.desired.$version > -(5)'],
  [queryDialect, '1-(2-3)-4*(5+6)', '1 - (2 - 3) - 4 * (5 + 6)'],
  [queryDialect, '(1-2)-3', '1 - 2 - 3'],
  [queryDialect, '(2*3)%4/5', '2 * 3 % 4 / 5'],
  [queryDialect, '2*(3%4)', '2 * (3 % 4)'],
  [queryDialect, '-(tags.a+1)*2', '-(tags.a + 1) * 2'],
  [queryDialect, '- -tags.a - -1', '--tags.a - -1'],
  [queryDialect, '(tags.a = 1) + 1', '(tags.a = 1) + 1'],
  [queryDialect, String.raw`"a\"b'c\\"`, String.raw`'a"b\'c\\'`],
  [
    queryDialect,
    "array_contains(parentscopes,-1) or Contains('a' , 'b')",
    "ARRAY_CONTAINS(parentScopes, -1) OR CONTAINS('a', 'b')",
  ],
  [queryDialect, 'UNDEFINED', 'undefined'],
])('when %# is printed, it is written the plain way: %s%s', (dialect, source, printed) => {
  const parsed = parseExpression(source, dialect);
  expect(parsed.ok ? printExpression(parsed.value, dialect) : parsed.problems).toBe(printed);
});
