// Every way a condition can be wrong: where, in which words, and how to mend it.
import { expect, test } from 'vitest';
import { conditionDialect } from '#domain/conditions/condition-dialect.ts';
import { parseExpression } from '#domain/conditions/expression-parse.ts';
import { parseCondition } from '#domain/conditions/condition.ts';

/** Each condition marks the place of its problem with ‸. */
const cases: readonly [string, string][] = [
  ['deviceId = ‸edge1', "text values need single quotes: 'edge1'."],
  ['deviceId = ‸site.edge1', 'not site.edge1: name one of them.'],
  ["tags.a = 'prod' ‸NOT deviceId = 'x'", 'AND or OR is missing before NOT.'],
  ["tags.a = 'prod' ‸tags.b = 'x'", 'AND or OR is missing before tags.b.'],
  ["tags.a = 'prod' ‸(tags.b = 'x')", 'AND or OR is missing before (.'],
  ["tags.a ‸'x'", "AND or OR is missing before 'x'."],
  ['tags.a = ‸"pro\'d"', "double quotes are not allowed, text values need single quotes: 'pro''d'."],
  ['tags.a = ‸"prod', "single quotes: 'text'."],
  ["tags.a = ‸'prod", 'the text is not closed: add a single quote at its end'],
  ["tags.a = 'x'‸; DROP", 'unexpected semicolon: remove it'],
  ['tags.a = ‸12ab', '12ab is not a number: write it as 12, -0.5 or 1e6'],
  ['tags.a = ‸1.2.3', '1.2.3 is not a number'],
  ['tags.a = ‸0x1F', '0x1F is not a number'],
  ['tags.a = ‸1e999', '1e999 is larger than any number a twin can hold'],
  ['tags.‸9abc = 1', 'the key 9abc needs double brackets: [[9abc]].'],
  ['tags.‸größe = 1', 'the key größe needs double brackets: [[größe]].'],
  ['tags.‸[[a b] = 1', 'the brackets are not closed: add ]].'],
  ['tags.‸[[]] = 1', 'the brackets are empty: name a key'],
  ['gr‸öße = 1', 'unexpected character ö: remove it'],
  ['tags.‸ = 1', 'a key is missing after the dot'],
  ['tags.a =‸', 'something is missing after =: complete the condition, or remove =.'],
  ['NOT‸', 'something is missing after NOT'],
  ["tags.a = 'x' AND‸", 'something is missing after AND'],
  ["‸= 'x'", "a path is missing before =: name what to compare, as in tags.site = 'north'."],
  ["tags.a =‸= 'x'", 'one comparison sign is enough: remove =.'],
  ['tags.a = 1 ‸= 1', 'only two things are compared at a time: put the comparison before = into parentheses.'],
  ['‸AND', 'something is missing before AND'],
  ['‸IN [1]', 'something is missing before IN'],
  ['(‸)', 'something is missing before )'],
  ['tags.a AND OR‸', ''],
  ['tags.a = ‸NOT tags.b', 'NOT stands before a whole comparison: write NOT (a = b), not a = NOT b.'],
  ['tags.a = ‸*', '* stands alone and matches every device: remove it, or all the rest.'],
  ['* ‸AND tags.a', ''],
  ['tags.a ‸*', '* stands alone and matches every device'],
  ['tags.a = ‸[1]', 'a list stands only after IN or NIN: write tags.site IN [ … ].'],
  ['tags.a ‸, tags.b', 'unexpected ,: remove it.'],
  ['tags.a = 1‸,5', 'a number is written with a point, as in 1.5: replace the comma.'],
  ['tags.a = 1‸, 5', 'unexpected ,: remove it.'],
  ['tags.a = 1 ‸,5', 'unexpected ,: remove it.'],
  ['tags.a = 1‸,tags.b = 5', 'unexpected ,: remove it.'],
  ["tags.a = 'x'‸,5", 'unexpected ,: remove it.'],
  ['tags.a = ‸.5', 'a number does not begin with its point: write 0 before it, as in 0.5.'],
  ['tags.a = 1 AND ‸.b', 'unexpected character .: remove it'],
  ['tags.a = ‸‘x’', "unexpected character ‘: a text stands in plain quotes, as in 'north'."],
  ['tags.a = ‸`x`', 'unexpected character `: a text stands in plain quotes'],
  ['tags.a =‸\u00a01', 'unexpected character U+00A0: write a plain space instead.'],
  ["(tags.a = 'x'‸", 'the parenthesis opened at 0 is not closed: add ).'],
  ["(tags.a = 'x' ‸tags.b)", 'AND or OR is missing before tags.b.'],
  ["tags.a = 'x'‸)", 'there is no parenthesis to close: remove ), or add ( before.'],
  ["tags.a ‸LIKE 'p%'", 'LIKE is not known: use STARTSWITH, ENDSWITH or CONTAINS.'],
  ['tags.a ‸between 1 AND 2', 'BETWEEN is not known: use >= and <=.'],
  [
    "‸status = 'enabled'",
    'a condition reads only deviceId, tags and properties.reported, not status: put it below tags, as in tags.status.',
  ],
  ['‸status', 'not status: name one of them.'],
  ['‸tags', 'tags is no value: name a key, as in tags.site.'],
  ['‸properties.reported = 1', 'name a key, as in properties.reported.site.'],
  ['‸properties.desired.a = 1', 'not properties.desired.a: use properties.reported.a.'],
  ['‸a.properties.desired.b = 1', 'put it below tags, as in tags.a.properties.desired.b.'],
  ['‸deviceId.a = 1', 'deviceId has no parts, write deviceId.'],
  ["‸properties.a = 'x'", 'a condition reads only deviceId, tags and properties.reported, not properties.a'],
  [
    "‸SELECT * FROM devices WHERE deviceId = 'x'",
    'SELECT belongs to a query, not to a condition: write only what stands after WHERE.',
  ],
  ['‸from devices.modules where tags.a = 1', 'from belongs to a query'],
  ['‸where tags.a = 1', 'where belongs to a query, not to a condition: write only what stands after WHERE.'],
  ['‸fromSite = 1', 'not fromSite: put it below tags, as in tags.fromSite.'],
  ['‸properties.from = 1', 'not properties.from: put it below tags'],
  ['‸tag.site = 1', 'not tag.site: write tags.site.'],
  ['‸twin.tags.site = 1', 'not twin.tags.site: write tags.site.'],
  ['‸reported.level = 1', 'not reported.level: write properties.reported.level.'],
  ['‸twin.properties.reported.level = 1', 'write properties.reported.level.'],
  ['‸all', 'not all: write * for every device.'],
  ['‸everything = 1', 'put it below tags, as in tags.everything.'],
  ['tags.a =‸< 1', '=< is written <=.'],
  ['tags.a =‸> 1', '=> is written >=.'],
  ["tags.a‸['b'] = 1", 'a key stands behind a dot: write tags.site, or tags.[[a b]] where it has blanks.'],
  ['‸FOO(tags.a)', 'there is no function FOO: the known ones are IS_DEFINED, STARTSWITH, ENDSWITH and CONTAINS.'],
  ["IS_DEFINED(‸'x')", 'IS_DEFINED takes a path here: write tags.site, say, without quotes.'],
  ['IS_DEFINED(‸status)', 'IS_DEFINED takes a path here'],
  ['IS_DEFINED(tags.a‸', 'the parenthesis opened at 10 is not closed: add ).'],
  ["STARTSWITH(‸'x', 'y')", 'STARTSWITH takes a path here'],
  ['STARTSWITH(tags.a‸)', "STARTSWITH takes a path and a text: add , 'text'."],
  ['STARTSWITH(tags.a, ‸tags.b)', "STARTSWITH takes a text in single quotes here: write 'text'."],
  ["STARTSWITH(tags.a, 'x'‸", 'the parenthesis opened at 10 is not closed'],
  ["tags.a IN ‸('x')", "IN takes a list: write IN ['a', 'b']."],
  ['tags.a NIN ‸1', "NIN takes a list: write NIN ['a', 'b']."],
  ['tags.a IN [‸]', "the list is empty: write its values into it, as in ['a', 'b']."],
  ['tags.a IN [1,‸]', 'a value is missing in the list: add one, or remove the comma before.'],
  ['tags.a IN [1, ‸b]', "a list holds values only: put text into single quotes, as in 'b'."],
  ['tags.a IN [1 ‸2]', 'the list goes on with a comma or ends with ]: add one.'],
  ["tags.a = 'x' OR ‸\u0000", 'unexpected character'],
];

test.each(cases)('when the condition is %j, it says: %s', (marked, message) => {
  const result = parseCondition(marked.replace('‸', ''));
  const problems = result.ok ? [] : result.problems;
  expect(problems).toHaveLength(1);
  expect(problems[0]?.message).toContain(message);
  if (message !== '') expect(problems[0]?.at).toBe(marked.indexOf('‸'));
});

test('when there is nothing to parse, it says so', () => {
  expect(parseExpression(' ', conditionDialect)).toMatchObject({
    problems: [{ at: 1, message: expect.stringContaining('is missing') }],
  });
});

test('when several paths are wrong, all are told at once, in order', () => {
  const result = parseCondition("status = 'x' AND (etag = 'y' OR tags.a = north)");
  expect(result.ok ? [] : result.problems.map(({ at }) => at)).toEqual([0, 18, 41]);
});
