// Whom an order hits, as a person is told before.
import { describe, expect, it } from 'vitest';
import { orderTargets } from '#domain/rollouts/rollout-order-targets.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { DeviceId } from '#base/ids.ts';
import { driveRollout, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';

const sample = driveRollout(newPolicy(), [newTarget('a')]).device('a');
const devices = new Map(
  Object.entries<Partial<RolloutDevice>>({
    waits: { standing: 'pending', isChanging: false, isAdmitted: false, wave: 1 },
    begun: { standing: 'pending', isChanging: true, isAdmitted: true, wave: 0 },
    runs: { standing: 'success', isChanging: false, isAdmitted: true, wave: 0 },
    broke: { standing: 'failure', isChanging: false, isAdmitted: false, wave: 0 },
    late: { standing: 'pending', isChanging: false, isAdmitted: false, wave: 2 },
  }).map(([id, given]) => [id as DeviceId, { ...sample, ...given }]),
);

describe('whom an order hits', () => {
  it.each([
    ['paused', ['late', 'waits']],
    ['resumed', ['late', 'waits']],
    ['hurried', ['late', 'waits']],
    ['canceled', ['late', 'waits']],
    ['wave-released', ['waits']],
    ['failed-retried', ['broke']],
    ['rolled-back', ['begun', 'runs']],
  ] as const)('%s: %j', (order, expected) => {
    expect(orderTargets({ devices, currentWave: 0 }, order).toSorted()).toEqual(expected);
  });
});
