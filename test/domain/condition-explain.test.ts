// Why a condition is met or not: the clauses that decided, and a sentence for the person in front of the device.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { explain, type ExplainedClause } from '#domain/conditions/condition-explain.ts';
import { printExpression } from '#domain/conditions/expression-print.ts';
import { anyCondition } from '#test/support/any-expression.ts';
import { aModuleSubject, aSubject, readCondition, readModuleCondition } from '#test/support/read-condition.ts';

const subject = aSubject(
  { site: 'south', ring: 1, on: true, off: false, floor: '2', place: { a: 1 }, list: [1], long: 'x'.repeat(80) },
  { fw: '1.2' },
);

describe('the sentence', () => {
  test.each<[string, string]>([
    ["tags.site = 'north'", "tags.site = 'north' is false: tags.site is 'south'."],
    ["tags.site = 'south'", "tags.site = 'south' is true: tags.site is 'south'."],
    ["tags.site = 'north' AND tags.ring = 1", "tags.site = 'north' is false: tags.site is 'south'."],
    ["tags.site = 'north' OR tags.ring = 1", 'tags.ring = 1 is true: tags.ring is 1.'],
    ["tags.zone = 'x'", "tags.zone = 'x' is unknown: tags.zone is missing."],
    ["tags.zone = 'x' AND tags.ring = 1", "tags.zone = 'x' is unknown: tags.zone is missing."],
    ["tags.zone = 'x' AND tags.ring = 2", 'tags.ring = 2 is false: tags.ring is 1.'],
    ["tags.zone = 'x' OR tags.off", "tags.zone = 'x' is unknown: tags.zone is missing."],
    ['NOT tags.ring = 1', 'NOT tags.ring = 1 is false: tags.ring is 1.'],
    ['NOT (tags.ring = 1 OR tags.on = false)', 'tags.ring = 1 is true: tags.ring is 1.'],
    ['tags.off AND tags.ring > 1', 'tags.off is false; tags.ring > 1 is false: tags.ring is 1.'],
    ['tags.off AND tags.off', 'tags.off is false.'],
    [
      'tags.off OR (tags.on AND NOT (tags.ring = 2 OR tags.off))',
      'tags.on is true; tags.ring = 2 is false: tags.ring is 1; tags.off is false.',
    ],
    ['tags.zone', 'tags.zone is unknown: tags.zone is missing.'],
    ['NOT tags.off', 'NOT tags.off is true: tags.off is false.'],
    ['NOT tags.site', "NOT tags.site is true: tags.site is 'south', and only true counts."],
    ['IS_DEFINED(tags.zone)', 'IS_DEFINED(tags.zone) is false: tags.zone is missing.'],
    ['tags.ring IN [2, 3]', 'tags.ring IN [2, 3] is false: tags.ring is 1.'],
    ['tags.site = tags.ring', "tags.site = tags.ring is false: tags.site is 'south', tags.ring is 1."],
    ['tags.ring = tags.ring', 'tags.ring = tags.ring is true: tags.ring is 1.'],
    ['1 = 2', '1 = 2 is false for every device.'],
    ["1 < 'x'", "1 < 'x' is unknown for every device."],
    // kinds that differ
    ['tags.floor = 2', "tags.floor = 2 is false: tags.floor is '2', a text and not a number."],
    ["NOT tags.ring = '1'", "NOT tags.ring = '1' is true: tags.ring is 1, a number and not a text."],
    ["'true' != tags.on", "'true' != tags.on is true: tags.on is true, a truth value and not a text."],
    ['tags.site = true', "tags.site = true is false: tags.site is 'south', a text and not a truth value."],
    ['tags.site = null', "tags.site = null is false: tags.site is 'south'."],
    ["(tags.ring = 2) = 'x'", "(tags.ring = 2) = 'x' is false: tags.ring is 1."],
    ["tags.ring > '1'", "tags.ring > '1' is unknown: tags.ring is 1, which does not compare."],
    ['tags.ring > tags.zone', 'tags.ring > tags.zone is unknown: tags.ring is 1, tags.zone is missing.'],
    ["tags.place = 'x'", "tags.place = 'x' is unknown: tags.place is an object, which does not compare."],
    ["tags.list = 'x'", "tags.list = 'x' is unknown: tags.list is a list, which does not compare."],
    ["CONTAINS(tags.ring, '1')", "CONTAINS(tags.ring, '1') is unknown: tags.ring is 1, which is no text."],
    ["CONTAINS(tags.site, '1')", "CONTAINS(tags.site, '1') is false: tags.site is 'south'."],
    ["CONTAINS(tags.zone, '1')", "CONTAINS(tags.zone, '1') is unknown: tags.zone is missing."],
    // short enough to be read
    ['tags.long', `tags.long is false: tags.long is '${'x'.repeat(58)}…, and only true counts.`],
    [
      'tags.off AND tags.site = 1 AND tags.ring = 2 AND tags.ring = 3 AND deviceId = properties.reported.fw',
      "tags.off is false; tags.site = 1 is false: tags.site is 'south', a text and not a number; tags.ring = 2 is false: tags.ring is 1; and 2 more.",
    ],
    [`tags.site = '${'y'.repeat(106)}'`, `tags.site = '${'y'.repeat(106)}' is false: tags.site is 'south'.`],
    [`tags.site = '${'y'.repeat(200)}'`, `tags.site = '${'y'.repeat(106)}… is false: tags.site is 'south'.`],
    ['*', '* matches every device.'],
    ['', 'An empty condition matches nothing.'],
  ])('when the condition is %s, it says: %s', (text, sentence) => {
    expect(explain(readCondition(text), subject).sentence).toBe(sentence);
  });
});

test('when a condition is explained, each clause tells what it says, what it read and why', () => {
  const { clause, ...rest } = explain(readCondition("tags.a = 1 AND NOT (tags.site = 'x' OR tags.on)"), subject);
  const [missing, negation] = clause?.parts ?? [];
  const [chain] = negation?.parts ?? [];
  expect(rest).toMatchObject({ isMatch: false, verdict: 'false' });
  expect(clause).toMatchObject({
    text: "tags.a = 1 AND NOT (tags.site = 'x' OR tags.on)",
    verdict: 'false',
    joins: 'and',
  });
  expect(clause?.reads.map(({ path }) => path)).toEqual(['tags.a', 'tags.site', 'tags.on']);
  expect(missing).toEqual({
    text: 'tags.a = 1',
    verdict: 'unknown',
    reads: [{ path: 'tags.a', value: null, isMissing: true }],
    joins: null,
    parts: [],
    reason: 'tags.a = 1 is unknown: tags.a is missing',
  });
  expect(negation).toMatchObject({ verdict: 'false', joins: 'not' });
  expect(chain).toMatchObject({ text: "tags.site = 'x' OR tags.on", verdict: 'true', joins: 'or' });
  expect(chain?.parts[1]?.reads).toEqual([{ path: 'tags.on', value: true, isMissing: false }]);
  expect(rest.deciding).toEqual([chain?.parts[1]]);
});

test('when there is nothing to read, there is no clause', () => {
  expect(explain(readCondition('*'), subject)).toMatchObject({
    isMatch: true,
    verdict: 'true',
    clause: null,
    deciding: [],
  });
  expect(explain(readCondition(''), subject)).toMatchObject({
    isMatch: false,
    verdict: 'false',
    clause: null,
    deciding: [],
  });
});

test('when a module condition is explained, it reads the module', () => {
  const condition = readModuleCondition("from devices.modules where moduleId = 'a' AND tags.[[b c]] = 1");
  const { sentence, deciding } = explain(condition, aModuleSubject('a', { 'b c': 2 }));
  expect(sentence).toBe('tags.[[b c]] = 1 is false: tags.[[b c]] is 2.');
  expect(deciding).toHaveLength(1);
});

const twins = fc.dictionary(
  fc.constantFrom('a', 'b', 'site', 'a b'),
  fc.constantFrom(1, -1, 'x', true, false, { a: 1 }),
) as fc.Arbitrary<JsonObject>;

/** What AND, OR and NOT make of the parts, by counting. */
function combined({ joins, parts, verdict }: ExplainedClause): string {
  const verdicts = parts.map((part) => part.verdict);
  if (joins === 'not') return verdicts[0] === 'unknown' ? 'unknown' : String(verdicts[0] === 'false');
  if (joins === null) return verdict;
  const decisive = joins === 'and' ? 'false' : 'true';
  if (verdicts.includes(decisive)) return decisive;
  return verdicts.includes('unknown') ? 'unknown' : String(decisive === 'false');
}

function everyClause(clause: ExplainedClause): readonly ExplainedClause[] {
  return [clause, ...clause.parts.flatMap(everyClause)];
}

test('when any condition is explained, its clauses add up and the deciding ones are among them', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(anyCondition, twins, twins, (expression, tags, reported) => {
      const condition = readCondition(printExpression(expression, conditionDialect));
      const read = aSubject(tags, reported);
      const { clause, deciding, verdict, isMatch, sentence } = explain(condition, read);
      if (clause === null) throw new Error('a condition that reads nothing');
      const all = everyClause(clause);
      for (const each of all) expect(combined(each)).toBe(each.verdict);
      const truth = condition.test(read);
      expect([verdict, isMatch]).toEqual([truth === undefined ? 'unknown' : String(truth), truth === true]);
      expect(deciding.length).toBeGreaterThan(0);
      for (const each of deciding) {
        expect(all).toContain(each);
        expect(each.parts).toEqual([]);
        if (verdict === 'unknown') expect(each.verdict).toBe('unknown');
      }
      expect(sentence).toMatch(/\.$/);
      seen.add(verdict);
    }),
    { seed: 13, numRuns: 1000 },
  );
  expect(seen).toEqual(new Set(['true', 'false', 'unknown']));
});
