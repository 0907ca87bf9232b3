// Custom metrics beside the list of deployments: asked for in sight alone, modestly refreshed, and what went wrong is told.
import { expect, test } from 'vitest';
import { type CountedMetrics, createMetricsBook } from '#renderer/link/metrics-book.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

function setUp(answer: (ids: readonly string[], asking: number) => number | Error) {
  const clock = createFakeClock();
  const asked: (readonly string[])[] = [];
  let told: ReadonlyMap<string, CountedMetrics> = new Map();
  const book = createMetricsBook({
    ask: async (ids) => {
      asked.push(ids);
      const count = answer(ids, asked.length);
      if (count instanceof Error) throw count;
      return ids.filter((id) => id !== 'plain').map((id) => ({ id, metrics: [{ name: 'hot', query: '', count }] }));
    },
    nowMs: () => clock.nowMs(),
    after: (delayMs, work) => void clock.after(delayMs, work),
    tell: (next) => {
      told = next;
    },
  });
  return { clock, asked, book, told: () => told };
}

test('when many come into sight in one turn, they are asked for together, two hundred at a time; who has none is not told of', async () => {
  const { book, asked, told } = setUp(() => 3);
  for (let at = 0; at < 250; at += 1) book.look(`d${at}`);
  book.look('plain');
  await eventually(() => expect(told().size).toBe(250));
  expect(asked.map((ids) => ids.length)).toEqual([200, 51]);
  expect(told().get('d7')?.metrics).toEqual([{ name: 'hot', query: '', count: 3 }]);
});

test('when they stay in sight, they are counted again every ten seconds, and say when they were', async () => {
  const { book, clock, asked, told } = setUp((_ids, asking) => asking);
  const leave = book.look('d1');
  book.look('d2');
  await eventually(() => expect(told().size).toBe(2));
  const firstAtMs = clock.nowMs();
  leave();
  clock.advance(9_999);
  expect(asked).toHaveLength(1);
  clock.advance(1);
  await eventually(() => expect(told().get('d2')?.metrics[0]?.count).toBe(2));
  expect(asked).toEqual([['d1', 'd2'], ['d2']]);
  expect(told().get('d2')?.countedAtMs).toBe(firstAtMs + 10_000);
});

test('when they cannot be counted, it is told why, what is known stays with its time, and the next time counts', async () => {
  const { book, clock, told } = setUp((_ids, asking) => (asking === 2 ? new Error('the connection went') : asking));
  book.look('d1');
  await eventually(() => expect(told().size).toBe(1));
  const countedAtMs = clock.nowMs();
  clock.advance(10_000);
  await eventually(() => expect(told().get('d1')?.problem).toBe('the connection went'));
  expect(told().get('d1')).toMatchObject({ countedAtMs, metrics: [{ count: 1 }] });
  clock.advance(10_000);
  await eventually(() => expect(told().get('d1')).toMatchObject({ problem: null, metrics: [{ count: 3 }] }));
});

test('when they never could be counted, that is told too', async () => {
  const { book, told } = setUp(() => new Error('the hub is not ready'));
  book.look('d1');
  await eventually(() =>
    expect(told().get('d1')).toEqual({ metrics: [], countedAtMs: null, problem: 'the hub is not ready' }),
  );
});

test('when nobody looks any more, nothing is asked, and whoever comes back is told anew', async () => {
  const { book, clock, asked, told } = setUp((_ids, asking) => asking);
  book.look('d1')();
  book.look('d2');
  await eventually(() => expect(told().size).toBe(1));
  expect(asked).toEqual([['d2']]);
  const { book: other, clock: time, asked: askedOther, told: toldOther } = setUp(() => 1);
  const leave = other.look('d1');
  await eventually(() => expect(toldOther().size).toBe(1));
  leave();
  time.advance(60_000);
  expect(askedOther).toHaveLength(1);
  expect(toldOther().size).toBe(0);
  other.look('d1');
  await eventually(() => expect(askedOther).toHaveLength(2));
  expect(clock.nowMs()).toBeGreaterThan(0);
});
