// What the status bar tells as running: changes to many devices and rollouts, with measured progress alone.
import { expect, test } from 'vitest';
import type { RolloutRow } from '#contract/console-rows.ts';
import type { RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import { countShares } from '#domain/rollouts/rollout-tally.ts';
import type { BulkTask } from '#renderer/devices/bulk-store.ts';
import { tasksOfBulk, tasksOfRollout } from '#renderer/frame/frame-tasks.ts';

const aBulk = (more: Partial<BulkTask>): BulkTask => ({
  id: 1,
  change: { kind: 'disable' },
  total: 45,
  done: 18,
  failed: [],
  state: 'running',
  left: [],
  problem: null,
  ...more,
});
const oneFailure = [{ deviceId: 'd7', problem: 'It is gone.' }];

test.each([
  ['it runs', {}, ['running', '18 of 45']],
  ['some failed on the way', { failed: oneFailure }, ['running', '19 of 45']],
  ['it is being stopped', { state: 'stopping' }, ['running', '18 of 45']],
  ['it went through', { state: 'done', done: 45 }, null],
  ['a person stopped it', { state: 'stopped' }, null],
  ['it went through but for one', { state: 'done', failed: oneFailure }, ['failed', null]],
  ['the hub was lost', { state: 'stopped', problem: 'Nobody answers.' }, ['failed', null]],
] as const)('when a change to many devices is told and %s, it is %o', (_what, more, expected) => {
  const [task] = tasksOfBulk(aBulk(more));
  expect(task === undefined ? null : [task.state, task.progress]).toEqual(expected);
  if (task !== undefined) expect([task.title, task.path]).toEqual(['Disabling devices', '/devices']);
});

const aRollout = (status: RolloutStatus, shares: Parameters<typeof countShares>[0]): RolloutRow => {
  const cause = { by: 'console', reason: '', atMs: 1 } as const;
  const counts = countShares(shares);
  const rest = {
    createdAtMs: 1,
    madeBy: cause.by,
    wave: null,
    waves: 3,
    asleep: 0,
    takesBack: null,
    waitsForPerson: null,
  };
  return { deploymentId: 'line v2', status, cause, counts, ...rest };
};
const shares = [
  { standing: 'success', devices: 10 },
  { standing: 'failure', devices: 2 },
  { standing: 'verifying', devices: 3 },
  { standing: 'pending', devices: 25 },
  { standing: 'not-applicable', devices: 4 },
] as const;

test('when a rollout waits for a person, it is no task while none of its devices is in change', () => {
  const waitsForPerson = { name: 'rest', number: 2, waves: 2, after: 'canary', sinceMs: 1 };
  const still = shares.filter(({ standing }) => standing !== 'verifying');
  expect(tasksOfRollout({ ...aRollout('in-progress', still), waitsForPerson })).toEqual([]);
  expect(tasksOfRollout({ ...aRollout('in-progress', shares), waitsForPerson })).toHaveLength(1);
});

test.each([
  ['in-progress', shares, ['Rollout of line v2', '12 of 40']],
  ['in-progress', [], ['Rollout of line v2', null]],
  ['rolling-back', shares, ['Rolling back line v2', null]],
  ['paused', shares, null],
  ['scheduled', shares, null],
  ['finished', shares, null],
] as const)('when a rollout is %s with %j, it is told as %o', (status, given, expected) => {
  const [task] = tasksOfRollout(aRollout(status, given));
  expect(task === undefined ? null : [task.title, task.progress]).toEqual(expected);
  if (task !== undefined) expect(task).toMatchObject({ state: 'running', path: '/rollouts/line%20v2' });
});
