// How a trial begins, what it freezes, in which order it switches, and how it ends.
import { describe, expect, test } from 'vitest';
import { plan } from '#domain/updates/agent-plan.ts';
import { newTrial, type Trial } from '#domain/updates/update-trial.ts';
import { aContainer } from '#test/support/fake-engine.ts';
import { planText } from '#test/support/plan-text.ts';
import {
  comingOf,
  endless,
  fresh,
  never,
  noImages,
  old,
  parked,
  record,
  stranger,
  successor,
  switched,
  trialInput,
  unstarted,
} from '#test/support/trial-input.ts';
import { aWantedModule } from '#test/support/wanted-module.ts';

describe('a trial', () => {
  test('when nothing stands and something comes, it begins; when it stands already, it is adopted', () => {
    const without = { trial: null, wanted: null };
    expect(planText(plan({ ...trialInput(newTrial), ...without, containers: [] }).steps)).toEqual(['begin']);
    expect(planText(plan({ ...trialInput(newTrial), ...without, containers: [fresh] }).steps)).toEqual(['adopt']);
    const more = aContainer({ id: 'x', name: 'db', module: 'db' });
    expect(planText(plan({ ...trialInput(newTrial), ...without, containers: [fresh, more] }).steps)).toEqual(['begin']);
  });

  test('when a key is not known, nothing is adopted', () => {
    const coming = comingOf({ modules: [aWantedModule({}, null)] });
    expect(planText(plan({ ...trialInput(newTrial), trial: null, coming, containers: [fresh] }).steps)).toEqual([
      'begin',
    ]);
  });

  test.each(['switch', 'verify'] as const)('when the agent started too often in %s, it goes back', (phase) => {
    const trial = { ...switched, phase, lives: 4 };
    const [step] = plan(trialInput(trial, { containers: [parked, fresh] })).steps;
    expect(step).toMatchObject({ trial: { phase: 'back', failure: { code: 'interrupted', detail: '3' } } });
  });

  test('when it waits without a limit, it tells what stands in the way', () => {
    const containers = [old, stranger('web.next')];
    expect(plan(trialInput(newTrial, { containers, coming: endless })).failures[0]?.message).toContain(
      "named 'web.next'",
    );
    const coming = comingOf({ modules: [never], tries: null });
    expect(plan(trialInput(newTrial, { images: noImages, coming })).failures[0]?.message).toContain(
      'imagePullPolicy is never',
    );
  });

  test('when a pull is held back, whoever needs the image is told once', () => {
    const attempts = new Map([['pull web:1', { count: 1, lastAtMonotonicMs: 499_000, message: 'no' }]]);
    const result = plan(
      trialInput(newTrial, { images: noImages, attempts, wanted: [aWantedModule()], containers: [] }),
    );
    const told = expect.stringMatching(/^no Make it available .* tried again by itself\.$/) as string;
    expect(result.failures).toEqual([{ module: 'web', message: told }]);
    const alone = plan(trialInput(newTrial, { images: noImages, attempts, wanted: null, containers: [] }));
    expect(alone.failures).toEqual([{ module: 'web', message: told }]);
  });

  test('when a turn could not be taken, it is no module’s fault', () => {
    const attempts = new Map([['enter switch', { count: 1, lastAtMonotonicMs: 499_000, message: 'no' }]]);
    expect(plan(trialInput(newTrial, { containers: [old, successor], attempts }))).toMatchObject({
      steps: [],
      failures: [],
    });
  });

  test('when it turns to the switch, it freezes which containers are new, and what was counted before', () => {
    const db = aWantedModule({ name: 'db' }, 'hash-db');
    const dbContainer = aContainer({ id: 'db', name: 'db', module: 'db', specHash: 'hash-db' });
    const restarts = {
      db: { ...record, specHash: 'hash-db', restartCount: 4 },
      web: { ...record, specHash: 'hash-0' },
    };
    const coming = comingOf({ modules: [aWantedModule(), db] });
    const wanted = [db, aWantedModule({ image: 'web:0' }, 'hash-0')];
    const [step] = plan(
      trialInput(newTrial, { coming, wanted, restarts, containers: [old, successor, dbContainer] }),
    ).steps;
    expect(step).toMatchObject({
      trial: { hashes: { web: 'hash-1', db: 'hash-db' }, kept: ['db'], exitsBefore: { web: 0, db: 4 } },
    });
  });

  test('when a kept module is to be stopped, it stops with the old ones; when to be started, with the new ones', () => {
    const trial = { ...switched, kept: ['web'] };
    const stopped = comingOf({ modules: [aWantedModule({ status: 'stopped' })] });
    expect(planText(plan(trialInput(trial, { containers: [fresh], coming: stopped })).steps)).toEqual([
      "stop module 'web'",
    ]);
    expect(planText(plan(trialInput(trial, { containers: [unstarted] })).steps)).toEqual(["start module 'web'"]);
    expect(planText(plan(trialInput(trial, { containers: [] })).steps)).toEqual(['enter back']);
  });

  test('when nothing was counted before the switch, every restart is the new one’s', () => {
    const trial: Trial = { ...switched, phase: 'verify', exitsBefore: {} };
    const restarts = { web: { ...record, restartCount: 2 } };
    expect(planText(plan(trialInput(trial, { containers: [fresh], restarts })).steps)).toEqual(['enter back']);
  });

  test('when two start, the lower order is first', () => {
    const db = aWantedModule({ name: 'db', startupOrder: 1 }, 'hash-db');
    const dbContainer = aContainer({ ...unstarted, id: 'db', name: 'db', module: 'db', specHash: 'hash-db' });
    const trial = { ...switched, hashes: { web: 'hash-1', db: 'hash-db' } };
    const coming = comingOf({ modules: [aWantedModule(), db] });
    expect(planText(plan(trialInput(trial, { coming, containers: [unstarted, dbContainer] })).steps)).toEqual([
      "start module 'db'",
    ]);
  });

  test('when nothing had switched, going back ends it unchanged, or refused where it is not for this device', () => {
    const failure = { code: 'image-unavailable', module: 'web', detail: '' } as const;
    const trial = { ...newTrial, phase: 'back', failure } as const;
    expect(planText(plan(trialInput(trial)).steps)).toEqual(['end failed-unchanged']);
    const refused = { ...trial, failure: { ...failure, code: 'wrong-platform' } } as const;
    expect(planText(plan(trialInput(refused)).steps)).toEqual(['end refused']);
    expect(planText(plan(trialInput({ ...trial, failure: null })).steps)).toEqual(['end failed-unchanged']);
  });

  test('when there was nothing to go back to, tidying ends it as left', () => {
    expect(planText(plan(trialInput({ ...switched, phase: 'leave' }, { containers: [fresh] })).steps)).toEqual([
      'end failed-left',
    ]);
  });
});
