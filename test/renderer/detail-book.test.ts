// Rows of devices in sight: asked for together, again when the rollout changed, and not at all when nobody looks.
import { expect, test, vi } from 'vitest';
import type { RolloutDeviceRow } from '#contract/console-rollouts.ts';
import { createDetailBook } from '#renderer/link/detail-book.ts';
import { eventually } from '#test/support/eventually.ts';

const aRow = (deviceId: string): RolloutDeviceRow => ({
  deviceId,
  wave: 0,
  standing: 'pending',
  explanation: 'It waits.',
  attempt: 0,
  isAwake: true,
  bytes: { done: 0, total: 0 },
  startedAtMs: null,
  endedAtMs: null,
  slice: [],
});

test('when many rows come into sight at once, they are asked for together, a hundred at a time', async () => {
  const asked: (readonly string[])[] = [];
  const book = createDetailBook(async (ids) => {
    asked.push(ids);
    return ids.map(aRow);
  });
  const told = vi.fn();
  for (let at = 0; at < 150; at += 1) book.look(`d${at}`, told);
  await eventually(() => expect(told).toHaveBeenCalledTimes(150));
  expect(asked.map((ids) => ids.length)).toEqual([100, 50]);
  expect(book.row('d149')?.explanation).toBe('It waits.');
});

test('when the rollout changed, only what is still looked at is asked for again, once for each revision', async () => {
  const asked: (readonly string[])[] = [];
  const book = createDetailBook(async (ids) => {
    asked.push(ids);
    return ids.map(aRow);
  });
  const leave = book.look('gone', () => undefined);
  book.look('here', () => undefined);
  await eventually(() => expect(asked).toEqual([['gone', 'here']]));
  leave();
  expect(book.row('gone')).toBeUndefined();
  book.refresh(7);
  book.refresh(7);
  await eventually(() => expect(asked).toEqual([['gone', 'here'], ['here']]));
});

test('when the hub cannot answer, the book says why, and the next change asks anew', async () => {
  let isBroken = true;
  const book = createDetailBook(async (ids) => {
    if (isBroken) throw new Error('the connection went');
    return ids.map(aRow);
  });
  book.look('d1', () => undefined);
  await eventually(() => expect(book.problem()).toBe('the connection went'));
  isBroken = false;
  book.refresh(1);
  await eventually(() => expect(book.row('d1')).toBeDefined());
  expect(book.problem()).toBeNull();
});

test('when rows are known already, what changed of them is told with the beat; what just came into sight is told at once', async () => {
  const beats: (() => void)[] = [];
  const told = vi.fn();
  const book = createDetailBook(
    async (ids) => ids.map(aRow),
    (work) => beats.push(work),
  );
  book.look('d1', told);
  await eventually(() => expect(told).toHaveBeenCalledTimes(1));
  expect(beats).toEqual([]);
  book.refresh(1);
  await eventually(() => expect(beats).toHaveLength(1));
  expect(told).toHaveBeenCalledTimes(1);
  for (const work of beats) work();
  expect(told).toHaveBeenCalledTimes(2);
});

test('when a row goes out of sight while it is asked for, it is asked for anew when it comes back', async () => {
  const asked: (readonly string[])[] = [];
  const answers: (() => void)[] = [];
  const book = createDetailBook((ids) => {
    asked.push(ids);
    return new Promise((resolve) => answers.push(() => resolve(ids.map(aRow))));
  });
  const leave = book.look('d1', () => undefined);
  await eventually(() => expect(answers).toHaveLength(1));
  leave();
  answers[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  book.look('d1', () => undefined);
  expect(book.row('d1')).toBeUndefined();
  await eventually(() => expect(asked).toHaveLength(2));
});
