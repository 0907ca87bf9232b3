// What the journal tells of messages that never reached their module: at once the first time, then one row a device and hour,
// because the journal is never pruned and a module may be away for weeks.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { Store } from '#store/store-types.ts';
import { createPacedTelling } from './paced-telling.ts';

/** `limit`: too much waits for the device. `too-large`: its properties do not fit into a topic. */
export type DropReason = 'expired' | 'limit' | 'too-large' | 'unknown-module';

export interface DroppedMessages {
  note(deviceId: DeviceId, reason: DropReason, count: number): void;
  /** Tells what was not told yet. */
  stop(): void;
}

const tellEveryMs = 3_600_000;

type Counts = Readonly<Partial<Record<DropReason, number>>>;

export function createDroppedMessages(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): DroppedMessages {
  const { store, clock, log } = parts;
  const devices = createPacedTelling<DeviceId, Counts>({ clock, everyMs: tellEveryMs, tell });

  function tell(deviceId: DeviceId, dropped: Counts): void {
    log.warn({ deviceId, dropped }, 'messages between modules were dropped');
    store
      .changeSoon(({ journal }) => {
        journal.append({ kind: 'module-messages-dropped', actor: 'hub', deviceId, detail: dropped });
      })
      .catch((error: unknown) => log.warn({ err: error }, 'dropped messages could not be journaled'));
  }

  return {
    note(deviceId, reason, count) {
      if (count === 0) return;
      devices.note(deviceId, (untold = {}) => ({ ...untold, [reason]: (untold[reason] ?? 0) + count }));
    },
    stop: () => devices.stop(),
  };
}
