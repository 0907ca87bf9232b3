// A device's clock and its refusals in words: never more certain than was measured, and always with what to do.
import { expect, test } from 'vitest';
import type { DeviceClock } from '#contract/device-clock.ts';
import { attentionWords } from '#renderer/words/attention-words.ts';
import { clockInWords, clockProblem, refusalProblem } from '#renderer/words/contact-words.ts';

const nowMs = Date.UTC(2026, 10, 21, 12);
const aClock = (offsetMs: number, parts: Partial<DeviceClock> = {}): DeviceClock => ({
  offsetMs,
  withinMs: 5,
  measuredAtMs: nowMs - 10_000,
  offSinceMs: null,
  ...parts,
});

test.each<[DeviceClock | null, string]>([
  [null, 'clock not known'],
  [aClock(0), 'clock agrees with this laptop'],
  [aClock(-1_900), 'clock agrees with this laptop'],
  [aClock(-12_300), 'clock 12 s behind this laptop'],
  [aClock(12_300), 'clock 12 s ahead of this laptop'],
  [aClock(-3 * 3_600_000), 'clock 3 h behind this laptop'],
  [aClock(3_000, { withinMs: 4_000 }), 'clock agrees with this laptop, give or take 5 s'],
  [aClock(90_000, { withinMs: 8_000 }), 'clock 1 min ahead of this laptop, give or take 8 s'],
  [aClock(-12_000, { measuredAtMs: nowMs - 7_200_000 }), 'clock 12 s behind this laptop (asked 2 h ago)'],
])('when a clock is %j, it reads as measured', (clock, words) => {
  expect(clockInWords(clock, nowMs)).toBe(words);
});

test('when a clock is off by more than tokens bear, it is a problem with a way out; below that it is none', () => {
  expect(clockProblem(null)).toBeNull();
  expect(clockProblem(aClock(-299_000))).toBeNull();
  // Beyond, but for what the way there may have taken.
  expect(clockProblem(aClock(-301_000, { withinMs: 2_000 }))).toBeNull();
  expect(clockProblem(aClock(-7_200_000))).toMatchObject({
    text: expect.stringMatching(/^Its clock is 2 h behind .*too early/),
  });
  expect(clockProblem(aClock(7_200_000))).toMatchObject({
    text: expect.stringMatching(/^Its clock is 2 h ahead of .*future/),
    next: expect.stringContaining('time server'),
  });
});

test.each(['token-expired', 'certificate-expired'])(
  'when it was turned away for %s, the clock is suspected',
  (reason) => {
    const { text, next } = refusalProblem({ atMs: nowMs, moduleId: 'web', reason, address: '10.0.0.5' });
    expect(text).toMatch(/^Its module web was turned away: .+\.$/);
    expect(next).toMatch(/clock/);
  },
);

test('when the reason is one of a newer hub, it is told all the same, with where to look', () => {
  const { text, next } = refusalProblem({ atMs: nowMs, moduleId: null, reason: 'toString', address: '' });
  expect(text).toBe('The device was turned away: toString.');
  expect(next).toMatch(/timeline/);
});

test('when most devices agree on another time, what needs a person is the clock of this laptop', () => {
  const deviceIds = ['a', 'b', 'c'];
  const matter = { kind: 'clocks-off', worstMs: -10_800_000, measured: 4, isHubSuspect: true, devices: 3 } as const;
  expect(attentionWords({ matter: { ...matter, deviceIds, sinceMs: null } }, nowMs).what).toBe(
    "This laptop's clock may be wrong: 3 of the 4 devices that tell their time agree that it is 3 h ahead. Set it.",
  );
});
