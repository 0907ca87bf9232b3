// What a report and a step of a rollout say, as sentences: which device, what became of it and why, and nothing that only a program knows.
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '#base/json.ts';
import { aToldRow } from '#test/support/told-row.ts';
import type { ToldEntry } from '#renderer/words/journal-sentence.ts';
import { journalText } from '#renderer/words/journal-words.ts';

const agent = { moduleId: '$edgeAgent' };
const failed = {
  kind: 'attempt-ended',
  deviceId: 'pump-1',
  verdict: 'failed-rolled-back',
  reason: 'web did not start.',
};
const ended = (deviceId: string, verdict: string) => ({ kind: 'attempt-ended', deviceId, verdict, reason: null });
const advanced = (...events: readonly JsonObject[]) => aToldRow('rollout-advanced', { events: [...events] });
const report = (patch: Json) => aToldRow('reported-changed', { patch, version: 7 }, agent);
const modules = (states: JsonObject) => report({ modules: states });
const update = (attempt: JsonObject) => report({ lanyard: { attempt } });
const runs = { runtimeStatus: 'running' };

test.each<[string, ToldEntry]>([
  ['The agent of pump-1 reported a, b, c and 2 more.', report({ a: 1, b: 1, c: 1, d: 1, e: 1 })],
  [
    'The agent of pump-1 reported its modules and how its update goes.',
    report({ count: 2, first: ['modules', 'lanyard'] }),
  ],
  [
    'pump-1: it carried out its configuration; its update succeeded.',
    report({
      lastDesiredStatus: { code: 200, description: '' },
      lanyard: { attempt: { step: 'ended', verdict: 'done' } },
    }),
  ],
  [
    'pump-1: it could not carry out its configuration (code 500): web did not start.',
    report({ lastDesiredStatus: { code: 500, description: 'web did not start.' } }),
  ],
  [
    'pump-1: its agent was stopped.',
    report({ lastDesiredStatus: { code: 406, description: 'x' }, modules: { web: { runtimeStatus: 'unknown' } } }),
  ],
  ['pump-1: version 4 of its configuration went as the one before.', report({ lastDesiredVersion: 4 })],
  ['pump-1: modules web and db run; module old is gone.', modules({ web: runs, db: runs, old: null })],
  [
    'pump-1: module web ended and waits to be started again, exit code 139: it crashed (segmentation fault).',
    modules({ web: { runtimeStatus: 'backoff', exitCode: 139 } }),
  ],
  [
    'pump-1: module web says “pulling web:1”; module db is made and not started yet.',
    modules({
      web: { statusDescription: 'pulling web:1' },
      db: { runtimeStatus: 'stopped', statusDescription: 'created' },
    }),
  ],
  ['pump-1: its update has fetched 54 MB.', update({ doneBytes: 54e6 })],
  ['pump-1: its update unpacks what it has fetched.', update({ unpacked: 7 })],
  ['pump-1: its update has all it needs and waits to switch.', update({ step: 'held' })],
  [
    'Rollout of line: pump-1 failed, and the device rolled back by itself (web did not start).',
    advanced({ kind: 'time-passed' }, failed),
  ],
  [
    'Rollout of line: pump-1, pump-2, pump-3 and 1 more succeeded; pump-5 failed before anything was changed.',
    advanced(
      ...['pump-1', 'pump-2', 'pump-3', 'pump-4'].map((id) => ended(id, 'done')),
      ended('pump-5', 'failed-unchanged'),
    ),
  ],
  [
    'Rollout of line: pump-1 carried it out after it was given up for its silence.',
    advanced({ kind: 'carried-out-late', deviceId: 'pump-1', attempt: 1 }),
  ],
  [
    'Rollout of line: pump-1 was rolled back; pump-2 succeeded.',
    aToldRow('rollout-advanced', { events: [ended('pump-1', 'done'), ended('pump-2', 'done')], wayBack: ['pump-1'] }),
  ],
  [
    'Rollout of line: pump-1 could not be rolled back: it failed midway and stands in between.',
    aToldRow('rollout-advanced', { events: [ended('pump-1', 'failed-stuck')], wayBack: ['pump-1'] }),
  ],
  ['Rollout of line: a person rolled it back.', advanced({ kind: 'rolled-back', by: 'console' })],
  ['Rollout of line: a script paused it.', advanced({ kind: 'paused', by: 'service' })],
  [
    'Rollout of line: 2 devices joined.',
    advanced({ kind: 'targets-joined', targets: [{ deviceId: 'a' }, { deviceId: 'b' }] }),
  ],
  [
    'Rollout of line: pump-1 can begin; pump-2 cannot begin yet (the disk is full).',
    advanced(
      { kind: 'preflight-answered', deviceId: 'pump-1', answer: { kind: 'go' } },
      {
        kind: 'preflight-answered',
        deviceId: 'pump-2',
        answer: { kind: 'wait', obstacles: ['the disk is full.'] },
      },
    ),
  ],
  [
    'Rollout of line: pump-1 and pump-2 have it already.',
    advanced(...['pump-1', 'pump-2'].map((deviceId) => ({ kind: 'nothing-to-change', deviceId }))),
  ],
  [
    'Rollout of line: pump-1 holds its switch (the press runs).',
    advanced({ kind: 'progress-reported', deviceId: 'pump-1', step: 'held', reason: 'the press runs.' }),
  ],
  [
    'Rollout of line: pump-1 is in change for the rollout of other and must wait.',
    advanced({ kind: 'device-taken', deviceId: 'pump-1', by: 'other' }),
  ],
  [
    'Rollout of line: pump-1 works well; pump-2 disconnected.',
    advanced(
      { kind: 'device-up', deviceId: 'pump-1' },
      { kind: 'time-passed' },
      { kind: 'device-slept', deviceId: 'pump-2' },
    ),
  ],
  [
    'Rollout of line: the turn came for a and b.',
    aToldRow('rollout-advanced', { events: [{ kind: 'time-passed' }], evaluate: ['a', 'b'] }),
  ],
])('when it is told, it reads "%s"', (text, entry) => {
  expect(journalText(entry)).toBe(text);
});

test('when a report is endless and hostile, its sentence is neither', () => {
  const evil = '<b>\u202E\u001B[31m\u0000'.repeat(500);
  const patch = {
    lastDesiredStatus: { code: 500, description: evil },
    modules: { [evil]: { runtimeStatus: evil, exitCode: 1 }, [`${evil}2`]: { statusDescription: evil } },
    lanyard: { attempt: { step: evil, verdict: evil, doneBytes: Number.NaN } },
  };
  const text = journalText(report(patch));
  // oxlint-disable-next-line no-control-regex -- these very characters are looked for
  expect(text).not.toMatch(/[\u0000-\u001F\u202E]/);
  expect(text.length).toBeLessThan(1_200);
});
