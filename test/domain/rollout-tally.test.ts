// The arithmetic of gates and stop rules, at and on both sides of every boundary.
import { describe, expect, it } from 'vitest';
import type { DeviceStanding, RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import {
  countShares,
  countStandings,
  devicesOfShare,
  failuresToStop,
  holdsShare,
  stops,
  stopTally,
  tally,
} from '#domain/rollouts/rollout-tally.ts';
import { driveRollout, newGate, newPolicy, newTarget } from '#test/support/rollout-fleet.ts';

const sample = driveRollout(newPolicy(), [newTarget('a')]).device('a');

function standing(of: DeviceStanding, given: Partial<RolloutDevice> = {}): RolloutDevice {
  return { ...sample, standing: of, ...given };
}

function some(count: number, device: RolloutDevice): readonly RolloutDevice[] {
  return Array.from({ length: count }, () => device);
}

describe('a share of devices', () => {
  it.each([
    [10, 5, 1],
    [0.1, 5, 1],
    [20, 5, 1],
    [21, 5, 2],
    [50, 5, 3],
    [100, 5, 5],
    [10, 40, 4],
    [33, 3, 1],
    [34, 3, 2],
    [50, 1, 1],
    [7, 100, 7],
    [29, 100, 29],
  ])('when %d %% of %d are meant, it is %d', (percent, devices, expected) => {
    expect(devicesOfShare(percent, devices)).toBe(expected);
  });
});

describe('who counts', () => {
  it('when devices stand in every way, each is counted once and the excluded apart', () => {
    const devices = [
      standing('pending'),
      standing('downloading'),
      standing('installing'),
      standing('verifying'),
      standing('success'),
      standing('already-installed'),
      standing('failure'),
      standing('not-applicable'),
      standing('rolled-back'),
      standing('aborted'),
      standing('decommissioned'),
      standing('pending', { isAwake: false }),
      standing('verifying', { isAwake: false }),
      standing('success', { isAwake: false }),
    ];
    expect(tally(devices)).toEqual({ counted: 8, successes: 3, failures: 1, open: 4, asleep: 2, excluded: 4 });
    expect(countStandings(devices)).toEqual({
      byStanding: {
        pending: 2,
        downloading: 1,
        installing: 1,
        verifying: 2,
        success: 2,
        'already-installed': 1,
        failure: 1,
        'not-applicable': 1,
        'rolled-back': 1,
        aborted: 1,
        decommissioned: 1,
      },
      devices: 14,
      meant: 11,
    });
  });
});

describe('a gate', () => {
  it.each([
    ['exactly the share', 4, 1, 0, true],
    ['one fewer', 3, 2, 0, false],
    ['all but one that sleeps', 4, 0, 1, true],
    ['only sleepers', 0, 0, 3, false],
    ['nobody', 0, 0, 0, true],
  ])('when the wave has %s, it answers accordingly', (_case, successes, failures, asleep, expected) => {
    const devices = [
      ...some(successes, standing('success')),
      ...some(failures, standing('failure')),
      ...some(asleep, standing('pending', { isAwake: false })),
    ];
    expect(holdsShare(newGate({ successPercent: 80 }), tally(devices))).toBe(expected);
  });

  it('when all of a wave were left out, it holds', () => {
    expect(holdsShare(newGate(), tally([standing('not-applicable')]))).toBe(true);
  });
});

describe('a stop rule', () => {
  it.each([
    ['≥', 50, 1, 2, 4, true],
    ['>', 50, 1, 2, 4, false],
    ['>', 50, 1, 3, 4, true],
    ['≥', 50, 1, 1, 4, false],
    ['≥', 50, 3, 2, 2, false],
    ['≥', 50, 3, 3, 3, true],
    ['>', 0, 1, 1, 1000, true],
    ['>', 0, 1, 0, 1000, false],
    ['≥', 0, 1, 0, 1000, false],
    ['≥', 100, 1, 3, 3, true],
    ['>', 100, 1, 3, 3, false],
    ['≥', 7, 1, 7, 100, true],
    ['≥', 7, 1, 6, 100, false],
    ['≥', 0.3, 1, 3, 1000, true],
  ] as const)('when it says %s %d %% and at least %d, and %d of %d failed, it answers %s', (...row) => {
    const [comparison, percent, atLeastFailed, failed, ended, expected] = row;
    const rule = { comparison, percent, atLeastFailed, action: { kind: 'pause' } } as const;
    expect(stops(rule, { failed, ended })).toBe(expected);
  });

  it('when it counts, only devices that were given the change and came to an end are in it', () => {
    const devices = [
      ...some(2, standing('failure')),
      ...some(3, standing('success')),
      standing('failure', { purpose: 'roll-back' }),
      standing('already-installed'),
      standing('verifying'),
      standing('aborted'),
    ];
    expect(stopTally(devices)).toEqual({ failed: 2, ended: 5 });
  });
});

describe('devices that were counted already', () => {
  it('counts them as the devices themselves, also where a standing comes twice', () => {
    const shares = [
      { standing: 'success', devices: 2 },
      { standing: 'pending', devices: 1 },
      { standing: 'pending', devices: 3 },
      { standing: 'aborted', devices: 1 },
    ] as const;
    const devices = shares.flatMap((share) => some(share.devices, standing(share.standing)));
    expect(countShares(shares)).toEqual(countStandings(devices));
    expect(countShares(shares)).toMatchObject({ devices: 7, meant: 6 });
  });
});

describe('the line that failures must not reach', () => {
  const action = { kind: 'pause' } as const;
  it('is where the stop rule fires, for every number of devices that ended', () => {
    for (const comparison of ['>', '≥'] as const)
      for (const percent of [0, 1, 10, 33, 50, 99, 100])
        for (const atLeastFailed of [1, 2, 5])
          for (let ended = 1; ended <= 40; ended += 1) {
            const rule = { comparison, percent, atLeastFailed, action };
            const line = failuresToStop(rule, ended);
            for (let failed = 0; failed <= ended; failed += 1)
              expect([failed, ended, stops(rule, { failed, ended })]).toEqual([failed, ended, failed >= line]);
          }
  });
  it.each([
    ['>', 50, 2, 8, 5],
    ['>', 50, 2, 1, 2],
    ['≥', 50, 2, 8, 4],
    ['≥', 10, 1, 0, 1],
  ] as const)('%s %i %%, at least %i, of %i that ended: %i', (comparison, percent, atLeastFailed, ended, line) => {
    expect(failuresToStop({ comparison, percent, atLeastFailed, action }, ended)).toBe(line);
  });
});
