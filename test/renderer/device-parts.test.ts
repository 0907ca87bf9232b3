// Small pure parts of a device's page: layers of its configuration, exit codes in words, the time its picture spans.
import { expect, test } from 'vitest';
import type { EffectiveValue } from '#domain/layering/effective-view.ts';
import { spanShown, spanUntil } from '#renderer/device/device-spans.ts';
import { layersOf } from '#renderer/plots/effective-layers.ts';
import { exitCodeIn, exitCodeWords, withExitWords } from '#renderer/words/exit-code-words.ts';

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
