// Devices that do not move on, counted by the database as the machine itself would count them.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import { gateStanding } from '#domain/rollouts/rollout-explain-gate.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import { notBegun } from '#domain/rollouts/rollout-attempt.ts';
import { newRollout } from '#domain/rollouts/rollout.ts';
import { standstillSql } from '#store/rollout-sights.ts';
import type { AttemptTerms, RolloutSights, Standstill } from '#store/rollout-types.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { aMemoryStore, queryPlan } from '#test/support/test-store.ts';

const terms = { settleSeconds: 10, hold: 'none', switchWithinSeconds: null } as const;
const pending: RolloutDevice = { ...notBegun, wave: 0, isAwake: true };
const changing: RolloutDevice = { ...pending, isChanging: true, attempt: 2, standing: 'installing' };
const waitingFor = (...obstacles: readonly string[]) => ({ preflight: { obstacles, answeredRunMs: 1 } });

const devices: Readonly<Record<string, RolloutDevice>> = {
  'held-1': changing,
  'held-2': changing,
  'asked-1': changing,
  moving: { ...changing, deadlineRunMs: 5 },
  'silent-1': { ...changing, isAwake: false },
  'silent-2': { ...changing, isAwake: false },
  'back-asleep': { ...changing, isAwake: false, purpose: 'roll-back' },
  'blocked-1': { ...pending, ...waitingFor('Its disk is full.') },
  'waiting-1': { ...pending, ...waitingFor() },
  'waiting-2': pending,
  'waiting-3': pending,
  later: { ...pending, wave: 1 },
  asleep: { ...pending, isAwake: false },
  taken: { ...pending, changedBy: { deploymentId: 'other' as never, isRollback: false } },
  ended: { ...pending, standing: 'success' },
  failed: { ...pending, standing: 'failure' },
  apart: { ...pending, standing: 'aborted' },
};

function aStore(): { readonly read: RolloutSights } {
  const store = aMemoryStore();
  const cause = { by: 'console', reason: 'A person made it.', atMs: 1 } as const;
  const state = newRollout('v2' as never, newPolicy(), cause);
  const rollout = {
    targetCondition: '*',
    isOpen: true,
    redeployedNumber: null,
    takesBackNumber: null,
    ledByNumber: null,
  };
  store.change((write) => {
    for (const number of [7, 8]) write.rollouts.insert({ ...rollout, number, state });
    for (const [id, device] of Object.entries(devices)) {
      const deviceId = id as DeviceId;
      write.rollouts.putDevice(7, deviceId, device);
      const begin = (attempt: number, hold: AttemptTerms['hold']): void =>
        write.rollouts.beginAttempt(7, deviceId, { device: { ...device, attempt }, terms: { ...terms, hold } });
      if (device.attempt === 0) continue;
      // That of an earlier attempt says nothing.
      begin(1, id === 'asked-1' ? 'none' : 'person');
      begin(2, id === 'asked-1' ? 'person' : 'none');
    }
  });
  return { read: store.read.rollouts };
}

test('when devices do not move on, they are counted by what keeps them, and named by their id', () => {
  const { read } = aStore();
  const counts = { asked: 1, held: 2, blocked: 1, waiting: 3, silent: 2 };
  expect(read.standstill(7, 0)).toEqual(counts);
  expect(read.standstill(7, 1)).toEqual({ ...counts, waiting: 4 });
  expect(read.standstill(8, 0)).toEqual({ asked: 0, held: 0, blocked: 0, waiting: 0, silent: 0 });
  const named = (is: Standstill, limit = 9) => read.standingStill(7, { is, wave: 0, limit });
  expect(named('asked')).toEqual(['asked-1']);
  expect(named('held')).toEqual(['held-1', 'held-2']);
  expect(named('held', 1)).toEqual(['held-1']);
  expect(named('blocked')).toEqual(['blocked-1']);
  expect(named('waiting')).toEqual(['waiting-1', 'waiting-2', 'waiting-3']);
  expect(named('silent')).toEqual(['silent-1', 'silent-2']);
});

test('when a gate is told, its counts are those of the machine', () => {
  const { read } = aStore();
  const all = new Map(Object.entries(devices).map(([id, device]) => [id as DeviceId, device]));
  for (const currentWave of [0, 1, 2])
    expect(read.gateStanding(7, currentWave)).toEqual(gateStanding({ devices: all, currentWave }));
});

test('when they are counted, the rows of that rollout alone are read', () => {
  expect(queryPlan(standstillSql, [{ number: 7, wave: 0 }])).toMatch(
    /^SEARCH rollout_devices USING PRIMARY KEY \(rollout_number=\?\)/,
  );
});
