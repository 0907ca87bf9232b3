// The terms a rollout gives a device: read leniently where they are more, not at all where they are wrong.
import { expect, test } from 'vitest';
import { readRolloutTerms } from '#contract/rollout-terms.ts';

const terms = { attempt: 2, settleSeconds: 30, hold: 'person', switchWithinSeconds: 60, isRollback: true };

test.each([undefined, null])('when there are none (%s), that is no problem', (value) => {
  expect(readRolloutTerms(value)).toEqual({ terms: null, problem: null });
});

test('when they hold keys of a later version, those are passed over', () => {
  expect(readRolloutTerms({ ...terms, colour: 'blue' })).toEqual({ terms, problem: null });
});

test.each([
  [{ ...terms, attempt: 0 }, 'lanyard.attempt'],
  [{ ...terms, hold: 'ever', settleSeconds: -1 }, 'lanyard.settleSeconds, lanyard.hold'],
  ['now', 'lanyard'],
])('when they are wrong (%j), they are none and it is said which', (value, names) => {
  const reading = readRolloutTerms(value);
  expect(reading.terms).toBe(null);
  expect(reading.problem).toContain(`not understood: ${names}.`);
});
