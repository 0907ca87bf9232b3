// The words for what a schema refuses: none of them is the library's, and the schema's own stay as they are.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { inputProblems } from '#contract/input-problems.ts';

const schema = z.strictObject({
  name: z.string().min(2).max(4),
  count: z.int().min(1).max(9).optional(),
  list: z.array(z.boolean()).min(1).max(2).optional(),
  mode: z.enum(['all', 'each']).optional(),
  kind: z.literal('tag').optional(),
  own: z.string().max(1, 'is longer than a flag').optional(),
  either: z.union([z.string(), z.number()]).optional(),
});

test.each<readonly [unknown, string]>([
  [undefined, 'it is missing and must be a JSON object'],
  [null, 'it must be a JSON object'],
  [{}, 'name: is missing and must be a text'],
  [{ name: 5 }, 'name: must be a text'],
  [{ name: 'abcde' }, 'name: must have at most 4 characters'],
  [{ name: 'a' }, 'name: must have at least 2 characters'],
  [{ name: 'ab', count: 1.5 }, 'count: must be a whole number'],
  [{ name: 'ab', count: 10 }, 'count: must be at most 9'],
  [{ name: 'ab', count: 0 }, 'count: must be at least 1'],
  [{ name: 'ab', list: [] }, 'list: must have at least 1 item'],
  [{ name: 'ab', list: [true, 1] }, 'list[1]: must be true or false'],
  [{ name: 'ab', list: 1 }, 'list: must be a list'],
  [{ name: 'ab', mode: 'some' }, 'mode: must be one of all, each'],
  [{ name: 'ab', kind: 'tab' }, 'kind: must be tag'],
  [{ name: 'ab', nmae: 1 }, 'it has what is not known here, remove nmae'],
  [{ name: 'ab', own: 'xy' }, 'own: is longer than a flag'],
  [{ name: 'ab', either: [] }, 'either: cannot be read as it is written'],
  [{ name: 5, count: 'x' }, 'name: must be a text, count: must be a number'],
])('when the input is %j, it says so in plain words', (input, words) => {
  const parsed = schema.safeParse(input);
  expect(parsed.error === undefined ? '' : inputProblems(parsed.error)).toBe(words);
});

test('when a hundred places are wrong, the first ten are told', () => {
  const parsed = z.array(z.string()).safeParse(Array.from({ length: 100 }, () => 0));
  expect(parsed.error === undefined ? [] : inputProblems(parsed.error).split(', ')).toHaveLength(10);
});
