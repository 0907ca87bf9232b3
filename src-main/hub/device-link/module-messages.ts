// Messages to the inputs of modules: they wait in the store until the module acknowledges them, across reconnects and restarts,
// for as long as their time to live. What waits for the modules of a device is bounded; what has to go is told.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import { encodeProperties, type MessageProperties } from '#contract/property-bag.ts';
import type { RouteDelivery } from '#domain/routes/route-table.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import type { DeviceSession, SessionTable } from './device-session.ts';
import { createDroppedMessages, type DropReason } from './dropped-messages.ts';
import { startExpirySweep } from './expiry-sweep.ts';
import type { MessageDelivery } from './message-delivery.ts';
import type { MessageTime } from './message-time.ts';
import { createModuleDelivery } from './module-delivery.ts';

export interface ModuleMessages {
  /** Keeps a message for the module of a delivery, as part of a change; why it did not, or null. */
  keep(write: StoreWriters, message: RoutedToModule): DropReason | null;
  /** To be called when the change is on disk. */
  kept(message: RoutedToModule, dropped: DropReason | null): void;
  /** Sends what waits and is not under way yet, as much as may be under way, if the module has asked for its inputs. */
  deliver(session: DeviceSession): void;
  stop(): void;
}

interface RoutedToModule extends Pick<RouteDelivery, 'priority' | 'timeToLiveMs'> {
  readonly sender: Identity;
  readonly moduleId: ModuleId;
  readonly input: string;
  /** As the sender gave them. */
  readonly properties: MessageProperties;
  readonly body: Uint8Array;
}

interface ModuleMessagesParts {
  readonly store: Store;
  readonly sessions: Pick<SessionTable, 'get'>;
  readonly clock: Clock;
  readonly time: MessageTime;
  readonly log: Logger;
  readonly delivery: MessageDelivery;
  /** How much may wait for the modules of one device. */
  readonly keep?: typeof moduleMessagesKept;
}

export const moduleMessagesKept = { rows: 10_000, bytes: 64 * 1024 * 1024 };
// MQTT's longest topic, less what stands before the properties.
const longestPropertiesBytes = 64 * 1024 - 1024;
const expiredAtOnce = 1000;

export function createModuleMessages(parts: ModuleMessagesParts): ModuleMessages {
  const { clock, time, log, delivery } = parts;
  const outgoing = createModuleDelivery(parts);
  const dropped = createDroppedMessages(parts);
  const weighing = createWeighing(parts, (deviceId, count) => dropped.note(deviceId, 'limit', count));
  const stopSweep = startExpirySweep({ clock, time, log, dropExpired });

  function dropExpired(nowMs: number): void {
    let devices: readonly DeviceId[] = [];
    delivery.changeLater(
      (write) => {
        devices = write.moduleMessages.deleteExpired(nowMs, expiredAtOnce);
      },
      () => {
        for (const [deviceId, own] of Map.groupBy(devices, (id) => id)) dropped.note(deviceId, 'expired', own.length);
        if (devices.length === expiredAtOnce) dropExpired(nowMs);
      },
    );
  }

  return {
    deliver: (session) => outgoing.deliver(session),
    keep(write, message) {
      const { sender, moduleId, input, priority, timeToLiveMs, body } = message;
      const properties = inputProperties(message);
      if (encodeProperties(properties).length > longestPropertiesBytes) return 'too-large';
      const enqueuedAtMs = time.nowMs();
      const expiresAtMs = timeToLiveMs === null ? null : enqueuedAtMs + timeToLiveMs;
      const { deviceId } = sender;
      const row = { deviceId, moduleId, input, priority, properties, body, enqueuedAtMs, expiresAtMs };
      return write.moduleMessages.enqueue(row) ? null : 'unknown-module';
    },
    kept({ sender: { deviceId }, moduleId, body }, reason) {
      if (reason !== null) {
        dropped.note(deviceId, reason, 1);
        return;
      }
      weighing.weighIn(deviceId, body.byteLength);
      outgoing.deliverSoon({ deviceId, moduleId });
    },
    stop() {
      weighing.stop();
      stopSweep();
      dropped.stop();
    },
  };
}

/** As IoT Edge hands them over: without the output, with the sender, which nobody else can claim to be. */
function inputProperties({ sender, properties }: RoutedToModule): MessageProperties {
  const { '$.on': _output, '$.cdid': _device, '$.cmid': _module, ...own } = properties;
  return { ...own, '$.cdid': sender.deviceId, ...(sender.moduleId === null ? {} : { '$.cmid': sender.moduleId }) };
}

/**
 * Weighs what waits for a device, at its first message and whenever a hundredth more has come, and trims it to nine tenths when
 * it is too much. In between it may be a little over, which costs next to nothing per message.
 */
function createWeighing(
  { store, delivery, keep = moduleMessagesKept }: ModuleMessagesParts,
  onTrimmed: (deviceId: DeviceId, count: number) => void,
): { readonly weighIn: (deviceId: DeviceId, bytes: number) => void; readonly stop: () => void } {
  const since = new Map<DeviceId, { rows: number; bytes: number }>();
  // A device's messages go with it: one that comes again under its id is weighed from nothing.
  const stop = store.onCommitted((entries) => {
    for (const { kind, deviceId } of entries)
      if (kind === 'device-deleted' && deviceId !== null) since.delete(deviceId);
  });
  const weighIn = (deviceId: DeviceId, bytes: number): void => {
    const grown = since.get(deviceId) ?? { rows: Infinity, bytes: 0 };
    since.set(deviceId, { rows: grown.rows + 1, bytes: grown.bytes + bytes });
    if (grown.rows + 1 < keep.rows / 100 && grown.bytes + bytes < keep.bytes / 16) return;
    since.set(deviceId, { rows: 0, bytes: 0 });
    const weight = store.read.moduleMessages.weight(deviceId);
    if (weight.rows <= keep.rows && weight.bytes <= keep.bytes) return;
    const target = { rows: Math.floor(keep.rows * 0.9), bytes: Math.floor(keep.bytes * 0.9) };
    // Trimming makes room for a tenth. Until that has come it is not planned again: it looks at all that waits.
    since.set(deviceId, { rows: target.rows - keep.rows, bytes: target.bytes - keep.bytes });
    let count = 0;
    delivery.changeLater(
      (write) => {
        count = write.moduleMessages.trim(deviceId, target);
      },
      () => onTrimmed(deviceId, count),
    );
  };
  return { weighIn, stop };
}
