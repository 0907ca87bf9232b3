// What terms say of windows: who is there to hear of one gets what is left of it, and nobody else anything.
import { describe, expect, test } from 'vitest';
import { notBegun } from '#domain/rollouts/rollout-attempt.ts';
import { isBeforeSwitch, isSwitchTime, isWallSet, isWindowless, windowTerms } from '#domain/rollouts/window-terms.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';

const days = [1, 2, 3, 4, 5, 6, 7];
const windows = [
  { days, fromMinute: 0, toMinute: 60, timeZone: 'UTC' },
  { days, fromMinute: 61, toMinute: 90, timeZone: 'UTC' },
];
const under = (given = windows, isHurried = false) => ({ policy: newPolicy({ windows: given }), isHurried });
const at = (minute: number, second = 0) => ({ wallMs: Date.UTC(2026, 0, 1, 0, minute, second) });
const [awake, asleep] = [{ isAwake: true }, { isAwake: false }];
const held = { hold: 'window', switchWithinSeconds: null };
const free = { hold: 'none', switchWithinSeconds: null };

describe('the terms of a device', () => {
  test.each([
    ['is awake in a window', under(), awake, at(0), { hold: 'none', switchWithinSeconds: 3589 }],
    ['is awake some milliseconds later', under(), awake, { wallMs: at(0).wallMs + 300 }, { switchWithinSeconds: 3589 }],
    ['is awake shortly before the end', under(), awake, at(59, 49), { hold: 'none', switchWithinSeconds: 0 }],
    ['is awake, and would hear of it too late', under(), awake, at(59, 50), held],
    ['is awake while none is open', under(), awake, at(60, 30), held],
    ['sleeps in a window', under(), asleep, at(0), held],
    ['sleeps while none is open', under(), asleep, at(120), held],
    ['sleeps where there are none', under([]), asleep, at(0), free],
    ['sleeps, and a person hurried it', under(windows, true), asleep, at(120), free],
    [
      'is awake in one that never shuts',
      under([{ days, fromMinute: 0, toMinute: 0, timeZone: 'UTC' }]),
      awake,
      at(0),
      free,
    ],
  ])('when it %s', (_title, frame, device, now, terms) => {
    expect(windowTerms(frame, device, now)).toMatchObject(terms);
  });
});

test('when a window is open, and will be when a device hears of it, it is time to switch', () => {
  expect([at(0), at(59, 49), at(59, 50), at(60), at(61)].map((now) => isSwitchTime(under(), now))).toEqual([
    true,
    true,
    false,
    false,
    true,
  ]);
  expect(isSwitchTime(under(windows, true), at(120))).toBe(true);
  expect([isWindowless(under([])), isWindowless(under())]).toEqual([true, false]);
});

test.each([
  ['ran as the other', 60_000, 60_000, false],
  ['was put right by a second', 61_000, 60_000, false],
  ['was set ahead', 70_000, 60_000, true],
  ['was set back', 40_000, 60_000, true],
])('when the clock on the wall %s, that is known: %s', (_title, wallMs, runMs, isSet) => {
  expect(isWallSet({ wallMs: 1000, runMs: 0 }, { wallMs: 1000 + wallMs, runMs })).toBe(isSet);
});

test.each([
  ['has not begun', notBegun, false],
  ['was sent it', { ...notBegun, isChanging: true }, true],
  ['downloads', { ...notBegun, isChanging: true, standing: 'downloading', told: { hasSwitched: false } }, true],
  [
    'gave way before its download',
    { ...notBegun, isChanging: true, standing: 'downloading', told: { hasSwitched: true } },
    false,
  ],
  ['verifies', { ...notBegun, isChanging: true, standing: 'verifying' }, false],
] as const)('when a device %s, its terms matter: %s', (_title, device, matters) => {
  expect(isBeforeSwitch(device)).toBe(matters);
});
