// What a new rollout begins with, and which order of one stands first.
import { expect, test } from 'vitest';
import type { GroupRow, RolloutOrder } from '#contract/console-rollouts.ts';
import { secretText } from '#domain/values/secret-values.ts';
import { fitToRest } from '#renderer/link/deployment-draft-store.ts';
import { lostDraft } from '#renderer/rollouts/lost-draft.tsx';
import { wavePresets } from '#renderer/rollouts/rollout-policy-draft.ts';
import { againInWords, dueOrder } from '#renderer/words/rollout-order-words.ts';

const group = (id: string, ring: number | null): GroupRow => ({ id, ring, condition: null, deviceIds: [] });

test.each([
  [[], '10 % as canary, then all'],
  [[group('canary', null)], 'Canary, then all'],
  [[group('Canary', 0), group('broad', 1)], 'Canary, then all'],
  [[group('ring-0', 0), group('broad', 1)], 'Canary: ring-0, then all'],
])('when the groups are %j, the choice of a canary names it once: %s', (groups, word) => {
  expect(wavePresets(groups).find(({ id }) => id === 'canary')?.word).toBe(word);
});

test('when a draft with a password comes back from the browser, it says what was not kept and where to write it', () => {
  const content = {
    $edgeAgent: { 'properties.desired.runtime.settings.registryCredentials.site.password': 'hunter2' },
  };
  const forRollout = { id: 'v2', priority: 1, targetCondition: '*', labels: null, content };
  const rested = fitToRest({ text: JSON.stringify({ content }), origin: '', changedAtMs: 1, forRollout });
  expect(rested.forRollout).toBeNull();
  expect(rested.text).toContain(secretText);
  expect(lostDraft(rested.text)).toEqual({
    what: expect.stringMatching(/^The passwords .* write them again/),
    way: 'Open the draft',
  });
});

test.each([
  ['is gone', null, 'Write a deployment'],
  ['was changed since', '{}', 'Open the draft'],
])('when a draft that was handed over %s, it says so, and nothing of passwords', (_, text, way) => {
  expect(lostDraft(text)).toEqual({ what: expect.not.stringContaining('assword'), way });
});

const wave = { name: 'rest', number: 2, waves: 2, after: 'canary', sinceMs: 1 };

test.each([
  ['finished', 2, 'Roll out again to the 2 that failed'],
  ['finished', 1, 'Roll out again to the one that failed'],
  ['finished', 0, null],
  ['in-progress', 2, null],
  ['rolled-back', 2, null],
] as const)('when a rollout is %s and %i failed, what is offered for them is %j', (status, failed, word) => {
  expect(againInWords({ status }, failed)).toBe(word);
});

test.each([
  ['a wave may be opened', { status: 'in-progress', waitsForPerson: wave }, 'releaseWave'],
  ['it is paused', { status: 'paused', waitsForPerson: null }, 'resume'],
  ['it goes on by itself', { status: 'in-progress', waitsForPerson: null }, null],
  ['it is over', { status: 'finished', waitsForPerson: null }, null],
] as const)('when %s, the order that stands first is %j', (_when, rollout, order) => {
  expect(dueOrder(rollout, () => true)).toBe(order);
  expect(dueOrder(rollout, (fitting: RolloutOrder) => fitting !== order)).toBeNull();
});
