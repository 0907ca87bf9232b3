// Telemetry of devices and modules: on disk before it is acknowledged, of all there is only the newest is kept.
import type { Clock } from '#base/clock.ts';
import type { Identity } from '#base/ids.ts';
import type { MessageProperties } from '#contract/property-bag.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';

export interface TelemetryIntake {
  /** Resolves once the message is on disk. */
  take(identity: Identity, properties: MessageProperties, body: Buffer): Promise<void>;
  /** The same as part of a change. */
  append(write: Pick<StoreWriters, 'telemetry'>, identity: Identity, properties: MessageProperties, body: Buffer): void;
}

/** What the ring holds: enough to look back, whatever the devices send. */
export const telemetryKept = { rows: 100_000, bytes: 256 * 1024 * 1024 };

export function createTelemetryIntake(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly keep?: typeof telemetryKept;
}): TelemetryIntake {
  const { store, clock, keep = telemetryKept } = parts;
  let rows = 0;
  let bytes = 0;
  const append: TelemetryIntake['append'] = (write, identity, properties, body) => {
    write.telemetry.append({ ...identity, receivedAtMs: clock.nowMs(), properties, body });
    rows += 1;
    bytes += body.byteLength;
    // The ring may be a little too long between two looks, which then cost next to nothing per message.
    if (rows < keep.rows / 100 && bytes < keep.bytes / 16) return;
    rows = 0;
    bytes = 0;
    write.telemetry.trim(keep);
  };
  return {
    append,
    take: (identity, properties, body) => store.changeSoon((write) => append(write, identity, properties, body)),
  };
}
