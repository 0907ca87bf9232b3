// A rollout as the console shows it: each wave counted, the whole with an honest denominator, and each device as it stands now.
import type { DeviceId } from '#base/ids.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { crowdIn } from '#domain/rollouts/rollout-crowd.ts';
import { gateStanding } from '#domain/rollouts/rollout-explain-gate.ts';
import { explainRollout, reachedBecause, whatNext } from '#domain/rollouts/rollout-explain-whole.ts';
import { explainDevice, explainHidden, type ExplainedAround } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutDevice, RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { countStandings, tally } from '#domain/rollouts/rollout-tally.ts';
import { nextOpeningText } from '#domain/rollouts/rollout-times.ts';
import { waitedWave } from '#domain/rollouts/rollout-waiting.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { isAwake } from './rollout-targets.ts';

export function rolloutView({ state }: Rollout, now: RolloutNow): RolloutView {
  const byWave = new Map<number | null, RolloutDevice[]>();
  for (const device of state.devices.values()) {
    const ofWave = byWave.get(device.wave) ?? [];
    byWave.set(device.wave, ofWave);
    ofWave.push(device);
  }
  const { deploymentId, status, cause, history, policy, currentWave, isHurried } = state;
  return {
    deploymentId,
    status,
    waitsForPerson: waitedWave(state),
    cause,
    history,
    policy,
    currentWave,
    isHurried,
    explanation: explainRollout(state, now),
    reason: reachedBecause(state),
    next: whatNext(state, now),
    waves: state.waves.map(({ plan: { name }, openedAtMs }, index) => {
      const devices = byWave.get(index) ?? [];
      return { name, openedAtMs, devices: devices.length, ...tally(devices), counts: countStandings(devices) };
    }),
    totals: tally(state.devices.values()),
    counts: countStandings(state.devices.values()),
  };
}

/** For many devices of a rollout: each part is found once, by whoever asks first. */
export function aroundIn(state: RolloutState, { wallMs }: RolloutNow): ExplainedAround {
  return {
    nextOpening: once(() => nextOpeningText(state.policy, wallMs)),
    crowd: once(() => crowdIn(state)),
    gate: once(() => gateStanding(state)),
  };
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}

interface Shown {
  readonly deviceId: DeviceId;
  readonly device: RolloutDevice;
  readonly now: RolloutNow;
  readonly around?: ExplainedAround;
}

export function rolloutDeviceRow(
  read: StoreReaders,
  { state, isOpen }: Rollout,
  { deviceId, device, now, around = aroundIn(state, now) }: Shown,
) {
  const { wave, standing, attempt, bytes } = device;
  const base = baseInstead(read, state, { deviceId, device });
  return {
    deviceId,
    wave,
    standing,
    attempt,
    bytes,
    startedAtMs: device.startedAtMs,
    endedAtMs: device.endedAtMs,
    explanation: base === null ? explainDevice(state, device, now, around) : explainHidden(device, base),
    // Nobody tells a rollout that is over who wakes and who sleeps.
    isAwake: isOpen ? device.isAwake : isAwake(read, deviceId),
  };
}

/** The base that applies to a device in place of what it was given; null: that applies, or was never given or is rolled back. */
function baseInstead(
  read: StoreReaders,
  { deploymentId }: Rollout['state'],
  { deviceId, device }: Pick<Shown, 'deviceId' | 'device'>,
): string | null {
  if (device.standing !== 'success' || !device.isAdmitted) return null;
  const effective = read.revisions.latest(deviceId)?.effective;
  return effective === undefined || effective.applied.includes(deploymentId) ? null : effective.base;
}
