// The line in which steps of rollouts wait: one a turn of the event loop, each once, and none before what waits is written.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { allWritten, createRolloutLine } from '#hub/rollouts/rollout-line.ts';
import { freshHubParts } from '#test/support/fresh-hub-parts.ts';

const parts = freshHubParts();

/** A line for whose pieces the way is cleared one by one. */
function newLine() {
  const cleared: (() => void)[] = [];
  const done: string[] = [];
  const written = () => new Promise<void>((resolve) => cleared.push(resolve));
  const line = createRolloutLine({ written, run: (work) => work() });
  const add = (name: string, more?: () => void): void =>
    line.add(name, () => {
      done.push(name);
      more?.();
    });
  const turn = async (): Promise<void> => {
    await nextTurn();
    cleared.shift()?.();
    await nextTurn();
  };
  return { line, add, done, cleared, turn };
}

test('when several pieces of work wait, each has a turn of its own, in the order in which they came', async () => {
  const { add, done, cleared, turn } = newLine();
  add('look');
  add('go on');
  add('hand over');
  expect(done).toEqual([]);
  await turn();
  expect(done).toEqual(['look']);
  await turn();
  await turn();
  expect(done).toEqual(['look', 'go on', 'hand over']);
  await turn();
  expect(cleared).toEqual([]);
});

test('when a piece of work is told again while it waits, it is done once, and told while it is done, once more', async () => {
  const { add, done, turn } = newLine();
  add('go on', () => add('go on'));
  add('go on');
  await turn();
  expect(done).toEqual(['go on']);
  await turn();
  await turn();
  expect(done).toEqual(['go on', 'go on']);
});

test('when it is cleared, nothing of it is done, who waits for a turn goes on, and what is told later is done', async () => {
  const { line, add, done, turn } = newLine();
  add('look');
  const goesOn = line.turn().then(() => done.push('went on'));
  await nextTurn();
  line.clear();
  await goesOn;
  await turn();
  add('go on');
  await turn();
  expect(done).toEqual(['went on', 'go on']);
});

test('when changes wait to be written, a piece of work finds none of them waiting, also after one that failed', async () => {
  const written: string[] = [];
  const line = createRolloutLine({ written: () => allWritten(parts.store), run: (work) => work() });
  const failed = parts.store.changeSoon(() => {
    throw new Error('the disk is gone');
  });
  await Promise.all([
    expect(failed).rejects.toThrow('the disk is gone'),
    parts.store.changeSoon(() => written.push('a change')),
    line.turn().then(() => written.push('a piece')),
  ]);
  expect(written).toEqual(['a change', 'a piece']);
});

test('when it is closed while something is done, nobody gets a turn before that has ended, even by a failure', async () => {
  const line = createRolloutLine({ written: () => Promise.resolve(), run: (work) => work() });
  const done: string[] = [];
  const fails = new Map<string, (error: Error) => void>();
  const closing = (name: string) =>
    line.closedWhile(() => {
      done.push(`${name} begins`);
      return new Promise((_resolve, reject) => fails.set(name, reject));
    });
  // It stands in line already, and is let go as the line is cleared.
  const stood = line.turn().then(() => done.push('a turn'));
  const first = closing('first');
  const second = closing('second');
  line.clear();
  for (const [name, closed] of [
    ['first', first],
    ['second', second],
  ] as const) {
    await nextTurn();
    expect(done.at(-1)).toBe(`${name} begins`);
    fails.get(name)?.(new Error(`${name} failed`));
    await expect(closed).rejects.toThrow(`${name} failed`);
  }
  await stood;
  expect(done).toEqual(['first begins', 'second begins', 'a turn']);
});
