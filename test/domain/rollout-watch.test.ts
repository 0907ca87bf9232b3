// What a person is told of a rollout that no status says: that nothing moves on by itself, that devices fell silent while in change, and
// that some wait for a person's now; each with since when, and only once it has lasted.
import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { watchOf } from '#domain/rollouts/rollout-watch.ts';
import {
  byPerson,
  canaryThenRest,
  driveRollout,
  five,
  idOf,
  minuteMs,
  newGate,
  newPolicy,
  newTarget,
  newWave,
  startMs,
  type DrivenRollout,
} from '#test/support/rollout-fleet.ts';

const tenMinutes = 10 * minuteMs;

function hold(rollout: DrivenRollout, deviceId: string): void {
  const { attempt, reportNumber } = rollout.device(deviceId);
  const reason = 'Module plc is locked.';
  const report = { attempt, number: reportNumber + 1, step: 'held', reason, bytes: { done: 1, total: 1 } } as const;
  rollout.send({ kind: 'progress-reported', deviceId: idOf(deviceId), ...report });
}

const asleep = (deviceId: string): RolloutEvent => ({ kind: 'device-slept', deviceId: idOf(deviceId) });
const blocked = (deviceId: string): RolloutEvent => {
  return { kind: 'preflight-answered', deviceId: idOf(deviceId), answer: { kind: 'wait', obstacles: ['Full.'] } };
};
const still = (rollout: DrivenRollout) => watchOf(rollout.state()).still;

describe('a rollout stands still', () => {
  it('when a lock holds the only one that may change, since then; due after ten minutes, and over when it goes on', () => {
    const rollout = driveRollout(newPolicy({ concurrency: 1 }), five);
    rollout.clear('a', 'b');
    expect(watchOf(rollout.state())).toEqual({ still: null, silent: null, asked: null });
    hold(rollout, 'a');
    const sinceMs = startMs + 2_000;
    expect(still(rollout)).toEqual({ sinceMs, isDue: false });
    rollout.pass(tenMinutes - 1);
    expect(still(rollout)).toEqual({ sinceMs, isDue: false });
    rollout.pass(1);
    expect(still(rollout)).toEqual({ sinceMs, isDue: true });
    const { waves } = rollout.state();
    rollout.pass(3 * 24 * 60 * minuteMs);
    // Time alone writes nothing.
    expect(rollout.state().waves).toBe(waves);
    rollout.end('a');
    expect(still(rollout)).toBeNull();
  });

  it('when another goes on beside the one that holds, it does not', () => {
    const rollout = driveRollout(newPolicy({ stepLimitMs: 60 * minuteMs }), five.slice(0, 2));
    rollout.clear('a', 'b');
    hold(rollout, 'a');
    rollout.pass(2 * tenMinutes);
    expect(still(rollout)).toBeNull();
    rollout.end('b');
    expect(still(rollout)).toMatchObject({ isDue: false });
  });

  it('when something is in the way of each whose turn it is; while nobody knows yet whether, it does not', () => {
    const rollout = driveRollout(newPolicy(), five.slice(0, 2));
    rollout.send(blocked('a'));
    rollout.pass(2 * tenMinutes);
    expect(still(rollout)).toBeNull();
    rollout.send(blocked('b'));
    const since = still(rollout)?.sinceMs;
    // Asked again every half minute, with the same answer.
    for (let minute = 0; minute < 12; minute += 1) {
      rollout.pass(minuteMs);
      rollout.send(blocked('a'), blocked('b'));
    }
    expect(still(rollout)).toEqual({ sinceMs: since, isDue: true });
  });

  it('when a budget leaves room for nobody', () => {
    const gateway = newTarget('g1', { groups: ['gateways'] });
    const rollout = driveRollout(newPolicy({ budgets: [{ groupId: 'gateways', atLeastUp: 1 }] }), [gateway]);
    rollout.pass(tenMinutes);
    expect(still(rollout)).toMatchObject({ isDue: true });
  });

  it('when all of a wave is switched off and others wait behind it; of the last wave, it does not', () => {
    const targets = [newTarget('a', { isAwake: false }), ...five.slice(1)];
    const rollout = driveRollout(newPolicy({ waves: canaryThenRest }), targets);
    rollout.pass(tenMinutes);
    expect(still(rollout)).toEqual({ sinceMs: startMs, isDue: true });
    rollout.send({ kind: 'device-woke', deviceId: idOf('a') });
    expect(still(rollout)).toBeNull();
    const last = driveRollout(newPolicy({ waves: canaryThenRest }), [newTarget('a', { isAwake: false })]);
    last.pass(tenMinutes);
    expect(still(last)).toBeNull();
  });

  it('when enough of a wave succeeded, so that the next one opens by itself or by a person who is told that, it does not', () => {
    const gate = newGate({ successPercent: 50, soakMs: 60 * minuteMs });
    const waves = [newWave({ members: { kind: 'count', count: 2 }, gate }), newWave()];
    const rollout = driveRollout(newPolicy({ waves }), five);
    rollout.clear('a');
    rollout.send(blocked('b'));
    rollout.end('a', 'failed-unchanged');
    expect(still(rollout)).not.toBeNull();
    rollout.send(byPerson('failed-retried'));
    rollout.clear('a');
    rollout.end('a');
    rollout.pass(2 * tenMinutes);
    expect(rollout.state().currentWave).toBe(0);
    expect(still(rollout)).toBeNull();
  });

  it('when those left are more than may have it, they do not count', () => {
    const rollout = driveRollout(newPolicy({ targets: { kind: 'growing', maxDevices: 1 } }), five.slice(0, 2));
    rollout.clear('a', 'b');
    rollout.send(asleep('a'));
    rollout.pass(tenMinutes);
    expect(watchOf(rollout.state())).toMatchObject({ still: null, silent: { isDue: true } });
  });

  it('when it is paused, or its devices still join, it does not', () => {
    const rollout = driveRollout(newPolicy(), five.slice(0, 1));
    rollout.send(blocked('a'));
    expect(still(rollout)).not.toBeNull();
    rollout.send(byPerson('paused'));
    expect(still(rollout)).toBeNull();
    const joining = driveRollout(newPolicy(), []);
    joining.send({ kind: 'targets-joined', targets: five.slice(0, 1), of: 5 });
    joining.send(blocked('a'));
    expect(still(joining)).toBeNull();
  });

  it('when the wall is set back, the beginning moves with it', () => {
    const rollout = driveRollout(newPolicy(), five.slice(0, 1));
    rollout.send(blocked('a'));
    rollout.pass(-5_000);
    expect(still(rollout)).toEqual({ sinceMs: startMs - 4_000, isDue: false });
  });
});

describe('while no window is open', () => {
  const minuteOfDay = (startMs / minuteMs) % (24 * 60);
  const days = [1, 2, 3, 4, 5, 6, 7];
  const window = { days, fromMinute: minuteOfDay, toMinute: minuteOfDay + 20, timeZone: 'UTC' };
  const held = (afterMs: number): DrivenRollout => {
    const rollout = driveRollout(newPolicy({ windows: [window], stepLimitMs: 60 * minuteMs }), five.slice(0, 1));
    rollout.clear('a');
    rollout.pass(afterMs);
    hold(rollout, 'a');
    return rollout;
  };

  it('when one holds its switch for the next one, nobody is called', () => {
    const rollout = held(25 * minuteMs);
    rollout.pass(4 * 60 * minuteMs);
    expect(still(rollout)).toBeNull();
  });

  it('when one held it too short a time before the window closed, nobody is called either', () => {
    const rollout = held(15 * minuteMs);
    expect(still(rollout)).toMatchObject({ isDue: false });
    rollout.pass(10 * minuteMs);
    expect(still(rollout)).toBeNull();
  });

  it('when one held it long enough within it, that is still told in the morning', () => {
    const rollout = held(5 * minuteMs);
    rollout.pass(11 * minuteMs);
    rollout.pass(6 * 60 * minuteMs);
    expect(still(rollout)).toEqual({ sinceMs: startMs + 5 * minuteMs + 2_000, isDue: true });
  });

  it('when a person hurries it, windows hold nobody', () => {
    const rollout = held(25 * minuteMs);
    rollout.send(byPerson('hurried'));
    expect(still(rollout)).toMatchObject({ isDue: false });
  });
});

describe('devices fall silent while in change', () => {
  it('when four of five do, the gate opens as before, and it is told since when, also while it is paused', () => {
    const waves = [newWave({ name: 'canary', members: { kind: 'count', count: 5 } }), newWave({ name: 'rest' })];
    const rollout = driveRollout(newPolicy({ waves }), [...five, newTarget('f')]);
    rollout.clear('a', 'b', 'c', 'd', 'e');
    rollout.send(asleep('a'), asleep('b'), asleep('c'), asleep('d'));
    const sinceMs = startMs + 2_000;
    expect(watchOf(rollout.state()).silent).toEqual({ sinceMs, isDue: false });
    rollout.end('e');
    expect(rollout.state().currentWave).toBe(1);
    rollout.pass(tenMinutes);
    expect(watchOf(rollout.state()).silent).toEqual({ sinceMs, isDue: true });
    rollout.send(byPerson('paused'));
    expect(watchOf(rollout.state()).silent).toEqual({ sinceMs, isDue: true });
    rollout.send(...['a', 'b', 'c', 'd'].map((id) => ({ kind: 'device-woke', deviceId: idOf(id) }) as const));
    expect(watchOf(rollout.state()).silent).toBeNull();
  });

  it('when it is taken back, who sleeps is not looked for', () => {
    const rollout = driveRollout(newPolicy(), five.slice(0, 1));
    rollout.clear('a');
    rollout.send(asleep('a'));
    expect(watchOf(rollout.state()).silent).not.toBeNull();
    rollout.send(byPerson('rolled-back'));
    expect(watchOf(rollout.state()).silent).toBeNull();
  });
});

it('when devices hold their switch for a person, that is due at once, also while others go on and when it is over', () => {
  const rollout = driveRollout(newPolicy({ needsPersonToSwitch: true }), five.slice(0, 2));
  rollout.clear('a', 'b');
  expect(watchOf(rollout.state()).asked).toBeNull();
  hold(rollout, 'a');
  const asked = { sinceMs: startMs + 2_000, isDue: true };
  expect(watchOf(rollout.state())).toEqual({ still: null, silent: null, asked });
  rollout.send(byPerson('canceled'));
  expect(watchOf(rollout.state())).toEqual({ still: null, silent: null, asked });
  rollout.end('a');
  expect(watchOf(rollout.state()).asked).toBeNull();
});

it('when nobody is in it yet, or it has no wave, there is nothing to tell', () => {
  const growing = newPolicy({ targets: { kind: 'growing', maxDevices: null }, waves: canaryThenRest });
  const rollout = driveRollout(growing, []);
  rollout.pass(tenMinutes);
  expect(watchOf(rollout.state())).toEqual({ still: null, silent: null, asked: null });
  expect(watchOf({ waves: [] })).toEqual({ still: null, silent: null, asked: null });
});
