// When a container that ended or is sick is started again, policy by policy.
import { describe, expect, test } from 'vitest';
import type { RestartRecord } from '#domain/updates/agent-state.ts';
import type { RestartPolicy } from '#domain/manifests/module-spec.ts';
import { judgeRun, restartCountOf } from '#domain/updates/restart-policy.ts';
import { aContainer } from '#test/support/fake-engine.ts';

const now = 10_000_000_000;
const crashed = aContainer({ state: 'exited', exitCode: 1, startedAtMs: now - 20_000, finishedAtMs: now - 10_000 });
const ended = { ...crashed, exitCode: 0, finishedAtMs: now };
const sick = aContainer({ state: 'running', health: 'unhealthy', startedAtMs: now - 10_000 });

function judge(container: typeof crashed, restartPolicy: RestartPolicy, record: Partial<RestartRecord> = {}) {
  const full = { specHash: 'hash-1', restartCount: 0, lastRestartAtMs: null, stoppedRunAtMs: null, everStarted: true };
  return judgeRun(container, { status: 'running', restartPolicy }, { ...full, ...record }, now);
}

describe('judgeRun', () => {
  test.each([
    ['always', 'start', 'start', 'restart'],
    ['on-unhealthy', 'start', 'start', 'restart'],
    ['on-failure', 'start', 'start', 'none'],
    ['never', 'none', 'none', 'none'],
  ] as [RestartPolicy, string, string, string][])(
    'when the policy is %s: after a crash %s, after a clean end %s, when unhealthy %s',
    (policy, afterCrash, afterEnd, whenSick) => {
      expect(judge(crashed, policy).action).toBe(afterCrash);
      expect(judge(ended, policy).action).toBe(afterEnd);
      expect(judge(sick, policy).action).toBe(whenSick);
    },
  );

  test.each([
    [0, 10_000],
    [1, 20_000],
    [4, 160_000],
    [5, 300_000],
    [19, 300_000],
  ])('when it was restarted %i times, it waits %i ms after the last exit', (restartCount, delayMs) => {
    const just = { ...crashed, finishedAtMs: now };
    expect(judge(just, 'always', { restartCount })).toMatchObject({ runtimeStatus: 'backoff', waitMs: delayMs });
    const due = { ...crashed, startedAtMs: now - delayMs - 1, finishedAtMs: now - delayMs };
    expect(judge(due, 'always', { restartCount })).toMatchObject({ action: 'start', counted: true });
  });

  test('when it was restarted 20 times, it has failed', () => {
    expect(judge(crashed, 'always', { restartCount: 20 })).toMatchObject({
      runtimeStatus: 'failed',
      action: 'none',
      waitMs: null,
    });
  });

  test('when it ran for ten minutes, its restarts are forgiven', () => {
    const long = { ...crashed, startedAtMs: now - 610_000 };
    expect(judge(long, 'always', { restartCount: 20 })).toMatchObject({ action: 'start' });
    const running = aContainer({ startedAtMs: now - 600_000 });
    const record = {
      specHash: 'hash-1',
      restartCount: 3,
      lastRestartAtMs: null,
      stoppedRunAtMs: null,
      everStarted: true,
    };
    expect(restartCountOf(running, record, now)).toBe(0);
    expect(restartCountOf(running, record, now - 1)).toBe(3);
  });

  test('when the restarts were those of another specification, they do not count', () => {
    expect(judge(crashed, 'always', { restartCount: 20, specHash: 'hash-0' })).toMatchObject({ action: 'start' });
  });

  test('when the clock jumped back behind the last exit, it does not wait for it', () => {
    const future = { ...crashed, startedAtMs: now + 1e9, finishedAtMs: now + 1e9 + 1 };
    expect(judge(future, 'always').action).toBe('start');
  });

  test('when a clean end repeats, it backs off like a crash', () => {
    expect(judge(ended, 'always', { restartCount: 1 })).toMatchObject({ action: 'none', waitMs: 20_000 });
  });

  test.each([
    ['dead', 'running', 'dead', 'none'],
    ['removing', 'running', 'dead', 'none'],
    ['paused', 'running', 'unknown', 'none'],
    ['running', 'stopped', 'running', 'stop'],
  ] as const)(
    'when its container is %s and it is to be %s, it is %s and the step is %s',
    (state, status, is, action) => {
      const verdict = judgeRun(aContainer({ state }), { status, restartPolicy: 'always' }, undefined, now);
      expect(verdict).toEqual({ runtimeStatus: is, action, counted: false, waitMs: null });
    },
  );

  test.each([
    [crashed, 'failed'],
    [ended, 'stopped'],
    [aContainer({ state: 'created', startedAtMs: 0 }), 'stopped'],
  ])('when it is to be stopped and has ended, it stays as it is', (container, runtimeStatus) => {
    const verdict = judgeRun(container, { status: 'stopped', restartPolicy: 'always' }, undefined, now);
    expect(verdict).toMatchObject({ runtimeStatus, action: 'none' });
  });

  test('when it never runs again, the way it ended tells how it stands', () => {
    expect(judge(crashed, 'never').runtimeStatus).toBe('failed');
    expect(judge(ended, 'never').runtimeStatus).toBe('stopped');
  });

  test('when it is sick and to be stopped, it is stopped as what it is', () => {
    const verdict = judgeRun(sick, { status: 'stopped', restartPolicy: 'always' }, undefined, now);
    expect(verdict).toMatchObject({ runtimeStatus: 'unhealthy', action: 'stop' });
  });

  test('when it stays sick after twenty restarts, it is left as it is', () => {
    expect(judge(sick, 'always', { restartCount: 20 })).toMatchObject({ runtimeStatus: 'unhealthy', action: 'none' });
  });

  test('when the engine could not start it, that is a failure and no first start', () => {
    const unstartable = aContainer({ state: 'created', startedAtMs: 0, exitCode: 127, finishedAtMs: now });
    expect(judge(unstartable, 'always')).toMatchObject({ runtimeStatus: 'backoff', waitMs: 10_000 });
  });

  test('when it never ran, nothing of its time is counted', () => {
    const never = aContainer({ state: 'exited', startedAtMs: 0, finishedAtMs: now });
    expect(judge({ ...never, exitCode: 1 }, 'always', { restartCount: 3 }).waitMs).toBe(80_000);
  });

  test('when the agent stopped this very run, it owes the start whatever the policy', () => {
    expect(judge(crashed, 'never', { stoppedRunAtMs: crashed.startedAtMs })).toMatchObject({
      runtimeStatus: 'stopped',
      action: 'start',
      counted: false,
    });
  });
});
