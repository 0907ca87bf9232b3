// A condition as it is typed: the place of its mistake, and what could stand at the cursor.
import { expect, test } from 'vitest';
import { conditionCompleter, conditionProblems, knownTags } from '#renderer/editors/condition-words.ts';

test('when a text value has no quotes, the word is marked and the remedy told', () => {
  const text = 'tags.ring = canary';
  const [problem] = conditionProblems('edge', text);
  expect(text.slice(problem?.from, problem?.to)).toBe('canary');
  expect(problem?.message).toContain("'canary'");
});

test('when nothing is wrong, nothing is marked; the language is that of the kind', () => {
  expect(conditionProblems('edge', "tags.ring = 'canary'")).toEqual([]);
  expect(conditionProblems('module', "from devices.modules where moduleId = 'a'")).toEqual([]);
  expect(conditionProblems('edge', "from devices.modules where moduleId = 'a'")).not.toEqual([]);
});

const rows = [
  { row: { tags: { ring: 'canary', 'place.floor': 2 } } },
  { row: { tags: { ring: 'broad' } } },
  { row: { tags: { ring: 'broad', 'not plain': "o'clock" } } },
];
const complete = conditionCompleter(knownTags(rows));
const wordsAt = (text: string) => complete(text, text.length)?.words.map(({ word }) => word) ?? null;

test('when a path is typed, tags of the site are offered; behind = their values, the most frequent first', () => {
  expect(wordsAt('tags.r')).toEqual(expect.arrayContaining(['tags.ring', 'tags.place.floor']));
  expect(wordsAt('tags.r')).not.toContain('tags.not plain');
  expect(wordsAt('tags.ring = ')).toEqual(["'broad'", "'canary'"]);
  expect(wordsAt("tags.ring = 'ca")).toEqual(["'broad'", "'canary'"]);
  expect(wordsAt('tags.place.floor = ')).toEqual(['2']);
});

test('when a text is being typed, or a whole one stands there, nothing is offered', () => {
  expect(wordsAt("deviceId = 'tags.r")).toBeNull();
  expect(wordsAt("tags.ring = 'canary'")).toBeNull();
  expect(wordsAt("tags.ring = 'canary' ")).toContain('AND');
});
