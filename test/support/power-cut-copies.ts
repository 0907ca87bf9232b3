// What a power cut would leave at each moment of some work: a copy of the store's folder after every turn of the event loop.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#base/clock.ts';
import { createFakeClock } from './fake-clock.ts';

/** The lock is the living process's own, and the shared memory is made anew from the log. */
const volatile = ['hub.lock', 'hub.db-shm'];

/** Copies `dir` to `copies/0`, `copies/1` …, until `work` is done; returns the copies. */
export async function copiesDuring(dir: string, copies: string, work: Promise<unknown>): Promise<readonly string[]> {
  const made: string[] = [];
  const state = { isDone: false };
  const done = work.finally(() => (state.isDone = true));
  while (!state.isDone) {
    const copy = join(copies, String(made.length));
    cpSync(dir, copy, { recursive: true, filter: (path) => !volatile.some((name) => path.endsWith(name)) });
    made.push(copy);
    await nextTurn();
  }
  await done;
  return made;
}

/** A millisecond passes each time somebody looks: long work is then many portions, however fast the machine. */
export function createHastyClock(): Clock {
  const clock = createFakeClock();
  let monotonicMs = 0;
  return { ...clock, monotonicMs: () => (monotonicMs += 1) };
}
