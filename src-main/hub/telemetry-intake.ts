// Telemetry of devices and modules: on disk before it is acknowledged, the newest kept, the rest given up row by row.
import type { Clock } from '#base/clock.ts';
import type { Identity } from '#base/ids.ts';
import type { MessageProperties } from '#contract/property-bag.ts';
import type { Store } from '#store/store-types.ts';

export interface TelemetryIntake {
  /** Resolves once the message is on disk. */
  take(identity: Identity, properties: MessageProperties, body: Buffer): Promise<void>;
}

const keepMessages = 100_000;
const trimEvery = 1_000;

export function createTelemetryIntake(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
}): TelemetryIntake {
  let sinceTrim = 0;
  return {
    async take(identity, properties, body) {
      const receivedAtMs = parts.clock.nowMs();
      await parts.store.changeSoon((write) => {
        write.telemetry.append({ ...identity, receivedAtMs, properties, body });
        sinceTrim += 1;
        if (sinceTrim < trimEvery) return;
        sinceTrim = 0;
        write.telemetry.trim(keepMessages);
      });
    },
  };
}
