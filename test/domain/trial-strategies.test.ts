// What the update strategies add to a trial, phase by phase: what gives way and when, and what is put back.
import { describe, expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import type { PlanInput } from '#domain/updates/plan-input.ts';
import { newTrial, type Trial } from '#domain/updates/update-trial.ts';
import { planText } from '#test/support/plan-text.ts';
import {
  comingBy,
  comingOf,
  deleting,
  failedOften,
  fresh,
  killing,
  labelled,
  noImages,
  old,
  oldAndNewImage,
  oldStopped,
  parked,
  record,
  running,
  stranger,
  successor,
  switched,
  trialInput,
} from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

const beside: Trial = { ...switched, phase: 'beside', hasSwitched: false, beside: ['web'] };
const oldImage: PlanInput['images'] = new Map([['web:0', null]]);

type Row = readonly [title: string, overrides: Partial<PlanInput>, steps: readonly string[]];

const staging: readonly Row[] = [
  [
    'one must give way first, it turns to that',
    { images: noImages, coming: comingBy('kill-then-download') },
    ['enter yield'],
  ],
  [
    'its image must go first, it turns to that',
    { images: noImages, coming: comingBy('delete-then-download') },
    ['enter yield'],
  ],
  [
    'one must give way and is held, nothing is stopped',
    { images: noImages, coming: { ...comingOf(), modules: [labelled('kill-then-download')], isHeld: true } },
    [],
  ],
  [
    'there is no old one to give way, it pulls',
    { images: noImages, coming: comingBy('delete-then-download'), containers: [], wanted: [] },
    ["pull image 'web:1'"],
  ],
  [
    'it may not be pulled, nothing gives way',
    {
      images: noImages,
      coming: comingOf({
        modules: [
          {
            ...labelled('kill-then-download'),
            spec: { ...labelled('kill-then-download').spec, imagePullPolicy: 'never' },
          },
        ],
      }),
    },
    ['enter back'],
  ],
  [
    'one is handed over, it is fetched like any',
    { images: noImages, coming: comingBy('hand-over') },
    ["pull image 'web:1'"],
  ],
  [
    'one is handed over and ready, it goes beside',
    { containers: [old, successor], coming: comingBy('hand-over') },
    ['enter beside'],
  ],
  [
    'there is no old one to hand over, it switches',
    { containers: [successor], wanted: [], coming: comingBy('hand-over') },
    ['enter switch'],
  ],
  [
    'one that is not to run is handed over, it switches',
    {
      containers: [old, successor],
      coming: comingOf({
        modules: [{ ...labelled('hand-over'), spec: { ...labelled('hand-over').spec, status: 'stopped' } }],
      }),
    },
    ['enter switch'],
  ],
];

const standingBeside: readonly Row[] = [
  ['the new one is made, it starts beside', { containers: [old, successor] }, ["start successor of module 'web'"]],
  [
    'its start failed twice, it goes back',
    { containers: [old, successor], attempts: failedOften('start web.next', 2) },
    ['enter back'],
  ],
  ['it has not run long enough, it waits', { containers: [old, running] }, []],
  [
    'it ran long enough, the old one may stop',
    { containers: [old, running], ranForMs: new Map([['next', 10_000]]) },
    ['enter switch'],
  ],
  [
    'the turn would not survive, it waits',
    { containers: [old, running], ranForMs: new Map([['next', 10_000]]), canRemember: false },
    [],
  ],
  [
    'the old one is held meanwhile, both run on',
    { containers: [old, running], ranForMs: new Map([['next', 10_000]]), coming: comingOf({ isHeld: true }) },
    [],
  ],
  ['time is up, it goes back', { containers: [old, running], phaseForMs: 60_000 }, ['enter back']],
  ['the new one is gone, it goes back', { containers: [old] }, ['enter back']],
  [
    'it ended once, it is started again and the old one runs on',
    { containers: [old, { ...running, state: 'exited', exitCode: 1, finishedAtMs: 4_000 }] },
    ["start again successor of module 'web'"],
  ],
  [
    'it ended again, it goes back, whatever is counted of the old one',
    {
      containers: [old, { ...running, state: 'exited', exitCode: 1, finishedAtMs: 4_000 }],
      restarts: { 'web.next': { ...record, restartCount: 1 }, web: { ...record, specHash: 'hash-0' } },
    },
    ['enter back'],
  ],
  [
    'the old one ends meanwhile, it is started again',
    { containers: [{ ...old, state: 'exited', exitCode: 1, finishedAtMs: 2_000 }, running] },
    ["start again module 'web'"],
  ],
  [
    'another revision is wanted by now, it is given up',
    { containers: [old, running], coming: comingOf({ isStillWanted: false }) },
    ['end given up'],
  ],
  ['it is not allowed any more, it is given up', { coming: null }, ['end given up']],
];

const yieldingKilled: readonly Row[] = [
  ['the old one runs, it stops it', { images: noImages }, ["stop module 'web'"]],
  ['a stop failed twice, it goes back', { images: noImages, attempts: failedOften('stop web', 2) }, ['enter back']],
  ['the old one is stopped, it keeps it aside', { containers: [oldStopped] }, ["rename 'web' to 'web.prev'"]],
  ['the engine removes the old one, it waits', { containers: [{ ...oldStopped, state: 'removing' }] }, []],
  ['the old one is aside, it pulls', { containers: [parked], images: oldImage }, ["pull image 'web:1'"]],
  [
    'the pull failed for the third time, it goes back',
    {
      containers: [parked],
      images: oldImage,
      attempts: failedOften('pull web:1', 3),
      coming: comingOf({ tries: null }),
    },
    ['enter back'],
  ],
  [
    'it is for another platform, it goes back',
    { containers: [parked], images: new Map([['web:1', 'linux/s390x']]) },
    ['enter back'],
  ],
  ['the image is there, it makes the successor', { containers: [parked] }, ["create successor of module 'web'"]],
  ['the successor is made, it switches', { containers: [parked, successor] }, ['enter switch']],
  [
    'the state cannot be written, it goes back',
    { containers: [parked, successor], canRemember: false },
    ['enter back'],
  ],
  [
    'another revision is wanted by now, it goes back',
    { containers: [parked], coming: comingOf({ isStillWanted: false }) },
    ['enter back'],
  ],
  ['it is not allowed any more, it goes back', { coming: null }, ['enter back']],
  [
    'nothing is known to stand, it goes on',
    { containers: [parked], wanted: null },
    ["create successor of module 'web'"],
  ],
];

const yieldingDeleted: readonly Row[] = [
  ['the old one runs, it stops it', { images: oldImage }, ["stop module 'web'"]],
  ['the old one is stopped, it removes it', { images: oldImage, containers: [oldStopped] }, ["remove module 'web'"]],
  ['the old one is gone, its image goes', { images: oldImage, containers: [] }, ["remove image 'web:0'"]],
  [
    'the engine says that it is in use, it stays',
    { images: oldImage, containers: [], attempts: failedOften('removeImage web:0', 1) },
    ["pull image 'web:1'"],
  ],
  [
    'another container uses the image, it stays',
    { images: oldImage, containers: [{ ...stranger('his'), image: 'web:0' }] },
    ["pull image 'web:1'"],
  ],
  [
    'another module needs the image, it stays',
    {
      images: oldImage,
      containers: [],
      coming: comingOf({ modules: [aWantedModule(), aWantedModule({ name: 'db', image: 'web:0' }, 'hash-db')] }),
    },
    ["pull image 'web:1'"],
  ],
  ['the image is gone, it pulls', { images: noImages, containers: [] }, ["pull image 'web:1'"]],
  [
    'another revision is wanted before anything is gone, it goes back',
    { coming: comingOf({ isStillWanted: false }) },
    ['enter back'],
  ],
  [
    'another revision is wanted when the old one is gone, it goes on',
    { images: noImages, containers: [], coming: comingOf({ isStillWanted: false }) },
    ["pull image 'web:1'"],
  ],
];

const goingBack: readonly Row[] = [
  ['the old one is gone, it is to be restored', { containers: [fresh], wanted: [] }, ["stop module 'web'"]],
  ['the old one is gone and the new one too, it restores', { containers: [] }, ['enter restore']],
  ['the old one stands, it recovers', { containers: [oldStopped] }, ['enter recover']],
  ['nothing is known to have stood, it is over soon', { containers: [], wanted: null }, ['enter recover']],
];

const restoring: readonly Row[] = [
  ['the image is gone, it pulls', { images: noImages, containers: [] }, ["pull image 'web:0'"]],
  ['the image is there, it makes it again', { images: oldAndNewImage, containers: [] }, ["create module 'web'"]],
  [
    'it is made again, it recovers',
    { images: oldAndNewImage, containers: [{ ...old, state: 'created', startedAtMs: 0 }] },
    ['enter recover'],
  ],
  ['it is not allowed any more, it is over', { containers: [], wanted: null }, ['enter recover']],
];

const phases: [string, Trial, readonly Row[]][] = [
  ['stage', newTrial, staging],
  ['beside', beside, standingBeside],
  ['yield of one that is kept', killing, yieldingKilled],
  ['yield of one that goes', deleting, yieldingDeleted],
  ['back', { ...deleting, phase: 'back' }, goingBack],
  ['restore', { ...deleting, phase: 'restore' }, restoring],
];

describe.each(phases)('in phase %s', (_phase, trial, rows) => {
  test.each(rows)('when %s', (_title, overrides, steps) => {
    const next = plan(trialInput(trial, overrides));
    expect(planText(next.steps)).toEqual(steps);
    expect(next.isApplied).toBe(false);
  });
});
