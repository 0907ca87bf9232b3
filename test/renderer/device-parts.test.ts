// Small pure parts of a device's page: layers of its configuration, exit codes in words, the time its picture spans.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { EffectiveValue } from '#domain/layering/effective-view.ts';
import { spanShown, spanUntil } from '#renderer/device/device-spans.ts';
import { layersOf } from '#renderer/plots/effective-layers.ts';
import { type ModuleStanding, moduleStandings } from '#domain/updates/module-standing.ts';
import { exitCodeIn, exitCodeWords, lastExitOf, withExitWords } from '#renderer/words/exit-code-words.ts';
import { moduleWords } from '#renderer/words/status-words.ts';

const value = (writtenBy: string | null, hidden: readonly string[] = []) =>
  ({
    moduleId: 'm',
    path: ['p'],
    kind: 'set',
    writtenBy,
    hidden: hidden.map((deploymentId) => ({ deploymentId })),
    differs: false,
  }) as unknown as EffectiveValue;

test('when layers lie on each other, the highest comes first, with what shows and what is hidden of each', () => {
  const view = {
    base: 'base',
    applied: ['base', 'top'],
    values: [value('base'), value('top', ['base']), value('auto'), value(null)],
  };
  expect(layersOf(view as unknown as Parameters<typeof layersOf>[0])).toEqual([
    { id: '', role: 'nobody', gives: 1, hidden: 0 },
    { id: 'auto', role: 'configuration', gives: 1, hidden: 0 },
    { id: 'top', role: 'layer', gives: 1, hidden: 0 },
    { id: 'base', role: 'base', gives: 1, hidden: 1 },
  ]);
});

test.each([
  [0, null],
  [null, null],
  [126, /cannot be run/],
  [127, /not found/],
  [137, /^it was killed, often for want of memory$/],
  [139, /^it crashed \(segmentation fault\)$/],
  [143, /^it was stopped$/],
  [42, /an error of its own/],
])('when a module ended with %s, that is told in words', (code, words) => {
  const told = exitCodeWords(code);
  if (words === null) expect(told).toBeNull();
  else expect(told?.word).toMatch(words);
});

const endedAtMs = Date.UTC(2026, 10, 22, 2, 43, 44);
const lastExitTimeUtc = new Date(endedAtMs).toISOString();

test.each([
  ['runs, and its engine says 0 of it', { runtimeStatus: 'running', exitCode: 0, lastExitTimeUtc }, null, endedAtMs],
  ['runs sickly', { runtimeStatus: 'unhealthy', exitCode: 0, lastExitTimeUtc }, null, endedAtMs],
  ['runs, and its agent knows', { runtimeStatus: 'running', exitCode: 139, lastExitTimeUtc }, 139, endedAtMs],
  ['stands still after a clean end', { runtimeStatus: 'stopped', exitCode: 0, lastExitTimeUtc }, 0, endedAtMs],
  ['failed at a time nobody told', { runtimeStatus: 'failed', exitCode: 1 }, 1, null],
])('when a module %s, no code is told that is not that of its last end', (_what, reported, code, atMs) => {
  expect(lastExitOf(standingOf(reported).reported)).toEqual({ code, endedAtMs: atMs });
});

test.each([
  { runtimeStatus: 'running', exitCode: 0 },
  { runtimeStatus: 'running', exitCode: 0, lastExitTimeUtc: '0001-01-01T00:00:00Z' },
  { runtimeStatus: 'running', lastExitTimeUtc },
])('when a module reports %j, no end of it is told', (reported) => {
  expect(lastExitOf(standingOf(reported).reported)).toBeNull();
});

test.each([
  [2, 'running', 'Keeps restarting', 'orange'],
  [1, 'running', 'Running', 'green'],
  [2, 'backoff', 'Restarting', 'orange'],
])(
  'when a module was restarted %d times and is reported as %s, its state is %s',
  (restartCount, state, word, color) => {
    const module = standingOf({ runtimeStatus: state, exitCode: 0, restartCount, lastExitTimeUtc });
    expect(moduleWords(module)).toMatchObject({ word, color });
  },
);

function standingOf(reported: JsonObject): ModuleStanding {
  const [module] = moduleStandings({ modules: { m: { status: 'running' } } }, { modules: { m: reported } });
  if (module === undefined) throw new Error('There is no module.');
  return module;
}

test.each([
  ['ended with code 139 and waits', 'ended with code 139, it crashed (segmentation fault), and waits', 139],
  [
    'ended again and again, last with code 137. It',
    /last with code 137, it was killed, often for want of memory\. It$/,
    137,
  ],
  ['exited with code 143', 'exited with code 143, it was stopped', 143],
  ['ended with code 1 and waits', 'ended with code 1 and waits', null],
  ['its agent answered with code 139', 'its agent answered with code 139', null],
  ['ended with code 1390 and', 'ended with code 1390 and', null],
])(
  'when a sentence is %j, codes that mean something by themselves are explained in it',
  (sentence, explained, code) => {
    expect(withExitWords(sentence)).toEqual(
      typeof explained === 'string' ? explained : expect.stringMatching(explained),
    );
    expect(exitCodeIn(sentence)).toBe(code);
  },
);

const minute = 60_000;

test.each([
  [null, 0, 'life'],
  [null, 59 * minute, 'life'],
  [null, 61 * minute, '24h'],
  [null, 40 * 24 * 60 * minute, '24h'],
  ['7d', minute, '7d'],
  ['1h', 40 * 24 * 60 * minute, '1h'],
  ['life', 40 * 24 * 60 * minute, '24h'],
  ['__proto__', minute, 'life'],
])('when the address asks for %j and the device is %d ms old, its states are drawn over %s', (asked, ageMs, name) => {
  expect(spanShown(asked, ageMs)).toBe(name);
});

test('when the life of a device is drawn, its beginning is in it, and it has a length from the first moment on', () => {
  const nowMs = 100 * minute;
  expect(spanUntil('life', nowMs, nowMs)).toEqual({ fromMs: nowMs - minute, toMs: nowMs });
  expect(spanUntil('life', nowMs, nowMs - 50 * minute)).toEqual({ fromMs: nowMs - 52 * minute, toMs: nowMs });
  expect(spanUntil('1h', nowMs, nowMs)).toEqual({ fromMs: nowMs - 60 * minute, toMs: nowMs });
});
