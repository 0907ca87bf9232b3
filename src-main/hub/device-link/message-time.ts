// The time by which waiting messages live and expire. A technician sets the clock of a laptop by hours, and a flat battery sets it
// to another year: neither may end a message that was just queued, nor keep one for years.
// THE RULE: while the hub runs, this time goes on as the monotonic clock does, whatever is done to the wall clock; a jump between
// the two is seen when anybody next asks, logged, and kept. Across a restart it goes on from the wall clock less what it jumped by,
// and never falls behind the newest message that waits. So a message has the time that was left to it when it came; only the
// hours in which the hub was off are taken from the wall clock, and a machine that sleeps stands still in this as in all else.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Store } from '#store/store-types.ts';

export interface MessageTime {
  /** Whole ms that never go back; near the epoch of the wall clock, but only to be compared with each other. */
  nowMs(): number;
  /** An instant somebody named by the wall clock: as far ahead in this time as it is in that one now. */
  fromWall(atMs: number): number;
}

/** By how much this time is behind the wall clock. */
const settingName = 'message-time-behind-ms';
/** Smaller ones are corrections of the clock: after a restart that little is lost, and nobody is told. */
const smallestJumpMs = 60_000;

export function createMessageTime(parts: {
  readonly store: Pick<Store, 'read' | 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): MessageTime {
  const { store, clock, log } = parts;
  const { settings, cloudMessages, moduleMessages } = store.read;
  const kept = settings.get(settingName);
  let behindMs = typeof kept === 'number' ? kept : 0;
  const newestMs = Math.max(cloudMessages.newestAtMs() ?? -Infinity, moduleMessages.newestAtMs() ?? -Infinity);
  const startMs = Math.max(clock.nowMs() - behindMs, newestMs);
  const startMonotonicMs = clock.monotonicMs();

  function nowMs(): number {
    const now = Math.floor(startMs + clock.monotonicMs() - startMonotonicMs);
    const jumpMs = Math.round(clock.nowMs() - now - behindMs);
    if (Math.abs(jumpMs) >= smallestJumpMs) keep(jumpMs);
    return now;
  }

  function keep(jumpMs: number): void {
    behindMs += jumpMs;
    const value = behindMs;
    log.warn({ jumpMs }, 'the clock was set, or the machine slept: messages that wait keep the time they had left');
    store
      .changeSoon((write) => write.settings.set(settingName, value))
      .catch((error: unknown) =>
        log.warn({ err: error }, 'the jump of the clock could not be kept for the next start'),
      );
  }

  return { nowMs, fromWall: (atMs) => nowMs() + atMs - clock.nowMs() };
}
