// Orders that would do nothing, each with why and what fits; and those that fit.
import { expect, test } from 'vitest';
import { unfitOrder, type RolloutOrderKind } from '#domain/rollouts/rollout-order.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import {
  byPerson,
  canaryThenRest,
  driveRollout,
  five,
  newPolicy,
  startMs,
  type DrivenRollout,
} from '#test/support/rollout-fleet.ts';

const windows = [{ days: [1], fromMinute: 0, toMinute: 60, timeZone: 'UTC' }];
const nothing = (): void => undefined;
const begin = (rollout: DrivenRollout): void => void rollout.clear('a', 'b', 'c', 'd', 'e');
const pause = (rollout: DrivenRollout): void => void rollout.send(byPerson('paused'));
const fail = (rollout: DrivenRollout): void => {
  begin(rollout);
  rollout.end('a', 'failed-unchanged');
};
const takeBack = (rollout: DrivenRollout): void => {
  begin(rollout);
  rollout.send(byPerson('rolled-back'));
};

test.each<[string, RolloutOrderKind, string | null, (rollout: DrivenRollout) => void, Partial<RolloutPolicy>?]>([
  ['paused', 'paused', 'It is paused already: resume it, roll it back or cancel it.', pause],
  ['on its way', 'paused', null, nothing],
  [
    'on its way',
    'resumed',
    'It is not paused: it goes on by itself. To let the next wave begin before its time, open that.',
    nothing,
  ],
  [
    'scheduled',
    'resumed',
    'It is not paused: it waits for the time it is scheduled for, and begins by itself.',
    nothing,
    { startsAtMs: startMs + 60_000 },
  ],
  ['paused', 'resumed', null, pause],
  [
    'spent',
    'resumed',
    'Its newest wave came to its end below its gate, so that it would pause again at once: open the next wave, retry the failed devices, or roll it back.',
    fail,
    { waves: canaryThenRest },
  ],
  [
    'scheduled',
    'wave-released',
    'No wave is open yet: the first opens at the time it is scheduled for. Cancel it and make another to begin before.',
    nothing,
    { startsAtMs: startMs + 60_000 },
  ],
  [
    'paused before its time',
    'wave-released',
    'No wave is open yet: the first opens by itself as soon as the rollout goes on.',
    pause,
    { startsAtMs: startMs + 60_000 },
  ],
  [
    'in its last wave',
    'wave-released',
    'The last of its waves is open already, so that no other can be opened.',
    nothing,
    {},
  ],
  [
    'paused in its last wave',
    'wave-released',
    'The last of its waves is open already, so that no other can be opened. Resume it to let the devices that are left begin.',
    pause,
  ],
  [
    'in its last wave outside its windows',
    'wave-released',
    'The last of its waves is open already, so that no other can be opened. Hurry it to let devices begin outside the maintenance windows.',
    nothing,
    { windows },
  ],
  ['in its first wave of two', 'wave-released', null, nothing, { waves: canaryThenRest }],
  [
    'without failures',
    'failed-retried',
    'No device of it has failed for good, so that none can be tried again: wait for its devices to come to their end.',
    begin,
  ],
  [
    'paused and without failures',
    'failed-retried',
    'No device of it has failed for good, so that none can be tried again: resume it.',
    pause,
  ],
  ['with a failure', 'failed-retried', null, fail],
  [
    'that reached nobody',
    'rolled-back',
    'It reached no device, so that there is nothing to roll back: cancel it.',
    nothing,
  ],
  ['that reached somebody', 'rolled-back', null, begin],
  [
    'being taken back',
    'paused',
    'It is being rolled back, which ends in any case: wait for that, or hurry it where a maintenance window holds it.',
    takeBack,
  ],
  [
    'without windows',
    'hurried',
    'It has no maintenance windows, so that there is none to do without. To let the next wave begin before its time, open that.',
    nothing,
  ],
  [
    'hurried',
    'hurried',
    'It is hurried already: its maintenance windows hold nobody back any more.',
    (rollout) => rollout.send(byPerson('hurried')),
    { windows },
  ],
  ['with windows', 'hurried', null, nothing, { windows }],
  ['on its way', 'canceled', null, nothing],
  ['canceled', 'canceled', null, (rollout) => rollout.send(byPerson('canceled'))],
])('when a rollout %s is to be %s, it is answered: %s', (_what, order, sentence, before, policy = {}) => {
  const rollout = driveRollout(newPolicy(policy), five);
  before(rollout);
  expect(unfitOrder(rollout.state(), order)).toBe(sentence);
});

test('when nobody is in it yet, no wave can be opened', () => {
  const rollout = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: null } }), []);
  expect(unfitOrder(rollout.state(), 'wave-released')).toBe(
    'No device is in it yet: the first wave opens when one matches.',
  );
});
