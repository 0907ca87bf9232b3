// What a device remembers of its updates: what is tried, what is not tried again, and what it says of it.
import { describe, expect, test } from 'vitest';
import type { Step } from '#domain/updates/agent-step.ts';
import { attemptReport } from '#domain/rollouts/attempt-report.ts';
import { heldByLock } from '#domain/updates/switch-holder.ts';
import {
  canGoBack,
  comingOf,
  isRejected,
  isTrialStep,
  newCourse,
  standingOf,
  takeTurn,
  type CourseSurroundings,
  type Revision,
  type TrialStep,
  type UpdateCourse,
} from '#domain/updates/update-course.ts';
import { reasonOf, updateFailureCodes } from '#domain/manifests/update-reason.ts';
import { newTrial, type TrialPhase } from '#domain/updates/update-trial.ts';

const one: Revision = { version: 1, value: { modules: { web: 1 } } };
const two: Revision = { version: 2, value: { modules: { web: 2 } } };
const hash: CourseSurroundings['hash'] = (value) => JSON.stringify(value);
const around = (candidate: Revision | null): CourseSurroundings => ({
  candidate,
  hash,
  nowMs: 5_000,
  attemptOf: () => 3,
  doneBytes: 10,
  totalBytes: 20,
});

function after(course: UpdateCourse, candidate: Revision | null, ...steps: readonly TrialStep[]): UpdateCourse {
  return steps.reduce((before, step) => takeTurn(before, step, around(candidate)), course);
}

const proven: UpdateCourse = { ...newCourse, proven: one };
const begin: TrialStep = { kind: 'beginTrial' };
const enter = (phase: TrialPhase, hasSwitched = true): TrialStep => ({
  kind: 'enterPhase',
  trial: { ...newTrial, phase, hasSwitched },
});
const failed: TrialStep = {
  kind: 'enterPhase',
  trial: { ...newTrial, phase: 'back', failure: { code: 'exited', module: 'web', detail: 'code 1' } },
};
const end = (verdict: Extract<TrialStep, { kind: 'endTrial' }>['verdict']): TrialStep => ({
  kind: 'endTrial',
  verdict,
});

describe('takeTurn', () => {
  test('when a trial enters commit, its revision is the proven one before anything is removed', () => {
    const course = after(proven, two, begin, enter('switch'), enter('verify'), enter('commit'));
    expect(course).toMatchObject({ proven: two, left: null, trial: { revision: two, number: 1, phase: 'commit' } });
    expect(course.trial?.doneBytes).toBe(10);
    const done = after(course, two, end('done'));
    expect(done.trial).toBe(null);
    expect(done.lastAttempt).toMatchObject({ version: 2, attempt: 3, number: 1, verdict: 'done', reason: null });
  });

  test('when a trial fails, the proven one stays and the candidate waits for a new one', () => {
    const course = after(proven, two, begin, enter('switch'), failed, end('failed-rolled-back'));
    expect(course).toMatchObject({ proven: one, left: null, trial: null });
    expect(course.lastAttempt?.reason?.message).toContain("module 'web' ended with code 1");
    expect(isRejected(course, two, hash)).toBe(true);
    expect(comingOf(course, { candidate: two, hash })).toBe(null);
    const again = { ...two, version: 3 };
    expect(comingOf(course, { candidate: again, hash })).toEqual({ revision: again, isStillWanted: true });
    const other = { ...two, value: {} };
    expect(comingOf(course, { candidate: other, hash })).toEqual({ revision: other, isStillWanted: true });
  });

  test('when it fails with nothing to go back to, it is what stands, and no good thing to go back to', () => {
    const course = after(newCourse, two, begin, enter('switch'), enter('leave'), end('failed-left'));
    expect([standingOf(course), canGoBack(course)]).toEqual([two, false]);
    expect(standingOf(after(course, one, { kind: 'adopt' }))).toEqual(one);
  });

  test('when it is given up, nothing is remembered of it but its number', () => {
    expect(after(proven, two, begin, end(null))).toEqual({ ...proven, attempts: 1 });
  });

  test('when nothing needs to change, the candidate is proven at once and that is an attempt', () => {
    const course = after(proven, two, { kind: 'adopt' });
    expect(course).toMatchObject({ proven: two, trial: null, lastAttempt: { version: 2, verdict: 'done', number: 1 } });
    expect(comingOf(course, { candidate: two, hash })).toBe(null);
  });

  test.each([{ kind: 'adopt' }, begin, enter('switch'), end('done')] as TrialStep[])(
    'when $kind has nothing it is about, nothing changes',
    (step) => {
      expect(after(proven, null, step)).toBe(proven);
    },
  );
});

describe('comingOf', () => {
  test('when a trial is on, its own revision is brought to its end, whatever is wanted by then', () => {
    const course = after(proven, two, begin);
    expect(comingOf(course, { candidate: two, hash })).toEqual({ revision: two, isStillWanted: true });
    expect(comingOf(course, { candidate: null, hash })).toEqual({ revision: two, isStillWanted: true });
    expect(comingOf(course, { candidate: one, hash })).toEqual({ revision: two, isStillWanted: false });
  });

  test('when only the terms are others beyond the stage, it is still wanted; other modules are another matter', () => {
    const renewed: Revision = { version: 3, value: { ...two.value, lanyard: { attempt: 2 } } };
    const isStillWanted = (course: UpdateCourse, candidate: Revision) =>
      comingOf(course, { candidate, hash })?.isStillWanted;
    const staged = after(proven, two, begin);
    expect(isStillWanted(staged, renewed)).toBe(false);
    const course = after(proven, two, begin, enter('yield'));
    expect(isStillWanted(course, renewed)).toBe(true);
    expect(isStillWanted(course, one)).toBe(false);
    expect(comingOf(course, { candidate: null, hash })?.isStillWanted).toBe(true);
  });

  test('when nothing stands, the candidate comes; when nothing is known, nothing does', () => {
    expect(comingOf(newCourse, { candidate: one, hash })).toEqual({ revision: one, isStillWanted: true });
    expect(comingOf(newCourse, { candidate: null, hash })).toBe(null);
  });
});

test('when a step is asked whether it is a turn of the trial, only those that write are', () => {
  const steps: Step[] = [{ kind: 'pull', image: 'a' }, begin, { kind: 'adopt' }, enter('back'), end(null)];
  expect(steps.map((step) => isTrialStep(step))).toEqual([false, true, true, true, true]);
});

describe('attemptReport', () => {
  const surroundings = {
    hold: null,
    gateLimitMs: null,
    transferred: { doneBytes: 1, totalBytes: 2 },
    attemptOf: () => 3,
    toIso: String,
  };

  test('when no attempt was made, there is none to report', () => {
    expect(attemptReport(proven, surroundings)).toBe(null);
  });

  test.each([
    ['stage', 'downloading', 1, false],
    ['beside', 'installing', 1, false],
    ['yield', 'downloading', 1, true],
    ['switch', 'installing', 2, true],
    ['verify', 'verifying', 2, true],
    ['back', 'installing', 1, true],
    ['recover', 'installing', 1, true],
  ] as const)('when the trial is in %s, its step is %s and version %i runs', (phase, step, runs, hasSwitched) => {
    const course = after(proven, two, begin, enter(phase, hasSwitched));
    const times = { startedTimeUtc: '5000', endedTimeUtc: null };
    const expected = {
      version: 2,
      attempt: 3,
      number: 1,
      step,
      doneBytes: 1,
      totalBytes: 2,
      ...times,
      runs,
      hasSwitched,
    };
    expect(attemptReport(course, surroundings)).toEqual({ ...expected, verdict: null, reason: null });
  });

  test('when layers are under way, it tells each while it downloads, a total that is not known as 0', () => {
    const layers = [
      { layer: 'ab12', image: 'a:1', doneBytes: 1, totalBytes: 2 },
      { layer: 'cd34', doneBytes: 0, totalBytes: null },
    ];
    const around = { ...surroundings, transferred: { doneBytes: 1, totalBytes: 0, layers } };
    const told = [
      { id: 'ab12', image: 'a:1', doneBytes: 1, totalBytes: 2 },
      { id: 'cd34', doneBytes: 0, totalBytes: 0 },
    ];
    expect(attemptReport(after(proven, two, begin), around)).toMatchObject({ step: 'downloading', layers: told });
    expect(attemptReport(after(proven, two, begin, enter('verify')), around)).not.toHaveProperty('layers');
  });

  test('when it is in a gate, it says how long that may take, in whole seconds', () => {
    const course = after(proven, two, begin, enter('verify'));
    expect(attemptReport(course, { ...surroundings, gateLimitMs: 90_400 })).toMatchObject({ limitSeconds: 91 });
    expect(attemptReport(course, surroundings)).not.toHaveProperty('limitSeconds');
  });

  test('when layers are unpacked, it says that this moves, while it downloads', () => {
    const around = { ...surroundings, transferred: { doneBytes: 2, totalBytes: 2, unpacked: 7 } };
    expect(attemptReport(after(proven, two, begin), around)).toMatchObject({ step: 'downloading', unpacked: 7 });
    expect(attemptReport(after(proven, two, begin), surroundings)).not.toHaveProperty('unpacked');
    expect(attemptReport(after(proven, two, begin, enter('verify')), around)).not.toHaveProperty('unpacked');
  });

  test('when its switch is held, it says so, and only then', () => {
    const hold = heldByLock('press', 'cycle 12 of 40');
    const held = attemptReport(after(proven, two, begin), { ...surroundings, hold });
    expect(held).toMatchObject({ step: 'held', hold: { by: 'lock', module: 'press', message: hold.message } });
    expect(attemptReport(after(proven, two, begin), surroundings)).not.toHaveProperty('hold');
  });

  test('when it ended, it says how and why', () => {
    const course = after(proven, two, begin, failed, end('failed-rolled-back'));
    expect(attemptReport(course, surroundings)).toMatchObject({
      step: 'ended',
      verdict: 'failed-rolled-back',
      reason: { code: 'exited', while: 'verifying', module: 'web' },
      doneBytes: 10,
      runs: 1,
    });
    expect(attemptReport(after(newCourse, one, begin, end('refused')), surroundings)).toMatchObject({ runs: null });
    expect(attemptReport(after(proven, two, { kind: 'adopt' }), surroundings)).toMatchObject({ reason: null });
  });
});

test.each(updateFailureCodes)(
  'when the reason is %s, one sentence says what, which and why, and one what to do',
  (code) => {
    const { message, remedy } = reasonOf({ code, module: 'web', detail: 'what was $& seen.' });
    expect(message).toMatch(/^While \w+, module 'web' .*[^.]\.$/);
    expect(message).not.toContain('{}');
    expect(remedy).toMatch(/^[A-Z].*\.$/);
    expect(reasonOf({ code, module: null, detail: '' }).message).toMatch(/^While \w+, the (new revision|device) /);
  },
);
