// A rollout as the console shows it: each wave counted, and the whole with an honest denominator.
import type { RolloutView } from '#contract/console-rollouts.ts';
import { explainRollout } from '#domain/rollout-explain.ts';
import type { RolloutDevice, RolloutNow } from '#domain/rollout-state.ts';
import { tally } from '#domain/rollout-tally.ts';
import type { Rollout } from '#store/rollout-types.ts';

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
    cause,
    history,
    policy,
    currentWave,
    isHurried,
    explanation: explainRollout(state, now),
    waves: state.waves.map(({ plan: { name }, openedAtMs }, index) => {
      const devices = byWave.get(index) ?? [];
      return { name, openedAtMs, devices: devices.length, ...tally(devices) };
    }),
    totals: tally(state.devices.values()),
  };
}
