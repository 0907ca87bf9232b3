// What the journal tells of messages that never reached their module: at once the first time, then one row a device and hour,
// because the journal is never pruned and a module may be away for weeks.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { Store } from '#store/store-types.ts';

/** `limit`: too much waits for the device. `too-large`: its properties do not fit into a topic. */
export type DropReason = 'expired' | 'limit' | 'too-large' | 'unknown-module';

export interface DroppedMessages {
  note(deviceId: DeviceId, reason: DropReason, count: number): void;
  /** Tells what was not told yet. */
  stop(): void;
}

const tellEveryMs = 3_600_000;

interface Untold {
  readonly counts: Map<DropReason, number>;
  cancel: () => void;
}

export function createDroppedMessages(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): DroppedMessages {
  const { store, clock, log } = parts;
  const devices = new Map<DeviceId, Untold>();

  function tell(deviceId: DeviceId, counts: Map<DropReason, number>): void {
    const detail = Object.fromEntries(counts);
    counts.clear();
    log.warn({ deviceId, dropped: detail }, 'messages between modules were dropped');
    store
      .changeSoon(({ journal }) => {
        journal.append({ kind: 'module-messages-dropped', actor: 'hub', deviceId, detail });
      })
      .catch((error: unknown) => log.warn({ err: error }, 'dropped messages could not be journaled'));
  }

  /** The hour is over: what came meanwhile is told, and another hour begins; otherwise the device is forgotten. */
  function settle(deviceId: DeviceId, untold: Untold): void {
    if (untold.counts.size === 0) {
      devices.delete(deviceId);
      return;
    }
    tell(deviceId, untold.counts);
    untold.cancel = clock.after(tellEveryMs, () => settle(deviceId, untold));
  }

  return {
    note(deviceId, reason, count) {
      if (count === 0) return;
      const known = devices.get(deviceId);
      const untold = known ?? { counts: new Map<DropReason, number>(), cancel: () => undefined };
      untold.counts.set(reason, (untold.counts.get(reason) ?? 0) + count);
      if (known !== undefined) return;
      devices.set(deviceId, untold);
      settle(deviceId, untold);
    },
    stop() {
      for (const [deviceId, { counts, cancel }] of devices) {
        cancel();
        if (counts.size > 0) tell(deviceId, counts);
      }
    },
  };
}
