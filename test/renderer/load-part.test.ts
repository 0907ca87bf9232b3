// Parts of the page come even when the network changes while they are loaded.
import { expect, test } from 'vitest';
import { loadPart } from '#renderer/link/load-part.ts';

/** Fails so many times first. */
function failing(times: number): { load(): Promise<string>; asked(): number } {
  let asked = 0;
  return {
    asked: () => asked,
    load() {
      asked += 1;
      return asked > times ? Promise.resolve('here') : Promise.reject(new Error(`failure ${asked}`));
    },
  };
}

test('when loading is cut off, it is tried again; what came is not asked for again', async () => {
  const part = failing(2);
  expect(await loadPart(() => part.load())).toBe('here');
  expect(part.asked()).toBe(3);
});

test('when it cannot be had, the last failure is told', async () => {
  const part = failing(9);
  await expect(loadPart(() => part.load())).rejects.toThrow('failure 3');
});
