// Small pure parts of a device's page: lanes of its past, layers of its configuration, exit codes in words.
import { describe, expect, test } from 'vitest';
import type { DeviceJournalRow } from '#contract/console-device-page.ts';
import type { EffectiveValue } from '#domain/layering/effective-view.ts';
import { deviceLanes, deviceMarkers } from '#renderer/device-lanes.ts';
import { layersOf } from '#renderer/plots/effective-layers.ts';
import { exitCodeWords } from '#renderer/words/exit-code-words.ts';

let seq = 0;
const row = (atMs: number, kind: DeviceJournalRow['kind'], detail = {}, moduleId: string | null = '$edgeAgent') => {
  seq += 1;
  return { seq, atMs, kind, actor: 'device', deviceId: 'd1', moduleId, deploymentId: null, detail } as DeviceJournalRow;
};
const reported = (atMs: number, modules: object) => row(atMs, 'reported-changed', { patch: { modules } });

describe('lanes of a device', () => {
  test('when it came, went and came, and a module failed, each state ends where the next begins', () => {
    const rows = [
      row(1, 'device-connected'),
      row(2, 'device-connected', {}, '$edgeHub'),
      reported(3, { web: { runtimeStatus: 'running' } }),
      reported(4, { web: { restartCount: 1 } }),
      reported(5, { web: { runtimeStatus: 'failed' } }),
      row(6, 'device-disconnected'),
      reported(7, { web: null }),
    ].toReversed();
    expect(deviceLanes(rows, true)).toEqual([
      {
        id: 'connection',
        name: 'Connection',
        segments: [
          { fromMs: 1, toMs: 6, word: 'Connected', look: 'good' },
          { fromMs: 6, toMs: null, word: 'Disconnected', look: 'away' },
        ],
      },
      {
        id: 'module web',
        name: 'web',
        segments: [
          { fromMs: 3, toMs: 5, word: 'running', look: 'good' },
          { fromMs: 5, toMs: 7, word: 'failed', look: 'bad' },
          { fromMs: 7, toMs: null, word: 'gone', look: 'off' },
        ],
      },
    ]);
  });

  test('when a report has an unknown shape, it costs nothing else', () => {
    const odd = [
      reported(1, { web: 'text', constructor: { runtimeStatus: 'constructor' } }),
      reported(2, [1] as object),
    ];
    expect(deviceLanes(odd.toReversed(), true).map(({ name }) => name)).toEqual(['constructor']);
  });

  test('when it was given revisions, they are markers', () => {
    expect(deviceMarkers([row(9, 'configuration-changed', { revision: 3 })])).toEqual([
      { atMs: 9, word: 'Revision 3' },
    ]);
  });
});

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
  [137, /killed/],
  [139, /crashed/],
  [42, /an error of its own/],
])('when a module ended with %s, that is told in words', (code, words) => {
  const told = exitCodeWords(code);
  if (words === null) expect(told).toBeNull();
  else expect(told?.word).toMatch(words);
});
