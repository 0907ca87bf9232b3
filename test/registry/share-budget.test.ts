// The limited bandwidth: never more than the limit, the same for all who want more, nothing for who wants nothing.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '#base/clock.ts';
import { limitOf } from '#domain/images/byte-share.ts';
import { ShareBudget, type ByteTaker } from '#registry/share-budget.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

/** Takes as much as it is given, for ever. */
function aStream(taker: ByteTaker, pieceBytes = Infinity) {
  const stream = { bytes: 0, isOver: false };
  function go(): void {
    if (stream.isOver) return;
    const bytes = Math.min(pieceBytes, taker.pieceBytes() ?? 65_536);
    taker.take(bytes, () => {
      stream.bytes += bytes;
      // Back in the line a moment later, as a stream is.
      queueMicrotask(go);
    });
  }
  go();
  return stream;
}

async function pass(clock: ReturnType<typeof createFakeClock>, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5) {
    clock.advance(5);
    // Each microtask turn lets every stream that was served ask once more.
    for (let turn = 0; turn < 40; turn++) await Promise.resolve();
  }
}

test('when nothing is limited, it allows at once and sets no timer', () => {
  const clock: Clock = { ...createFakeClock(), after: () => expect.unreachable('a timer was set') };
  const taker = new ShareBudget({ clock, bytesPerSecond: null }).join('pump');
  expect(taker.pieceBytes()).toBeNull();
  let allowed = 0;
  for (let turn = 0; turn < 1_000; turn++) taker.take(65_536, () => (allowed += 1));
  expect(allowed).toBe(1_000);
});

test('when devices pull by different numbers of streams, each device gets the same', async () => {
  const clock = createFakeClock();
  const budget = new ShareBudget({ clock, bytesPerSecond: 1_000_000 });
  const streams = (name: string, count: number) =>
    Array.from({ length: count }, () => aStream(budget.join(name), 10_000));
  const [one, ten, slow] = [streams('one', 1), streams('ten', 10), streams('slow', 1)];
  await pass(clock, 5_000);
  const sums = [one, ten, slow].map((list) => list.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const stream of [...one, ...ten, ...slow]) stream.isOver = true;
  expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(20_000);
  expect(sums.reduce((a, b) => a + b)).toBeGreaterThan(4_900_000);
});

test('when a device wanted nothing for a minute, it does not make up for it', async () => {
  const clock = createFakeClock();
  const budget = new ShareBudget({ clock, bytesPerSecond: 100_000 });
  const idle = budget.join('idle');
  const busy = aStream(budget.join('busy'), 1_000);
  await pass(clock, 10_000);
  const before = busy.bytes;
  const late = aStream(idle, 1_000);
  await pass(clock, 2_000);
  [busy.isOver, late.isOver] = [true, true];
  expect(before).toBeGreaterThan(990_000);
  expect(Math.abs(busy.bytes - before - late.bytes)).toBeLessThanOrEqual(2_000);
});

test('when the limit is taken away, whoever waits goes on at once', () => {
  const budget = new ShareBudget({ clock: createFakeClock(), bytesPerSecond: 1_000 });
  let allowed = 0;
  for (const name of ['pump', 'oven']) budget.join(name).take(100, () => (allowed += 1));
  expect(allowed).toBe(0);
  budget.setLimit(null);
  expect(allowed).toBe(2);
});

test('when the limit is lowered under a piece that waits, the piece is still paid for', () => {
  const clock = createFakeClock();
  const budget = new ShareBudget({ clock, bytesPerSecond: 1_000_000 });
  let allowed = 0;
  budget.join('pump').take(50_000, () => (allowed += 1));
  budget.setLimit(1_000);
  budget.join('pump').take(100, () => (allowed += 1));
  clock.advance(100);
  expect(allowed).toBe(1);
  clock.advance(49_000);
  expect(allowed).toBe(1);
  clock.advance(1_100);
  expect(allowed).toBe(2);
});

test('when a want is withdrawn, it takes nothing from the others', () => {
  const clock = createFakeClock();
  const budget = new ShareBudget({ clock, bytesPerSecond: 1_000 });
  const [gone, stays] = [budget.join('pump'), budget.join('oven')];
  let allowed = 0;
  gone.take(100, () => expect.unreachable('nobody wants it'));
  stays.take(100, () => (allowed += 1));
  expect([gone.isWaiting, stays.isWaiting]).toEqual([true, true]);
  gone.leave();
  expect(gone.isWaiting).toBe(false);
  clock.advance(100);
  expect(allowed).toBe(1);
});

const wish = fc.record({
  device: fc.integer({ min: 0, max: 5 }),
  share: fc.double({ min: 0.01, max: 1, noNaN: true }),
});

test('when anybody wants anything at any time, no stretch of time carries more than the limit and one burst', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1_000, max: 10_000_000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.array(wish, { maxLength: 8 })), { maxLength: 40 }),
      (bytesPerSecond, steps) => {
        const clock = createFakeClock();
        const budget = new ShareBudget({ clock, bytesPerSecond });
        const takers = Array.from({ length: 6 }, (_, at) => budget.join(`device-${at}`));
        const sent: { atMs: number; bytes: number }[] = [];
        for (const [waitMs, wishes] of steps) {
          for (const { device, share } of wishes) {
            const taker = takers[device];
            const bytes = Math.max(1, Math.floor((taker?.pieceBytes() ?? 0) * share));
            if (taker?.isWaiting === false) taker.take(bytes, () => sent.push({ atMs: clock.monotonicMs(), bytes }));
          }
          clock.advance(waitMs);
        }
        const { burstBytes } = limitOf(bytesPerSecond);
        for (let from = 0; from < sent.length; from++)
          for (let sum = 0, to = from; to < sent.length; to++) {
            sum += sent[to]?.bytes ?? 0;
            const ms = (sent[to]?.atMs ?? 0) - (sent[from]?.atMs ?? 0);
            expect(sum).toBeLessThanOrEqual((bytesPerSecond * ms) / 1_000 + burstBytes + 1e-3);
          }
      },
    ),
    { numRuns: 60 },
  );
});
