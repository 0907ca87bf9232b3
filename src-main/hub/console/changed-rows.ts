// Keys whose rows changed, taken out a bounded time's worth at once: whoever takes never holds the hub's loop for long.
import type { Clock } from '#base/clock.ts';
import { largestPage } from '#contract/console-rows.ts';

// So that a flush never holds the hub's loop long enough to delay a device.
export const workForMs = 4;

/** Takes keys out of the set, oldest first, until the time or a page is used up: at least one, so that it always gets on. */
export function takeSome<Key, Row>(keys: Set<Key>, clock: Clock, rowOf: (key: Key) => Row | undefined) {
  const deadlineMs = clock.monotonicMs() + workForMs;
  const rows: Row[] = [];
  const removed: Key[] = [];
  for (const key of keys) {
    keys.delete(key);
    const row = rowOf(key);
    if (row === undefined) removed.push(key);
    else rows.push(row);
    if (rows.length + removed.length >= largestPage || clock.monotonicMs() >= deadlineMs) break;
  }
  return { rows, removed };
}
