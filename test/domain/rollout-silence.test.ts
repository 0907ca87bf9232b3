// Devices that show no progress: where they stand decides what that means, what they do later changes nothing of it, and what they
// told of their gate and of their unpacking is no silence.
import { describe, expect, it } from 'vitest';
import { explainDevice } from '#domain/rollouts/rollout-explain.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { StepTold } from '#domain/rollouts/rollout-state.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import {
  byPerson,
  driveRollout,
  idOf,
  minuteMs,
  newPolicy,
  newTarget,
  startMs,
  type DrivenRollout,
} from '#test/support/rollout-fleet.ts';

type Progress = Extract<RolloutEvent, { readonly kind: 'progress-reported' }>;

const hourMs = 60 * minuteMs;
const now = { wallMs: startMs, runMs: 0 };

/** `a` is in change, and `b` waits for it, so that the rollout goes on. */
function inChange(policy: Partial<RolloutPolicy> = {}, rules?: number): DrivenRollout {
  const rollout = driveRollout(newPolicy({ concurrency: 1, ...policy }), [newTarget('a'), newTarget('b')], rules);
  rollout.clear('a');
  return rollout;
}

function tell(rollout: DrivenRollout, step: Progress['step'], told?: StepTold): void {
  const { attempt, reportNumber, bytes } = rollout.device('a');
  const at = { deviceId: idOf('a'), attempt, number: reportNumber + 1, step, bytes };
  rollout.send({ kind: 'progress-reported', ...at, ...(told && { told }) });
}

const unchanged =
  'Nothing had been switched on it as far as it told, and the deployment was taken from it: should it have switched meanwhile, it ' +
  'goes back.';
const look =
  'Look at its network, its disk and its container engine; for one that is only slow, let a step stand still for longer.';

describe('a device that falls silent', () => {
  it('before it said anything, it has changed nothing, and gets the deployment no more', () => {
    const rollout = inChange();
    rollout.pass(10 * minuteMs);
    const reason =
      `While preparing, the device said nothing of it for 10 minutes. ${unchanged} ` +
      'See that its agent runs and hears the hub.';
    const stalled = rollout.device('a');
    expect(stalled).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged', isAdmitted: false, reason });
    expect(explainDevice(rollout.state(), stalled, now)).toBe(
      `Attempt 1 failed and no further one follows by itself. ${reason} Retry the failed devices, or roll the rollout back.`,
    );
    // It finishes an hour later and says so.
    rollout.pass(hourMs);
    rollout.end('a');
    tell(rollout, 'verifying', { hasSwitched: true });
    expect(rollout.device('a')).toEqual(stalled);
  });

  it.each<[string, Progress['step'], StepTold | undefined, string]>([
    ['while it downloads', 'downloading', undefined, 'While downloading, the device'],
    ['while it downloads for a module', 'downloading', { module: 'web' }, "While downloading, module 'web'"],
    ['while it proves new ones beside old ones', 'installing', { hasSwitched: false }, 'While installing, the device'],
  ])('%s, before its switch, it has changed nothing', (_, step, told, who) => {
    const rollout = inChange({ stepLimitMs: minuteMs });
    tell(rollout, step, told);
    rollout.pass(minuteMs);
    expect(rollout.device('a')).toMatchObject({
      standing: 'failure',
      verdict: 'failed-unchanged',
      isAdmitted: false,
      reason: `${who} showed no progress for 1 minute. ${unchanged} ${look}`,
    });
  });

  it.each<[string, Progress['step'], StepTold | undefined, string]>([
    ['while it downloads what its old ones gave way to', 'downloading', { hasSwitched: true }, 'downloading'],
    ['while it switches', 'installing', { hasSwitched: true }, 'installing'],
    ['while an agent of before installs', 'installing', undefined, 'installing'],
    ['in its gate', 'verifying', { hasSwitched: true }, 'verifying'],
  ])('%s, it may run either, and keeps the deployment', (_, step, told, activity) => {
    const rollout = inChange();
    tell(rollout, step, told);
    rollout.pass(10 * minuteMs);
    expect(rollout.device('a')).toMatchObject({
      standing: 'failure',
      verdict: 'failed-stuck',
      isAdmitted: true,
      reason:
        `While ${activity}, the device showed no progress for 10 minutes. Look at what runs on it, which may be its new modules or ` +
        'its old ones, and at the log of its agent.',
    });
  });

  it('when it is to be tried again, it waits for that without the deployment', () => {
    const rollout = inChange({ retries: 1 });
    tell(rollout, 'downloading');
    rollout.pass(10 * minuteMs);
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', isAdmitted: false, failures: 1, told: null });
    rollout.clear('a');
    expect(rollout.device('a')).toMatchObject({ isChanging: true, isAdmitted: true, attempt: 2 });
  });

  it('on the way back, it is still to go back, and the rollback ends', () => {
    const rollout = inChange();
    rollout.end('a');
    rollout.send(byPerson('rolled-back'));
    rollout.pass(10 * minuteMs);
    expect(rollout.device('a')).toMatchObject({ standing: 'failure', verdict: 'failed-unchanged', isAdmitted: false });
    expect(rollout.device('a').reason).toContain('as far as it told, and it goes back when it hears of it.');
    expect(rollout.state().status).toBe('rolled-back');
  });

  it('in a journal of before, it was stuck wherever it stood, and went on being reached', () => {
    const rollout = inChange({}, 1);
    rollout.pass(10 * minuteMs);
    expect(rollout.device('a')).toMatchObject({
      standing: 'failure',
      verdict: 'failed-stuck',
      isAdmitted: true,
      reason: 'It showed no progress while pending for 10 minutes.',
    });
  });

  it.each([
    [0, 'failure', false],
    [1, 'pending', true],
  ])('in a journal of before, one that could not switch with %i retries was a %s', (retries, standing, isAdmitted) => {
    const rollout = inChange({ retries }, 1);
    const reason = 'Its disk is full.';
    const at = { deviceId: idOf('a'), attempt: 1, number: 1, step: 'held', bytes: { done: 0, total: 0 } } as const;
    rollout.send({ kind: 'progress-reported', ...at, reason, isHindered: true });
    rollout.pass(10 * minuteMs);
    expect(rollout.device('a')).toMatchObject({ standing, isAdmitted, verdict: 'failed-unchanged' });
  });

  it('in a journal of before, one of which it was known what fails was told with that', () => {
    const rollout = inChange({}, 1);
    const at = { deviceId: idOf('a'), attempt: 1, number: 1, step: 'verifying', bytes: { done: 0, total: 0 } } as const;
    rollout.send({ kind: 'progress-reported', ...at, reason: 'Module web ended.' });
    rollout.pass(10 * minuteMs);
    expect(rollout.device('a').reason).toBe('Module web ended. It showed no progress while verifying for 10 minutes.');
  });
});

const carriedOut = (attempt: number): RolloutEvent => ({ kind: 'carried-out-late', deviceId: idOf('a'), attempt });

describe('one that carried it out before it heard', () => {
  it('how it ended stays, and that it goes back is said, once', () => {
    const rollout = inChange();
    rollout.pass(10 * minuteMs);
    const { reason } = rollout.device('a');
    rollout.send(carriedOut(2));
    expect(rollout.device('a').reason).toBe(reason);
    rollout.send(carriedOut(1), carriedOut(1));
    expect(rollout.device('a')).toMatchObject({
      standing: 'failure',
      verdict: 'failed-unchanged',
      isAdmitted: false,
      reason: `${reason} It had switched before it heard of that, and gets what applies without the deployment.`,
    });
  });

  it('on the way back, that it went back is said', () => {
    const rollout = inChange();
    rollout.end('a');
    rollout.send(byPerson('rolled-back'));
    rollout.pass(10 * minuteMs);
    rollout.send(carriedOut(2));
    expect(rollout.device('a').reason).toMatch(/ It went back after that\.$/);
  });

  it('one that ended otherwise is told nothing of it', () => {
    const rollout = inChange();
    rollout.end('a', 'failed-rolled-back');
    const before = rollout.device('a');
    rollout.send(carriedOut(1));
    expect(rollout.device('a')).toEqual(before);
  });

  it('one without a reason gets this one', () => {
    const rollout = inChange();
    const at = { deviceId: idOf('a'), attempt: 1, number: 1, verdict: 'failed-unchanged', reason: null } as const;
    rollout.send({ kind: 'attempt-ended', ...at }, byPerson('canceled'));
    rollout.send(carriedOut(1));
    expect(rollout.device('a').reason).toMatch(/^It had switched before it heard of that/);
  });
});

describe('a gate that takes longer than a step may', () => {
  const limitMs = 3 * hourMs;

  it('when the device tells how long it may take, it has that and a minute, and no longer', () => {
    const rollout = inChange();
    tell(rollout, 'verifying', { hasSwitched: true, limitMs });
    expect(explainDevice(rollout.state(), rollout.device('a'), now)).toContain('Without progress for 181 minutes');
    rollout.pass(limitMs);
    expect(rollout.device('a')).toMatchObject({ standing: 'verifying', isChanging: true });
    // For a moment its engine did not answer, so that its agent did not tell the limit.
    tell(rollout, 'verifying', { hasSwitched: true });
    tell(rollout, 'verifying', { hasSwitched: true, limitMs });
    rollout.pass(minuteMs);
    expect(rollout.device('a')).toMatchObject({ standing: 'failure', verdict: 'failed-stuck' });
    expect(rollout.device('a').reason).toContain('showed no progress for 181 minutes.');
  });

  it('when the device is switched off meanwhile, it has that time again when it wakes', () => {
    const rollout = inChange();
    tell(rollout, 'verifying', { limitMs });
    rollout.send({ kind: 'device-slept', deviceId: idOf('a') });
    rollout.pass(limitMs);
    rollout.send({ kind: 'device-woke', deviceId: idOf('a') });
    rollout.pass(limitMs);
    expect(rollout.device('a').isChanging).toBe(true);
  });

  it('when another gate follows at the same step, its limit counts from then; at the next step there is none', () => {
    const rollout = inChange({ stepLimitMs: minuteMs });
    tell(rollout, 'installing', { hasSwitched: true });
    rollout.pass(50_000);
    tell(rollout, 'installing', { hasSwitched: true, limitMs: hourMs });
    rollout.pass(hourMs);
    expect(rollout.device('a').isChanging).toBe(true);
    tell(rollout, 'verifying', { hasSwitched: true });
    rollout.pass(minuteMs);
    expect(rollout.device('a').isChanging).toBe(false);
  });

  it('when it is shorter than a step may take, that is what it has', () => {
    const rollout = inChange();
    tell(rollout, 'verifying', { limitMs: minuteMs });
    rollout.pass(9 * minuteMs);
    expect(rollout.device('a').isChanging).toBe(true);
  });
});

describe('unpacking', () => {
  it('when its mark moves, it is progress; when it stays, it is none', () => {
    const rollout = inChange({ stepLimitMs: minuteMs });
    tell(rollout, 'downloading', { unpacked: 1 });
    expect(explainDevice(rollout.state(), rollout.device('a'), now)).toMatch(
      /^It is downloading and unpacking, attempt 1\. /,
    );
    rollout.pass(50_000);
    tell(rollout, 'downloading', { unpacked: 2 });
    rollout.pass(50_000);
    tell(rollout, 'downloading', { unpacked: 2 });
    expect(rollout.device('a').isChanging).toBe(true);
    rollout.pass(10_000);
    expect(rollout.device('a').isChanging).toBe(false);
  });
});

describe('one that refused', () => {
  it('is not asked again, for it would refuse again', () => {
    const rollout = inChange({ retries: 3 });
    rollout.end('a', 'refused');
    expect(rollout.device('a')).toMatchObject({ standing: 'failure', verdict: 'refused', failures: 1 });
  });

  it('in a journal of before, it was', () => {
    const rollout = inChange({ retries: 3 }, 1);
    rollout.end('a', 'refused');
    expect(rollout.device('a')).toMatchObject({ standing: 'pending', failures: 1 });
  });
});
