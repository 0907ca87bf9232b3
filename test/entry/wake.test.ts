// A laptop that sleeps: the time in which nothing ran is no time, and after a long sleep the devices are met anew, once.
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createWakeWatch } from '#entry/wake-watch.ts';
import { createWakefulClock } from '#entry/wakeful-clock.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const hour = 3_600_000;
const log = pino({ level: 'silent' });

/** A clock whose monotonic time goes on in sleep, as on Windows and macOS; no timer fires in it. */
function setUp() {
  const fake = createFakeClock();
  let asleepMs = 0;
  const clock = createWakefulClock({ ...fake, monotonicMs: () => fake.monotonicMs() + asleepMs });
  const gaps: number[] = [];
  return { fake, clock, gaps, sleep: (ms: number) => (asleepMs += ms) };
}

describe('the clock', () => {
  test('when the machine sleeps, whoever asks first sees no hole, and the gap is told', () => {
    const { fake, clock, gaps, sleep } = setUp();
    clock.watch((gapMs) => gaps.push(gapMs));
    fake.advance(25_000);
    sleep(8 * hour);
    expect(clock.monotonicMs()).toBe(20_000);
    fake.advance(15_000);
    expect(clock.monotonicMs()).toBe(35_000);
    expect(gaps).toEqual([8 * hour + 5_000]);
  });

  test('when the loop is busy for a while, that is time as ever', () => {
    const { fake, clock, gaps, sleep } = setUp();
    clock.watch((gapMs) => gaps.push(gapMs));
    sleep(49_000);
    fake.advance(20_000);
    expect([clock.monotonicMs(), gaps]).toEqual([69_000, []]);
  });

  test('when nobody watches, nothing is taken for sleep', () => {
    const { fake, clock, gaps, sleep } = setUp();
    sleep(hour);
    const end = clock.watch((gapMs) => gaps.push(gapMs));
    expect(clock.monotonicMs()).toBe(hour);
    end();
    sleep(hour);
    fake.advance(60_000);
    expect([clock.monotonicMs(), gaps]).toEqual([2 * hour + 60_000, []]);
  });
});

function startWatch() {
  const clock = createFakeClock();
  let woke = 0;
  const wakes = createWakeWatch({ clock, log, woke: async () => void (woke += 1) });
  const nap = (ms: number) => {
    wakes.hear({ kind: 'suspended' });
    clock.jumpTo(clock.nowMs() + ms);
    wakes.hear({ kind: 'resumed' });
  };
  return { clock, wakes, nap, woke: () => woke };
}

describe('the wake watch', () => {
  test('when the shell tells of a long sleep, devices are met anew; after a nap they are not', () => {
    const { nap, woke } = startWatch();
    nap(59_000);
    expect(woke()).toBe(0);
    nap(60_000);
    expect(woke()).toBe(1);
  });

  test('when word and gap tell of the same sleep, it counts once; the next one counts again', () => {
    const { clock, wakes, nap, woke } = startWatch();
    wakes.foundGap(hour);
    nap(hour);
    expect(woke()).toBe(1);
    clock.advance(30_000);
    nap(hour);
    expect(woke()).toBe(2);
  });

  test('when it is told that the machine woke and nobody said that it slept, nothing happens', () => {
    const { wakes, woke } = startWatch();
    wakes.hear({ kind: 'resumed' });
    expect(woke()).toBe(0);
  });
});
