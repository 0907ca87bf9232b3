// What failed in a rollout, told once for all that failed alike, and an attempt as a text to hand on.
import { expect, test } from 'vitest';
import type { AttemptEnd } from '#contract/console-rollout-sights.ts';
import { alikeFailures, attemptAsText } from '#renderer/words/rollout-failure-words.ts';

const anEnd = (deviceId: string, given: Partial<AttemptEnd> = {}): AttemptEnd => ({
  atMs: 1,
  deviceId,
  attempt: 1,
  purpose: 'change',
  verdict: 'failed-rolled-back',
  reason: 'It crashed.',
  ...given,
});

test('when devices failed alike, that is told once, the reason of most of them first', () => {
  const ends = [anEnd('d1', { reason: 'No image.' }), anEnd('d2'), anEnd('d3')];
  expect(alikeFailures(ends)).toEqual([
    { reason: 'It crashed.', deviceIds: ['d2', 'd3'] },
    { reason: 'No image.', deviceIds: ['d1'] },
  ]);
});

test.each<[string, readonly AttemptEnd[], readonly string[]]>([
  ['succeeded since', [anEnd('d1', { attempt: 2, verdict: 'done' }), anEnd('d1')], []],
  ['failed again', [anEnd('d1', { attempt: 2, reason: 'No image.' }), anEnd('d1')], ['No image.']],
  ['was rolled back since', [anEnd('d1', { purpose: 'roll-back', verdict: 'done' }), anEnd('d1')], ['It crashed.']],
  ['could not be rolled back', [anEnd('d1', { purpose: 'roll-back', reason: 'Stuck.' })], []],
  ['said no reason', [anEnd('d1', { verdict: 'refused', reason: null })], ['Refused.']],
])('when a device %s, its last word about the change is told', (_what, ends, reasons) => {
  expect(alikeFailures(ends).map(({ reason }) => reason)).toEqual(reasons);
});

test('when an attempt is copied, who was not there finds all of it: which, how it ended, why, when and the lines that tell', () => {
  const attempt = {
    attempt: 2,
    purpose: 'change',
    startedAtMs: 0,
    endedAtMs: 60_000,
    verdict: 'failed-rolled-back',
    reason: 'It crashed.',
    bytes: { done: 0, total: 0 },
    hasLog: true,
  } as const;
  const of = { deploymentId: 'v2', deviceId: 'd1', slice: ['a', 'b'] };
  expect(attemptAsText(attempt, of)).toBe(
    'Rollout v2, device d1, attempt 2\nVerdict: Failed, rolled back\nReason: It crashed.\n' +
      'Began: 1970-01-01T00:00:00.000Z\nEnded: 1970-01-01T00:01:00.000Z\n\na\nb',
  );
  expect(
    attemptAsText(
      { ...attempt, verdict: null, endedAtMs: null, reason: null, purpose: 'roll-back' },
      { ...of, slice: [] },
    ),
  ).toBe('Rollout v2, device d1, attempt 2 (rollback)\nVerdict: none\nBegan: 1970-01-01T00:00:00.000Z');
});
