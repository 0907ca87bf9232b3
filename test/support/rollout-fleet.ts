// Builders for rollouts: a policy, targets, and a rollout that is driven event by event on a clock of its own.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutEffect, RolloutEvent, RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy, WaveGate, WavePlan } from '#domain/rollouts/rollout-policy.ts';
import { currentRules } from '#domain/rollouts/rollout-rules.ts';
import type { Cause, RolloutDevice, RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';

export const minuteMs = 60_000;

export function newGate(given: Partial<WaveGate> = {}): WaveGate {
  return { successPercent: 100, soakMs: 0, needsPerson: false, ...given };
}

export function newWave(given: Partial<WavePlan> = {}): WavePlan {
  return { name: 'all', members: { kind: 'rest' }, gate: newGate(), ...given };
}

export function newPolicy(given: Partial<RolloutPolicy> = {}): RolloutPolicy {
  return {
    targets: { kind: 'fixed' },
    waves: [newWave()],
    concurrency: null,
    startsAtMs: null,
    windows: [],
    retries: 0,
    stop: null,
    budgets: [],
    stepLimitMs: 10 * minuteMs,
    settleMs: 10_000,
    needsPersonToSwitch: false,
    ...given,
  };
}

export function newTarget(deviceId: string, given: Partial<RolloutTarget> = {}): RolloutTarget {
  return { deviceId: deviceId as DeviceId, isAwake: true, isUp: true, waves: [], groups: [], ...given };
}

/** Devices a to e. */
export const five = ['a', 'b', 'c', 'd', 'e'].map((id) => newTarget(id));
export const canaryThenRest = [
  newWave({ name: 'canary', members: { kind: 'percent', percent: 10 } }),
  newWave({ name: 'rest' }),
];

export const idOf = (deviceId: string): DeviceId => deviceId as DeviceId;

/** What a person can say. */
type Order = Extract<RolloutEvent, { readonly by: Cause['by'] }>['kind'];
export const byPerson = (kind: Order) => ({ kind, by: 'console' }) as const;

/** A rollout on its way: what it did so far, and short words for what happens to it. */
export interface DrivenRollout {
  readonly state: () => RolloutState;
  readonly log: readonly { readonly events: readonly RolloutEvent[]; readonly now: RolloutNow }[];
  device(deviceId: string): RolloutDevice;
  /** One second later. */
  send(...events: readonly RolloutEvent[]): readonly RolloutEffect[];
  pass(ms: number): readonly RolloutEffect[];
  /** Nothing stands in the way of any of them. */
  clear(...deviceIds: readonly string[]): readonly RolloutEffect[];
  end(deviceId: string, verdict?: Verdict): readonly RolloutEffect[];
  standings(): Readonly<Record<string, string>>;
}

export const startMs = 1_800_000_000_000;

/** `rules`: 1 are those of journals of before. */
export function driveRollout(
  policy: RolloutPolicy,
  targets: readonly RolloutTarget[],
  rules: number = currentRules,
): DrivenRollout {
  const cause = { by: 'console', reason: 'A person made it.', atMs: startMs } as const;
  let state = newRollout('d1' as DeploymentId, policy, cause);
  let now: RolloutNow = { wallMs: startMs, runMs: 0, rules };
  const log: { events: readonly RolloutEvent[]; now: RolloutNow }[] = [];

  function send(events: readonly RolloutEvent[], afterMs: number): readonly RolloutEffect[] {
    now = { wallMs: now.wallMs + afterMs, runMs: now.runMs + afterMs, rules };
    log.push({ events, now });
    const advanced = advance(state, events, now);
    state = advanced.state;
    return advanced.effects;
  }

  const device = (deviceId: string): RolloutDevice => {
    const found = state.devices.get(deviceId as DeviceId);
    if (found === undefined) throw new Error(`the rollout has no device '${deviceId}'`);
    return found;
  };

  send([{ kind: 'targets-joined', targets }], 0);
  return {
    state: () => state,
    log,
    device,
    send: (...events) => send(events, 1000),
    pass: (ms) => send([{ kind: 'time-passed' }], ms),
    clear: (...deviceIds) =>
      send(
        deviceIds.map((deviceId) => ({
          kind: 'preflight-answered',
          deviceId: deviceId as DeviceId,
          answer: { kind: 'go' },
        })),
        1000,
      ),
    end(deviceId, verdict = 'done') {
      const { attempt, reportNumber } = device(deviceId);
      const reason = verdict === 'done' ? null : 'Module web ended with code 1.';
      const number = reportNumber + 1;
      const id = deviceId as DeviceId;
      return send([{ kind: 'attempt-ended', deviceId: id, attempt, number, verdict, reason }], 1000);
    },
    standings: () => Object.fromEntries([...state.devices].map(([id, { standing }]) => [id, standing])),
  };
}
