// Waits for the world to reach a state, bounded: tests await conditions, never times.
import { setTimeout as delay } from 'node:timers/promises';

/** Retries `check` until it stops throwing; after `limitMs` its last error is thrown. */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 10_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await delay(10);
  }
}
