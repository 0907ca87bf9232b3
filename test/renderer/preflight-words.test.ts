// A preflight in words: one line that says which of the six were looked at, and a mark for each.
import { describe, expect, test } from 'vitest';
import { preflightQuestions, type PreflightFinding } from '#domain/rollouts/preflight-finding.ts';
import { lookedAtInWords, preflightFindingWords } from '#renderer/words/preflight-words.ts';

const six = (state: (at: number) => PreflightFinding['state']): readonly PreflightFinding[] =>
  preflightQuestions.map((question, at) => ({ question, state: state(at), sentences: ['So.'] }));

describe('lookedAtInWords', () => {
  test('when all were looked at, well or not, it names all six', () => {
    const line = 'All six looked at: awake, base, architecture, images, disk and ports';
    expect(lookedAtInWords(six(() => 'good'))).toBe(line);
    expect(lookedAtInWords(six((at) => (at === 0 ? 'bad' : 'good')))).toBe(line);
  });

  test('when some were not, it counts and names those', () => {
    expect(lookedAtInWords(six((at) => (at < 2 ? 'good' : 'unseen')))).toBe(
      '2 of 6 looked at; not architecture, images, disk and ports',
    );
    expect(lookedAtInWords(six((at) => (at === 4 ? 'unseen' : 'good')))).toBe('5 of 6 looked at; not disk');
  });
});

test('when a question is answered, its mark differs in icon and colour by how', () => {
  const marks = (['good', 'bad', 'unseen'] as const).map((state) =>
    preflightFindingWords({ question: 'disk', state, sentences: [] }),
  );
  expect(marks.map(({ word }) => word)).toEqual(['Disk', 'Disk', 'Disk']);
  expect(new Set(marks.map(({ icon }) => icon)).size).toBe(3);
  expect(new Set(marks.map(({ color }) => color)).size).toBe(3);
});
