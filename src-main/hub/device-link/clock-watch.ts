// Whether the machine's clock can be trusted: it was set while the hub ran, or stands behind what the journal was written at.
// Devices have no part in it (deadlines use the monotonic clock), but people read times, and certificates end by them.
import { uptime } from 'node:os';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Store } from '#store/store-types.ts';

export interface ClockWatch {
  start(): void;
  stop(): void;
}

const lookEveryMs = 10_000;
/** Below this it is the time service's doing, or a busy machine's. */
const leastJumpMs = 5_000;

/** Of the machine, its sleep included, so that waking is no jump. macOS counts it from the wall clock, and tells of none. */
export function machineUpMs(): number {
  return uptime() * 1_000;
}

export function createClockWatch(parts: {
  readonly store: Pick<Store, 'read' | 'change'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly upMs: () => number;
}): ClockWatch {
  const { store, clock, log, upMs } = parts;
  let offsetMs = 0;
  let cancel: (() => void) | null = null;

  function jumped(byMs: number): void {
    log.warn({ byMs }, 'the clock of this machine was set');
    // The edge of a timer: a disk that refuses the row must not end the hub.
    try {
      store.change((write) => write.journal.append({ kind: 'clock-jumped', actor: 'hub', detail: { byMs } }));
    } catch (error) {
      log.error({ err: error }, 'the jump of the clock could not be journaled');
    }
  }

  function look(): void {
    const now = clock.nowMs() - upMs();
    const byMs = Math.round(now - offsetMs);
    offsetMs = now;
    if (Math.abs(byMs) >= leastJumpMs) jumped(byMs);
    cancel = clock.after(lookEveryMs, look);
  }

  return {
    start() {
      const last = store.read.journal.list({ after: store.read.journal.lastSeq() - 1, limit: 1 })[0];
      const behindMs = last === undefined ? 0 : last.atMs - clock.nowMs();
      // Forward nobody can tell: the machine may have been off for so long.
      if (behindMs >= leastJumpMs) jumped(-behindMs);
      offsetMs = clock.nowMs() - upMs();
      cancel = clock.after(lookEveryMs, look);
    },
    stop: () => cancel?.(),
  };
}
