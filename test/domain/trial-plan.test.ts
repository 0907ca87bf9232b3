// The trial as sentences, phase by phase: what it does next, what it waits for, and when it turns.
import { describe, expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import type { PlanInput } from '#domain/updates/plan-input.ts';
import { newTrial, type Trial } from '#domain/updates/update-trial.ts';
import { aContainer } from '#test/support/fake-engine.ts';
import { planText } from '#test/support/plan-text.ts';
import {
  comingOf,
  endless,
  failedOften,
  fresh,
  never,
  noImages,
  old,
  oldStopped,
  parked,
  record,
  stranger,
  successor,
  switched,
  trialInput,
  unstarted,
} from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

type Row = readonly [title: string, overrides: Partial<PlanInput>, steps: readonly string[]];

const stage: readonly Row[] = [
  ['the image is missing, it pulls', { images: noImages }, ["pull image 'web:1'"]],
  ['the image is being pulled, it waits', { images: noImages, pulling: new Set(['web:1']) }, []],
  ['the image is there, it makes the successor', {}, ["create successor of module 'web'"]],
  ['the successor is made, it switches', { containers: [old, successor] }, ['enter switch']],
  ['it is held, it waits', { containers: [old, successor], coming: comingOf({ isHeld: true }) }, []],
  ['the turn would not survive, it waits', { containers: [old, successor], canRemember: false }, []],
  [
    'another revision is wanted by now, it is given up',
    { coming: comingOf({ isStillWanted: false }) },
    ['end given up'],
  ],
  ['it is not allowed any more, it is given up', { coming: null }, ['end given up']],
  ['a key is not known, it waits', { coming: comingOf({ modules: [aWantedModule({}, null)] }) }, []],
  [
    'the successor is outdated, it removes it',
    { containers: [old, { ...successor, specHash: 'x' }] },
    ["remove container 'web.next'"],
  ],
  [
    'somebody started the successor, it stops that',
    { containers: [old, { ...successor, state: 'running' }] },
    ["stop container 'web.next'"],
  ],
  ['the engine removes the successor, it waits', { containers: [old, { ...successor, state: 'removing' }] }, []],
  [
    'what stands is as it comes, a successor is too much',
    { containers: [fresh, successor], wanted: null },
    ["remove container 'web.next'"],
  ],
  ['what stands is as it comes, it switches', { containers: [fresh], wanted: null }, ['enter switch']],
  [
    'a container of ours is not of what stands, it is left until the switch',
    { containers: [aContainer({ id: 'x', name: 'db', module: 'db' }), successor], wanted: [] },
    ['enter switch'],
  ],
  [
    'the old one ended meanwhile, it is started again',
    { containers: [{ ...old, state: 'exited', exitCode: 1, finishedAtMs: 2_000 }], images: noImages },
    ["start again module 'web'", "pull image 'web:1'"],
  ],
  ['the platform is another, it goes back', { images: new Map([['web:1', 'linux/s390x']]) }, ['enter back']],
  [
    'the platform is not said, it is tried',
    { images: new Map([['web:1', null]]) },
    ["create successor of module 'web'"],
  ],
  [
    'the processor runs the other kind too, it is tried',
    { images: new Map([['web:1', 'linux/arm']]), platform: 'linux/arm64' },
    ["create successor of module 'web'"],
  ],
  [
    'a pull failed for the third time, it goes back',
    { images: noImages, attempts: failedOften('pull web:1', 3) },
    ['enter back'],
  ],
  [
    'a pull failed and there is no limit, it pulls',
    { images: noImages, attempts: failedOften('pull web:1', 9), coming: endless },
    ["pull image 'web:1'"],
  ],
  [
    'a creation failed for the third time, it goes back',
    { attempts: failedOften('create web.next', 3) },
    ['enter back'],
  ],
  ['a stranger has one of the names, it goes back', { containers: [old, stranger('web.prev')] }, ['enter back']],
  [
    'an image must not be pulled, it goes back',
    { images: noImages, coming: comingOf({ modules: [never] }) },
    ['enter back'],
  ],
  [
    'a pull is needed by nobody, it is cancelled',
    { pulling: new Set(['old:1']) },
    ["create successor of module 'web'", "cancel pull of image 'old:1'"],
  ],
];

const switching: readonly Row[] = [
  ['the old one runs, it stops it', { containers: [old, successor] }, ["stop module 'web'"]],
  [
    'the old one is stopped, it keeps it aside',
    { containers: [oldStopped, successor] },
    ["rename 'web' to 'web.prev'"],
  ],
  [
    'something is where the old one goes, it removes that',
    { containers: [oldStopped, successor, { ...parked, id: 'older' }] },
    ["remove container 'web.prev'"],
  ],
  [
    'the old one is dead, it removes it',
    { containers: [{ ...oldStopped, state: 'dead' }, successor] },
    ["remove module 'web'"],
  ],
  ['the engine removes the old one, it waits', { containers: [{ ...oldStopped, state: 'removing' }, successor] }, []],
  ['the old one is aside, the new takes its name', { containers: [parked, successor] }, ["rename 'web.next' to 'web'"]],
  ['the new one has its name, it starts', { containers: [parked, unstarted] }, ["start module 'web'"]],
  ['the new one was started, the gate is next', { containers: [parked, fresh] }, ['enter verify']],
  [
    'the new one is to be stopped, it is not started',
    { containers: [parked, unstarted], coming: comingOf({ modules: [aWantedModule({ status: 'stopped' })] }) },
    ['enter verify'],
  ],
  ['the successor is gone, it goes back', { containers: [parked] }, ['enter back']],
  [
    'a start failed once, it is tried again',
    { containers: [parked, unstarted], attempts: failedOften('start web', 1) },
    ["start module 'web'"],
  ],
  [
    'a start failed twice, it goes back',
    { containers: [parked, unstarted], attempts: failedOften('start web', 2) },
    ['enter back'],
  ],
  [
    'a stop failed twice, it goes back',
    { containers: [old, successor], attempts: failedOften('stop web', 2) },
    ['enter back'],
  ],
  ['it is not allowed any more, it goes back', { coming: null }, ['enter back']],
  [
    'there is nothing to go back to, it stays',
    { containers: [unstarted], attempts: failedOften('start web', 2), canGoBack: false },
    ['enter leave'],
  ],
];

const verifying: readonly Row[] = [
  ['it has not run long enough, it waits', { containers: [parked, fresh] }, []],
  [
    'it ran long enough, it commits',
    { containers: [parked, fresh], ranForMs: new Map([['next', 10_000]]) },
    ['enter commit'],
  ],
  [
    'the turn would not survive, it waits',
    { containers: [parked, fresh], ranForMs: new Map([['next', 10_000]]), canRemember: false },
    [],
  ],
  ['time is up, it goes back', { containers: [parked, fresh], phaseForMs: 60_000 }, ['enter back']],
  ['the new one is gone, it goes back', { containers: [parked] }, ['enter back']],
  ['another is in its place, it goes back', { containers: [old] }, ['enter back']],
  [
    'it ended once, it is started again',
    { containers: [parked, { ...fresh, state: 'exited', exitCode: 1, finishedAtMs: 2_000 }] },
    ["start again module 'web'"],
  ],
  [
    'it ended again, it goes back',
    {
      containers: [parked, { ...fresh, state: 'exited', exitCode: 1, finishedAtMs: 2_000 }],
      restarts: { web: { ...record, restartCount: 1 } },
    },
    ['enter back'],
  ],
  [
    'a person restarts it, that is no end of its own',
    {
      containers: [parked, { ...fresh, state: 'exited', exitCode: 137, finishedAtMs: 2_000 }],
      restarts: { web: { ...record, restartCount: 1, stoppedRunAtMs: fresh.startedAtMs } },
    },
    ["start module 'web'"],
  ],
  [
    'restarts are of another container, they count for nothing',
    { containers: [parked, fresh], restarts: { web: { ...record, specHash: 'x', restartCount: 9 } } },
    [],
  ],
  ['it is not allowed any more, it goes back', { coming: null }, ['enter back']],
];

const goingBack: readonly Row[] = [
  ['the new one runs, it stops it', { containers: [parked, fresh] }, ["stop module 'web'"]],
  ['the new one is stopped, it removes it', { containers: [parked, unstarted] }, ["remove module 'web'"]],
  ['the new one is being removed, it waits', { containers: [parked, { ...unstarted, state: 'removing' }] }, []],
  ['the old one is aside, it gets its name', { containers: [parked] }, ["rename 'web.prev' to 'web'"]],
  ['there was no old one, the new one goes', { containers: [fresh], wanted: [] }, ["stop module 'web'"]],
  ['the old one never went, it recovers', { containers: [old] }, ['enter recover']],
  ['a successor is left, it goes', { containers: [old, successor] }, ["remove container 'web.next'"]],
];

const recovering: readonly Row[] = [
  [
    'the old one is stopped, it starts again',
    { containers: [oldStopped], restarts: { web: { ...record, specHash: 'hash-0', stoppedRunAtMs: 1_000 } } },
    ["start module 'web'"],
  ],
  ['the old one runs for a moment, it waits', { containers: [old] }, []],
  [
    'the old one stays up, it is over',
    { containers: [old], ranForMs: new Map([['old', 10_000]]) },
    ['end failed-rolled-back'],
  ],
  ['the old one does not come up, it is over', { containers: [old], phaseForMs: 60_000 }, ['end failed-stuck']],
  ['the old one is gone and its image too, it waits', { containers: [], pulling: new Set(['web:0']) }, []],
  ['the old one is not allowed any more, it is over', { containers: [oldStopped], wanted: null }, ['end failed-stuck']],
];

const tidying: readonly Row[] = [
  ['the old one is aside, it goes', { containers: [parked, fresh] }, ["remove container 'web.prev'"]],
  ['nothing is left to do, it is done', { containers: [fresh] }, ['end done']],
  ['it cannot be read any more, nothing is removed', { containers: [parked, fresh], coming: null }, ['end done']],
];

const crashLooping = { ...fresh, state: 'exited', exitCode: 1, finishedAtMs: 2_000 } as const;

describe('a module that the trial leaves as it is', () => {
  const left: Trial = { ...switched, phase: 'verify', kept: ['web'], ranBefore: { web: fresh.startedAtMs } };

  test.each<[string, Trial, Partial<PlanInput>, readonly string[]]>([
    [
      'it kept ending before, the gate does not ask for it',
      { ...left, exitsBefore: { web: 2 } },
      { containers: [crashLooping], restarts: { web: { ...record, restartCount: 9 } } },
      ['enter commit'],
    ],
    [
      'it was down before, the gate does not ask for it',
      { ...left, ranBefore: {} },
      { containers: [crashLooping] },
      ['enter commit'],
    ],
    [
      'nothing was counted before, it must run well',
      { ...left, exitsBefore: {} },
      { containers: [crashLooping], restarts: { web: { ...record, restartCount: 2 } } },
      ['enter back'],
    ],
    [
      'it ran well before, it must go on so',
      { ...left, exitsBefore: { web: 1 } },
      { containers: [crashLooping], restarts: { web: { ...record, restartCount: 2 } } },
      ['enter back'],
    ],
    [
      'it kept ending before, going back does not wait for it',
      { ...left, phase: 'recover', exitsBefore: { web: 2 } },
      {
        containers: [{ ...old, state: 'exited', exitCode: 1, finishedAtMs: trialInput(newTrial).nowMs }],
        restarts: { web: { ...record, specHash: 'hash-0', restartCount: 9 } },
      },
      ['end failed-rolled-back'],
    ],
  ])('when %s', (_title, trial, overrides, steps) => {
    expect(planText(plan(trialInput(trial, overrides)).steps)).toEqual(steps);
  });
});

const phases: [Trial, readonly Row[]][] = [
  [newTrial, stage],
  [switched, switching],
  [{ ...switched, phase: 'verify' }, verifying],
  [{ ...switched, phase: 'back' }, goingBack],
  [{ ...switched, phase: 'recover' }, recovering],
  [{ ...switched, phase: 'commit' }, tidying],
];

describe.each(phases)('in phase $phase', (trial, rows) => {
  test.each(rows)('when %s', (_title, overrides, steps) => {
    const next = plan(trialInput(trial, overrides));
    expect(planText(next.steps)).toEqual(steps);
    expect(next.isApplied).toBe(false);
  });
});
