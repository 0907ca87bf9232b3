// Random fleets that fail, sleep, lie, come late and repeat themselves, under random policies, hubs that restart and clocks that
// jump: what must never happen is looked for after every single step, by counting anew.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { isWindowOpen } from '#domain/rollouts/maintenance-window.ts';
import { isHeld } from '#domain/rollouts/rollout-attempt.ts';
import type { RolloutEffect, RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import {
  isFinal,
  isOutOfService,
  type RolloutDevice,
  type RolloutNow,
  type RolloutState,
} from '#domain/rollouts/rollout-state.ts';
import { currentRules } from '#domain/rollouts/rollout-rules.ts';
import { watchOf } from '#domain/rollouts/rollout-watch.ts';
import { advance, newRollout } from '#domain/rollouts/rollout.ts';
import { anyNames, anyPolicy, anyStep, anyTargets } from '#test/support/any-rollout.ts';
import { startMs } from '#test/support/rollout-fleet.ts';
import { checkSilence } from '#test/support/silent-devices.ts';
import { switchingDevices } from '#test/support/switching-devices.ts';

const cause = { by: 'console', reason: 'A person made it.', atMs: startMs } as const;

const ends = new Set([
  'success',
  'already-installed',
  'not-applicable',
  'failure',
  'rolled-back',
  'aborted',
  'decommissioned',
]);

describe('whatever happens to a rollout', () => {
  it('no wave opens before its gate, no rule fires beside its boundary, nobody begins who may not, and what is final stays', () => {
    fc.assert(
      fc.property(anyPolicy, anyTargets, fc.array(anyStep, { maxLength: 60 }), (policy, targets, steps) => {
        const fleet = run(policy);
        fleet.step([{ kind: 'targets-joined', targets }], 0, 0);
        for (const { turn, runMs, jumpMs } of steps) fleet.step(turn(fleet.state()), runMs, jumpMs);
        expect(fleet.replayed()).toEqual(fleet.state());
      }),
      { numRuns: 1500 },
    );
  });

  it('when it is taken back, that ends, though devices answer nothing, modules and people hold the switch and windows are shut for hours', () => {
    fc.assert(
      fc.property(
        anyPolicy,
        anyTargets,
        anyNames,
        fc.array(anyStep, { maxLength: 30 }),
        (policy, targets, locked, steps) => {
          const fleet = run(policy);
          fleet.step([{ kind: 'targets-joined', targets }], 0, 0);
          for (const { turn, runMs } of steps) fleet.step(turn(fleet.state()), runMs, 0);
          if (isFinal(fleet.state().status)) return;
          fleet.step([{ kind: 'rolled-back', by: 'console' }], 0, 0);
          // Ten minutes at a time: every device's step runs out, and every night comes; some modules never let go, and no person says now.
          const holding = policy.needsPersonToSwitch ? [...fleet.state().devices.keys()] : locked;
          for (let turn = 0; turn < 6 * 24 * 4 && fleet.state().status === 'rolling-back'; turn += 1)
            fleet.step(holdAll(fleet.state(), holding), 600_000, 0);
          expect(fleet.state().status).toBe('rolled-back');
          for (const { isAdmitted } of fleet.state().devices.values()) expect(isAdmitted).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Modules that hold the switch of their device whenever it is in change. */
function holdAll({ devices }: RolloutState, locked: readonly DeviceId[]): readonly RolloutEvent[] {
  const changing = locked.flatMap((deviceId) => {
    const device = devices.get(deviceId);
    return device?.isChanging === true ? [{ deviceId, device }] : [];
  });
  return changing.map(({ deviceId, device: { attempt, reportNumber } }) => ({
    kind: 'progress-reported',
    deviceId,
    attempt,
    number: reportNumber + 1,
    step: 'held',
    bytes: { done: 0, total: 0 },
  }));
}

function run(policy: RolloutPolicy) {
  let state = newRollout('d1' as DeploymentId, policy, cause);
  let now: RolloutNow = { wallMs: startMs, runMs: 0, rules: currentRules };
  const log: { events: readonly RolloutEvent[]; now: RolloutNow }[] = [];
  const devices = switchingDevices();
  return {
    state: () => state,
    step(events: readonly RolloutEvent[], runMs: number, jumpMs: number): void {
      devices.pass(state, now, runMs);
      now = { ...now, wallMs: now.wallMs + runMs + jumpMs, runMs: now.runMs + runMs };
      // As it is read from the journal after a restart.
      log.push(JSON.parse(JSON.stringify({ events, now })) as (typeof log)[number]);
      const before = state;
      const { state: after, effects } = advance(before, events, now);
      check(before, after, { events, effects, now });
      devices.follow(before, after, now);
      state = after;
    },
    replayed: () =>
      log.reduce(
        (from, entry) => advance(from, entry.events, entry.now).state,
        newRollout('d1' as DeploymentId, policy, cause),
      ),
  };
}

interface Happening {
  readonly events: readonly RolloutEvent[];
  readonly effects: readonly RolloutEffect[];
  readonly now: RolloutNow;
}

function check(before: RolloutState, after: RolloutState, { events, effects, now }: Happening): void {
  const { policy } = after;
  // One that is let go when all is over begins nothing.
  const begun = effects.filter(
    (effect) =>
      (effect.kind === 'admit' || effect.kind === 'withdraw') &&
      effect.attempt !== before.devices.get(effect.deviceId)?.attempt,
  );
  if (begun.length > 0 && !after.isHurried) expect(isWindowOpen(policy.windows, now.wallMs)).toBe(true);
  if (isFinal(before.status)) {
    expect(after.status).toBe(before.status);
    expect(begun).toEqual([]);
  }
  if (policy.startsAtMs !== null && now.wallMs < policy.startsAtMs && before.status === 'scheduled')
    expect(begun).toEqual([]);
  checkReach(after, now);
  checkGates(before, after, effects, now);
  checkStopRule(before, after);
  checkWatch(after, now);
  checkDevices(before, after, events);
  checkLimits(before, after, effects);
}

/** Nobody is left with what he refused, nor reached without being of it. */
function checkReach({ devices, status, policy, isHurried }: RolloutState, now: RolloutNow): void {
  const isOpen = [0, 10_000].every((laterMs) => isWindowOpen(policy.windows, now.wallMs + laterMs));
  for (const { standing, isAdmitted, verdict, isAwake } of devices.values()) {
    if (!isAdmitted) continue;
    expect(['not-applicable', 'aborted', 'decommissioned', 'rolled-back']).not.toContain(standing);
    if (!isFinal(status) || standing !== 'failure') continue;
    // One that sleeps would find it when it wakes, and change then.
    expect(isHurried || policy.windows.length === 0 || (isAwake && isOpen)).toBe(false);
    expect(['failed-left', 'failed-stuck']).toContain(verdict);
  }
}

/** Between two openings of one step nothing but the gate can have let the later one open. */
function checkGates(
  before: RolloutState,
  after: RolloutState,
  effects: readonly RolloutEffect[],
  now: RolloutNow,
): void {
  for (const effect of effects) {
    if (effect.kind !== 'wave-opened' || effect.wave === 0) continue;
    const index = effect.wave - 1;
    const wave = after.waves[index];
    if (wave === undefined) throw new Error(`there is no wave ${index}`);
    const { gate } = wave.plan;
    if (wave.isReleased) continue;
    const members = [...after.devices.values()].filter((device) => device.wave === index);
    // Those begun in this step counted as waiting when the gate was looked at, and do so still.
    const awake = members.filter((device) => device.isAwake || ends.has(device.standing));
    const counted = awake.filter(
      ({ standing }) => !['not-applicable', 'decommissioned', 'aborted', 'rolled-back'].includes(standing),
    );
    const well = counted.filter(({ standing }) => standing === 'success' || standing === 'already-installed');
    expect(gate.needsPerson).toBe(false);
    expect(well.length * 100).toBeGreaterThanOrEqual(gate.successPercent * counted.length);
    if (counted.length === 0) expect(members.every(({ standing }) => ends.has(standing))).toBe(true);
    expect(now.runMs - (wave.heldSinceRunMs ?? Infinity)).toBeGreaterThanOrEqual(gate.soakMs);
  }
  expect(after.currentWave).toBeGreaterThanOrEqual(before.currentWave);
}

function checkStopRule(before: RolloutState, after: RolloutState): void {
  const { stop } = after.policy;
  const ofChange = [...after.devices.values()].filter(({ purpose }) => purpose === 'change');
  const failed = ofChange.filter(({ standing }) => standing === 'failure').length;
  const ended = failed + ofChange.filter(({ standing }) => standing === 'success').length;
  const isReached =
    stop !== null &&
    failed >= stop.atLeastFailed &&
    (stop.comparison === '>' ? failed / ended > stop.percent / 100 : failed / ended >= stop.percent / 100);
  const isOnItsWay = after.status === 'pending' || after.status === 'in-progress';
  const isHeard = isOnItsWay || (after.status === 'paused' && after.history.at(-1)?.keepsStopRule === true);
  if (isHeard && isReached) expect(failed).toBeLessThanOrEqual(after.pardonedFailures);
  // Its own words say on which counts it fired.
  const told = /^(\d+) of (\d+) devices? tried so far failed/.exec(after.cause.reason);
  if (after.cause === before.cause || told === null || stop === null) return;
  const [toldFailed, toldEnded] = [Number(told[1]), Number(told[2])];
  const share = toldFailed / toldEnded;
  expect(toldFailed).toBeGreaterThanOrEqual(stop.atLeastFailed);
  expect(stop.comparison === '>' ? share > stop.percent / 100 : share >= stop.percent / 100).toBe(true);
}

/** Whoever is told that it stands still, or of silent devices, is told what is so. */
function checkWatch(after: RolloutState, { wallMs }: RolloutNow): void {
  const { still, silent, asked } = watchOf(after);
  const { status, policy } = after;
  const changing = [...after.devices.values()].filter(({ isChanging }) => isChanging);
  const isOnItsWay = status === 'pending' || status === 'in-progress';
  const isSilent = changing.some(({ isAwake, purpose }) => !isAwake && purpose === 'change');
  expect(silent !== null).toBe(isSilent && (isOnItsWay || status === 'paused'));
  expect(asked !== null).toBe(policy.needsPersonToSwitch && changing.some(isHeld));
  for (const since of [still, silent, asked]) expect(since?.sinceMs ?? wallMs).toBeLessThanOrEqual(wallMs);
  if (still === null) return;
  expect(isOnItsWay).toBe(true);
  expect(changing.every((device) => !device.isAwake || isHeld(device))).toBe(true);
  expect([...after.devices.values()].some(({ standing, isChanging }) => isChanging || standing === 'pending')).toBe(
    true,
  );
}

function checkDevices(before: RolloutState, after: RolloutState, events: readonly RolloutEvent[]): void {
  const isRetried = events.some(({ kind }) => kind === 'failed-retried' || kind === 'rolled-back');
  for (const [deviceId, device] of after.devices) {
    const was = before.devices.get(deviceId);
    if (was === undefined) continue;
    expect(device.attempt).toBeGreaterThanOrEqual(was.attempt);
    const isSameAttempt = device.attempt === was.attempt && device.purpose === was.purpose;
    const isAnother = isOutOfService(was) && isJoining(deviceId, after, events);
    if (ends.has(was.standing) && isSameAttempt && (!isRetried || was.isGone) && !isAnother)
      expect(device.standing).toBe(was.standing);
    checkReports(was, device, deviceId, events);
    checkSilence(was, device, deviceId, events);
    if (device.isChanging) expect(ends.has(device.standing)).toBe(false);
    // Who holds its switch is installing, and has no deadline until it goes on.
    if (device.deadlineRunMs === null && device.isChanging && device.isAwake)
      expect(device.standing).toBe('installing');
    else expect(device.deadlineRunMs !== null).toBe(device.isChanging && device.isAwake);
  }
}

/** One that was made anew under the id of one that is gone. */
function isJoining(deviceId: DeviceId, { policy }: RolloutState, events: readonly RolloutEvent[]): boolean {
  const joins = events.flatMap((event) => (event.kind === 'targets-joined' ? event.targets : []));
  return policy.targets.kind === 'growing' && joins.some((target) => target.deviceId === deviceId);
}

/** Who came to an end was told so by a report of its own attempt that is newer than those before, or ran out of time. */
function checkReports(
  was: RolloutDevice,
  device: RolloutDevice,
  deviceId: DeviceId,
  events: readonly RolloutEvent[],
): void {
  if (!was.isChanging || was.verdict === device.verdict || device.verdict !== 'done') return;
  const isTold = events.some(
    (event) =>
      event.kind === 'attempt-ended' &&
      event.deviceId === deviceId &&
      event.attempt === was.attempt &&
      event.number > was.reportNumber &&
      event.verdict === 'done',
  );
  expect(isTold).toBe(true);
}

function checkLimits(before: RolloutState, after: RolloutState, effects: readonly RolloutEffect[]): void {
  const { concurrency, budgets, targets } = after.policy;
  const devices = [...after.devices.values()];
  const changing = devices.filter(({ isChanging, isAwake }) => isChanging && isAwake);
  const begun = effects.flatMap((effect) => (effect.kind === 'admit' ? [effect.deviceId] : []));
  if (begun.length > 0 && concurrency !== null) expect(changing.length).toBeLessThanOrEqual(concurrency);
  if (targets.kind === 'growing' && targets.maxDevices !== null)
    expect(devices.filter(({ attempt }) => attempt > 0).length).toBeLessThanOrEqual(targets.maxDevices);
  for (const { groupId, atLeastUp } of budgets) {
    const isUp = ({ groups, isAwake, isUp: runs, isChanging }: RolloutDevice): boolean =>
      groups.includes(groupId) && isAwake && runs && !isChanging;
    const up = devices.filter(isUp).length + (after.bystandersUp[groupId] ?? 0);
    const tookDown = begun.some((deviceId) => {
      const device = after.devices.get(deviceId);
      return device !== undefined && device.groups.includes(groupId) && device.isUp && device.isAwake;
    });
    if (tookDown && before.status !== 'rolling-back') expect(up).toBeGreaterThanOrEqual(atLeastUp);
  }
}
