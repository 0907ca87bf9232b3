// What an editor is told of a new text: the smallest stretch, so that cursor and history keep their places.
import { expect, it } from 'vitest';
import { changedStretch } from '#renderer/editors/changed-stretch.ts';

const cases = [
  ['abc', 'axc', { from: 1, to: 2, insert: 'x' }],
  ['', 'abc', { from: 0, to: 0, insert: 'abc' }],
  ['abc', '', { from: 0, to: 3, insert: '' }],
  ['aaa', 'aa', { from: 2, to: 3, insert: '' }],
  ['aa', 'aaa', { from: 2, to: 2, insert: 'a' }],
  ['abab', 'ab', { from: 2, to: 4, insert: '' }],
  ['{"a":1}', '{"b":2}', { from: 2, to: 6, insert: 'b":2' }],
] as const;

it.each(cases)(
  'when %j becomes %j, it tells the one stretch between what both begin and end with',
  (before, after, stretch) => {
    expect(changedStretch(before, after)).toEqual(stretch);
    expect(before.slice(0, stretch.from) + stretch.insert + before.slice(stretch.to)).toBe(after);
  },
);

it('when the texts are the same, it tells nothing to do', () => {
  expect(changedStretch('abc', 'abc')).toBeNull();
});
