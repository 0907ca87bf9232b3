// The arithmetic of gates and thresholds, on whole numbers so that they hold exactly at their boundary. Who is switched off,
// excluded or not of the wave is in no denominator.
import type { RolloutPolicy, StopRule, WaveGate } from './rollout-policy.ts';
import { isOfBefore } from './rollout-rules.ts';
import type { DeviceStanding, RolloutDevice, RolloutNow } from './rollout-state.ts';

export interface WaveTally {
  /** Devices that count: of the wave, applicable, and awake or at their end. */
  readonly counted: number;
  readonly successes: number;
  readonly failures: number;
  /** Still to come or in change. */
  readonly open: number;
  /** Switched off before they came to an end. */
  readonly asleep: number;
  /** Not applicable, decommissioned, aborted or taken back: apart from all shares. */
  readonly excluded: number;
}

/** What one device adds to the count of its wave. */
type Share = keyof Omit<WaveTally, 'counted'>;

function shareOf(device: RolloutDevice): Share {
  switch (device.standing) {
    case 'success':
    case 'already-installed':
      return 'successes';
    case 'failure':
      return 'failures';
    case 'not-applicable':
    case 'decommissioned':
    case 'aborted':
    case 'rolled-back':
      return 'excluded';
    case 'pending':
    case 'downloading':
    case 'installing':
    case 'verifying':
      return device.isAwake ? 'open' : 'asleep';
  }
}

export function tally(devices: Iterable<RolloutDevice>): WaveTally {
  const counts = { successes: 0, failures: 0, open: 0, asleep: 0, excluded: 0 };
  for (const device of devices) counts[shareOf(device)] += 1;
  return { ...counts, counted: counts.successes + counts.failures + counts.open };
}

/** How its devices stand, each counted once. */
export interface StandingCounts {
  readonly byStanding: Readonly<Record<DeviceStanding, number>>;
  /** All of them: the sum over the standings. */
  readonly devices: number;
  /**
   * Without those it was never for or is for no more: not applicable, decommissioned, aborted. Who sleeps and who was taken back is
   * in it.
   */
  readonly meant: number;
}

/** Two successful, one rolled back, one not applicable → 4 devices, 3 meant. */
export function countStandings(devices: Iterable<RolloutDevice>): StandingCounts {
  const byStanding = { ...nobody };
  for (const { standing } of devices) byStanding[standing] += 1;
  return countedAs(byStanding);
}

/** The same of devices that were counted already, standing by standing; one may come more than once. */
export function countShares(
  shares: Iterable<{ readonly standing: DeviceStanding; readonly devices: number }>,
): StandingCounts {
  const byStanding = { ...nobody };
  for (const { standing, devices } of shares) byStanding[standing] += devices;
  return countedAs(byStanding);
}

function countedAs(byStanding: Readonly<Record<DeviceStanding, number>>): StandingCounts {
  const devices = Object.values(byStanding).reduce((sum, count) => sum + count, 0);
  const leftOut = byStanding['not-applicable'] + byStanding.decommissioned + byStanding.aborted;
  return { byStanding, devices, meant: devices - leftOut };
}

const nobody: Readonly<Record<DeviceStanding, number>> = {
  pending: 0,
  downloading: 0,
  installing: 0,
  verifying: 0,
  success: 0,
  'already-installed': 0,
  'not-applicable': 0,
  failure: 0,
  'rolled-back': 0,
  aborted: 0,
  decommissioned: 0,
};

/** How many devices a share is: rounded up and at least one. 10 % of 5 devices → 1. */
export function devicesOfShare(percent: number, devices: number): number {
  return Math.max(1, Math.ceil((percent * devices) / 100));
}

/**
 * Whether the wave's success share holds: successes ≥ the share of those that count. A wave with nobody in it holds it; one
 * whose devices all sleep does not, for nothing is known of it.
 */
export function holdsShare(gate: WaveGate, { counted, successes, asleep }: WaveTally): boolean {
  if (counted === 0) return asleep === 0;
  return successes >= devicesOfShare(gate.successPercent, counted);
}

/** The counts a stop rule is judged by. */
export interface StopTally {
  readonly failed: number;
  /** Devices that were given the change and came to an end: they succeeded or failed. */
  readonly ended: number;
}

export function stopTally(devices: Iterable<RolloutDevice>): StopTally {
  let failed = 0;
  let succeeded = 0;
  for (const { standing, purpose } of devices) {
    if (purpose !== 'change') continue;
    if (standing === 'failure') failed += 1;
    if (standing === 'success') succeeded += 1;
  }
  return { failed, ended: failed + succeeded };
}

/** Whether both the minimum number and the share are reached. `>` 50 % of 4: 3 devices; `≥` 50 % of 4: 2. */
export function stops({ atLeastFailed, comparison, percent }: StopRule, { failed, ended }: StopTally): boolean {
  if (failed === 0 || failed < atLeastFailed) return false;
  const share = failed * 100;
  return comparison === '>' ? share > percent * ended : share >= percent * ended;
}

/**
 * With how many failed devices the rule stops a rollout of which so many came to an end: the line that failures must not reach.
 * `>` 50 %, at least 2, of 8 → 5; of 1 → 2.
 */
export function failuresToStop({ atLeastFailed, comparison, percent }: StopRule, ended: number): number {
  const share = percent * ended;
  return Math.max(atLeastFailed, comparison === '>' ? Math.floor(share / 100) + 1 : Math.ceil(share / 100));
}

/** Whether a failed device gets another attempt by itself. One that refused never can: it would refuse again. */
export function isRetried(policy: RolloutPolicy, { failures, verdict }: RolloutDevice, now: RolloutNow): boolean {
  if (verdict === 'refused' && !isOfBefore(now)) return false;
  return failures <= policy.retries;
}
