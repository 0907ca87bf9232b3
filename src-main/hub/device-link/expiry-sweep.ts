// Looks every half minute for messages that are past their time.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { MessageTime } from './message-time.ts';

const everyMs = 30_000;

/** Returns how to stop. */
export function startExpirySweep(parts: {
  readonly clock: Clock;
  readonly time: MessageTime;
  readonly log: Logger;
  readonly dropExpired: (nowMs: number) => void;
}): () => void {
  const { clock, time, log, dropExpired } = parts;
  let cancel = clock.after(everyMs, sweep);
  function sweep(): void {
    cancel = clock.after(everyMs, sweep);
    // The edge of a timer: one failed look at the disk must not end the process; the next look comes.
    try {
      dropExpired(time.nowMs());
    } catch (error) {
      log.error({ err: error }, 'expired messages could not be read');
    }
  }
  return () => cancel();
}
