// What a trial by strategies writes down at its turns, in which order it lets go, and how it ends where something was lost.
import { describe, expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import type { PlanInput } from '#domain/updates/plan-input.ts';
import { reasonOf } from '#domain/manifests/update-reason.ts';
import { newTrial, type Trial } from '#domain/updates/update-trial.ts';
import { aContainer } from '#test/support/fake-engine.ts';
import { planText } from '#test/support/plan-text.ts';
import {
  comingBy,
  comingOf,
  deleting,
  failedOften,
  killing,
  noImages,
  old,
  oldAndNewImage,
  oldStopped,
  parked,
  running,
  stranger,
  successor,
  trialInput,
} from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const firstStep = (trial: Trial, overrides: Partial<PlanInput>) => plan(trialInput(trial, overrides)).steps[0];

describe('what is turned to', () => {
  test('when the stage turns, it says what gives way, with which image, and what is handed over', () => {
    expect(firstStep(newTrial, { images: noImages, coming: comingBy('delete-then-download') })).toMatchObject({
      trial: { phase: 'yield', hasSwitched: true, yields: { web: 'web:0' }, ranBefore: { web: 1_000 } },
    });
    expect(firstStep(newTrial, { images: noImages, coming: comingBy('kill-then-download') })).toMatchObject({
      trial: { yields: { web: null }, beside: [] },
    });
    expect(firstStep(newTrial, { containers: [old, successor], coming: comingBy('hand-over') })).toMatchObject({
      trial: { phase: 'beside', hasSwitched: false, yields: {}, beside: ['web'] },
    });
  });

  test('when the yield is over, what it made counts, and what ran before it is still known', () => {
    const made = { ...successor, specHash: 'hash-key' };
    const modules = [aWantedModule({}, 'hash-key'), aWantedModule({ name: 'db' }, null)];
    const trial = { ...killing, ranBefore: { web: 1_000 } };
    expect(firstStep(trial, { containers: [parked, made], coming: comingOf({ modules }) })).toMatchObject({
      trial: { phase: 'switch', hashes: { web: 'hash-key' }, ranBefore: { web: 1_000 } },
    });
  });

  test.each<[string, Partial<PlanInput>, string]>([
    ['the policy forbids it by now', { coming: null }, 'policy.json'],
    ['the state cannot be written', { canRemember: false }, 'Make room on the disk'],
  ])('when %s, what is to be done is said', (_title, overrides, remedy) => {
    const step = firstStep(killing, { containers: [parked, successor], ...overrides });
    const failure = step?.kind === 'enterPhase' ? step.trial.failure : null;
    expect(failure && reasonOf(failure).remedy).toContain(remedy);
  });

  test('when the agent started too often in the download, it goes back, unless the old one is gone already', () => {
    const trial = { ...killing, lives: 4 };
    expect(firstStep(trial, { containers: [parked] })).toMatchObject({
      trial: { phase: 'back', failure: { code: 'download-interrupted', detail: '3' } },
    });
    const gone = { ...deleting, lives: 4 };
    expect(firstStep(gone, { containers: [], images: noImages })).toMatchObject({ kind: 'pull' });
    expect(firstStep(gone, { containers: [successor] })).toMatchObject({ trial: { phase: 'switch', lives: 1 } });
  });

  test('when one was handed over before others give way, it takes its name before anything else, and is kept up', () => {
    const db = aWantedModule({ name: 'db', image: 'db:1' }, 'hash-db');
    const dbOld = aContainer({ id: 'db', name: 'db', module: 'db', specHash: 'hash-db-0', image: 'db:0' });
    const trial: Trial = {
      ...killing,
      hashes: { web: 'hash-1', db: 'hash-db' },
      beside: ['web'],
      yields: { db: null },
    };
    const steps = (...containers: PlanInput['containers']): readonly string[] =>
      planText(
        plan(
          trialInput(trial, {
            containers,
            coming: comingOf({ modules: [aWantedModule(), db] }),
            wanted: [aWantedModule({}, 'hash-0'), aWantedModule({ name: 'db', image: 'db:0' }, 'hash-db-0')],
          }),
        ).steps,
      );
    expect(steps(old, running, dbOld)).toEqual(["stop module 'web'"]);
    expect(steps(oldStopped, running, dbOld)).toEqual(["rename 'web' to 'web.prev'"]);
    expect(steps(parked, running, dbOld)).toEqual(["rename 'web.next' to 'web'"]);
    const ended = { ...running, name: 'web', state: 'exited', exitCode: 1, finishedAtMs: 4_000 } as const;
    expect(steps(parked, ended, dbOld)).toEqual(["start again module 'web'", "stop module 'db'"]);
  });

  test.each<[string, Partial<PlanInput>, string]>([
    ['its image cannot be obtained', { images: noImages, attempts: failedOften('pull web:0', 3) }, 'no room'],
    ['it cannot be made', { images: oldAndNewImage, attempts: failedOften('create web', 3) }, 'no room'],
    [
      'its image may not be pulled',
      { images: noImages, wanted: [aWantedModule({ image: 'web:0', imagePullPolicy: 'never' }, 'hash-0')] },
      'imagePullPolicy is never',
    ],
    ['its key is not known', { wanted: [aWantedModule({ image: 'web:0' }, null)] }, 'its key is not known'],
    ['a stranger has its name', { containers: [stranger('web')] }, "named 'web'"],
  ])('when %s, it recovers without it and says so', (_title, overrides, detail) => {
    const step = firstStep({ ...deleting, phase: 'restore' }, { containers: [], ...overrides });
    expect(step).toMatchObject({ trial: { phase: 'recover', loss: { code: 'not-restored', module: 'web' } } });
    expect(JSON.stringify(step)).toContain(detail);
  });

  test('when a try to obtain it failed, it is tried again', () => {
    const attempts = failedOften('pull web:0', 2);
    const next = plan(trialInput({ ...deleting, phase: 'restore' }, { containers: [], images: noImages, attempts }));
    expect(planText(next.steps)).toEqual(["pull image 'web:0'"]);
  });

  const loss = { code: 'not-restored', module: 'web', detail: 'manifest unknown.' } as const;
  test.each<[string, Partial<PlanInput>, readonly string[]]>([
    ['all others run, it is stuck', { containers: [], images: noImages }, ['end failed-stuck']],
    ['it was obtained at last, it is made', { containers: [], images: oldAndNewImage }, ['end failed-stuck']],
    [
      'it was made at last and stays up, all is rolled back',
      { containers: [old], ranForMs: new Map([['old', 10_000]]) },
      ['end failed-rolled-back'],
    ],
    ['it was made at last and runs for a moment, it waits', { containers: [old] }, []],
  ])('when something was lost and %s', (_title, overrides, steps) => {
    const next = plan(trialInput({ ...deleting, phase: 'recover', loss }, overrides));
    expect(planText(next.steps)).toEqual(steps);
  });

  test('when it is stuck for a loss, one reason tells both, and what to mend first', () => {
    const reason = reasonOf({ code: 'exited', module: 'web', detail: 'code 1' }, loss);
    expect(reason).toMatchObject({ code: 'exited', while: 'verifying', module: 'web' });
    expect(reason.message).toBe(
      "While verifying, module 'web' ended with code 1 and its restart policy does not start it again. " +
        "While restoring, module 'web' cannot be put back, for its old one is gone: manifest unknown.",
    );
    expect(reason.remedy).toContain('old image');
  });
});
