// Conditions as IoT Hub accepts them: what is rewritten means the same, what it does not know is refused where it stands.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { portableText } from '#domain/conditions/condition-export.ts';
import { parseCondition } from '#domain/conditions/condition.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { anyCondition } from '#test/support/any-expression.ts';
import { aSubject, problemsOf, readCondition, readModuleCondition, valueOf } from '#test/support/read-condition.ts';

test.each<[string, string]>([
  ["tags.site='north'  and not tags.a<>1", "tags.site='north'  and not tags.a<>1"],
  ['*', '*'],
  [' ', ' '],
  ["deviceId IN ['a']", "deviceId = 'a'"],
  ["deviceId IN ['a', 'b']", "deviceId = 'a' OR deviceId = 'b'"],
  ["tags.my_tag in ['true', true]", "tags.my_tag = 'true' OR tags.my_tag = true"],
  ['tags.a NIN [1, null]', 'tags.a != 1 AND tags.a != null'],
  [
    "tags.environment IN ['foo','bar'] OR deviceId IN ['a','b']",
    "tags.environment = 'foo' OR tags.environment = 'bar' OR deviceId = 'a' OR deviceId = 'b'",
  ],
  ['tags.a IN [1, 2] AND tags.b', '(tags.a = 1 OR tags.a = 2) AND tags.b'],
  ['tags.a NIN [1, 2] AND tags.b', 'tags.a != 1 AND tags.a != 2 AND tags.b'],
  ['(tags.a AND tags.b) AND tags.c IN [1]', '(tags.a AND tags.b) AND tags.c = 1'],
  ['NOT tags.a IN [1, 2]', 'NOT (tags.a = 1 OR tags.a = 2)'],
  ['(tags.a IN [1, 2]) = (tags.b NIN [3])', '(tags.a = 1 OR tags.a = 2) = (tags.b != 3)'],
  ['(tags.a IN [1, 2]) IN [true]', '(tags.a = 1 OR tags.a = 2) = true'],
  ["tags.[[a b]] IN ['it''s']", "tags.[[a b]] = 'it''s'"],
  ["IS_DEFINED(tags.a) AND 'x' IN ['x'] AND tags.CONTAINS", "IS_DEFINED(tags.a) AND 'x' = 'x' AND tags.CONTAINS"],
])('when the condition is %s, IoT Hub gets %s', (text, expected) => {
  expect(portableText(readCondition(text))).toEqual({ ok: true, value: expected });
});

test('when a module condition is rewritten, its opening stays', () => {
  const text = 'From devices.modules  where tags.a IN [1,2]';
  expect(portableText(readModuleCondition(text))).toEqual({
    ok: true,
    value: 'From devices.modules  where tags.a = 1 OR tags.a = 2',
  });
  expect(portableText(readModuleCondition(text.replace(' IN [1,2]', '=1')))).toMatchObject({
    value: 'From devices.modules  where tags.a=1',
  });
  expect(portableText(readModuleCondition(''))).toEqual({ ok: true, value: '' });
});

test('when a condition asks what IoT Hub cannot, every place is told with its reason', () => {
  const text = `startswith(tags.a, 'x') OR (ENDSWITH (deviceId, 'STARTSWITH(') AND contains(tags.[["]], 'a"b')) OR tags.c IN [1]`;
  const problems = problemsOf(portableText(readCondition(text)));
  expect(problems.map(({ at }) => at)).toEqual([
    0,
    28,
    text.indexOf('contains'),
    text.indexOf('tags.[['),
    text.indexOf("'a\"b'"),
  ]);
  expect(problems[0]).toEqual({
    code: 'deployment.condition',
    at: 0,
    message: 'IoT Hub has no STARTSWITH in conditions: tag the devices and match the tag, or list the values with IN.',
  });
  expect(problems[4]?.message).toBe(
    `IoT Hub allows no double quotes in a condition, not even in 'a"b': match another tag.`,
  );
});

test('when a module condition asks what IoT Hub cannot, the place counts from the start of its text', () => {
  const text = "from devices.modules where CONTAINS(moduleId, 'x')";
  expect(problemsOf(portableText(readModuleCondition(text))).map(({ at }) => at)).toEqual([27]);
});

test('when it grows as long as IoT Hub allows it is written, one character more is refused', () => {
  const longest = `tags.a = '${'x'.repeat(8167)}' OR tags.a = 1`;
  expect(longest).toHaveLength(8192);
  expect(portableText(readCondition(`tags.a IN ['${'x'.repeat(8167)}', 1]`))).toEqual({ ok: true, value: longest });
  expect(problemsOf(portableText(readCondition(`tags.a IN ['${'x'.repeat(8168)}', 1]`)))).toMatchObject([{ at: 0 }]);
});

test('when it grows much longer than IoT Hub allows, it is told by how much', () => {
  const text = `tags.a IN [${Array.from({ length: 900 }, (_, index) => index).join(',')}]`;
  expect(problemsOf(portableText(readCondition(text)))).toMatchObject([
    { at: 0, message: expect.stringMatching(/^without IN and NIN it has \d{5} characters, IoT Hub takes 8192: tag/) },
  ]);
});

test('when its text is no longer that of a condition, it is refused', () => {
  const changed = { ...readCondition("tags.a = 'x'"), text: "tags.a = 'x" };
  expect(problemsOf(portableText(changed))).toMatchObject([
    { at: 9, message: expect.stringContaining('is not closed') },
  ]);
});

test('when a list is empty, as no text makes it, nothing is in it', () => {
  const condition = readCondition('tags.a IN [1]');
  const emptyList = {
    kind: 'in',
    subject: { kind: 'path', path: { root: 'tags', segments: ['a'] } },
    values: [],
  } as const;
  for (const negated of [false, true]) {
    expect(portableText({ ...condition, expression: { ...emptyList, negated } })).toMatchObject({
      value: String(negated),
    });
  }
});

const twinValue = fc.constantFrom(1, -1, 'x', "it's", '', true, false, { a: 1 }, ['x']);
const twins = fc.dictionary(fc.constantFrom('a', 'b', 'site', 'a b'), twinValue, {
  maxKeys: 4,
}) as fc.Arbitrary<JsonObject>;

test('when any condition is rewritten, it is true, false and unknown of the same devices', () => {
  let rewrites = 0;
  fc.assert(
    fc.property(anyCondition, twins, twins, (expression, tags, reported) => {
      const condition = readCondition(printExpression(expression, conditionDialect));
      const exported = portableText(condition);
      if (!exported.ok) return;
      const read = valueOf(parseCondition(exported.value), exported.value);
      rewrites += Number(!condition.isPortable);
      expect(read.isPortable).toBe(true);
      const subject = aSubject(tags, reported);
      expect([exported.value, read.test(subject)]).toEqual([exported.value, condition.test(subject)]);
    }),
    { seed: 12, numRuns: 3000 },
  );
  expect(rewrites).toBeGreaterThan(300);
});
