// Windows that open and shut, and clocks that are set, under devices that sleep and wake in mid-change: nobody may be able to switch
// outside of one, on the way there, on the way back, and when all is over.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import { isWindowOpen } from '#domain/rollouts/maintenance-window.ts';
import type { RolloutEffect } from '#domain/rollouts/rollout-event.ts';
import { currentRules } from '#domain/rollouts/rollout-rules.ts';
import type { RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import { anyTargets } from '#test/support/any-rollout.ts';
import { anyWindowedPolicy, anyWindowedSteps } from '#test/support/any-windowed-rollout.ts';
import { startMs } from '#test/support/rollout-fleet.ts';
import { switchingDevices } from '#test/support/switching-devices.ts';

const cause = { by: 'console', reason: 'A person made it.', atMs: startMs } as const;

it('when windows open and shut under devices that sleep and wake, nobody can switch, or is withdrawn from, outside of one', () => {
  fc.assert(
    fc.property(anyWindowedPolicy, anyTargets, anyWindowedSteps, (policy, targets, steps) => {
      const devices = switchingDevices();
      let now: RolloutNow = { wallMs: startMs, runMs: 0, rules: currentRules };
      let state = newRollout('d1' as DeploymentId, policy, cause);
      const first = { turn: () => [{ kind: 'targets-joined', targets } as const], runMs: 0, jumpMs: 0 };
      for (const { turn, runMs, jumpMs } of [first, ...steps]) {
        devices.pass(state, now, runMs);
        now = { ...now, wallMs: now.wallMs + runMs + jumpMs, runMs: now.runMs + runMs };
        const { state: after, effects } = advance(state, turn(state), now);
        checkWithdrawals(state, after, effects, now);
        devices.follow(state, after, now);
        state = after;
      }
    }),
    { numRuns: 300 },
  );
});

/** Whoever has to change once more by it is there to hear of it while a window is open. */
function checkWithdrawals(
  before: RolloutState,
  { devices, policy, isHurried }: RolloutState,
  effects: readonly RolloutEffect[],
  { wallMs }: RolloutNow,
): void {
  if (isHurried) return;
  for (const effect of effects) {
    if (effect.kind !== 'withdraw' || effect.attempt !== before.devices.get(effect.deviceId)?.attempt) continue;
    const { verdict, isAwake } = devices.get(effect.deviceId) ?? { verdict: null, isAwake: false };
    if (verdict !== 'failed-left' && verdict !== 'failed-stuck') continue;
    expect(isAwake && isWindowOpen(policy.windows, wallMs)).toBe(true);
  }
}
