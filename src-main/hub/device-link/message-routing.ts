// What a device and its modules send, on its way: by the routes of the device into the telemetry of the hub (`$upstream`) and to
// inputs of its modules, and where a device has no routes into the telemetry. It is acknowledged when all of that is on disk.
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import type { MessageProperties } from '#contract/property-bag.ts';
import { routedMessage, type BodyEncoding } from '#domain/routes/route-message.ts';
import { deliveriesOf, type RouteDelivery, type RouteTable } from '#domain/routes/route-table.ts';
import type { Store } from '#store/store-types.ts';
import type { ModuleMessages } from './module-messages.ts';
import type { RouteTables } from './route-tables.ts';
import type { TelemetryIntake } from './telemetry-intake.ts';

export interface MessageRouting {
  /** Resolves once the message is wherever its routes lead, on disk; also when they lead nowhere. */
  take(sender: Identity, properties: MessageProperties, body: Buffer): Promise<void>;
}

interface SentMessage {
  readonly sender: Identity;
  /** As the sender gave them. */
  readonly properties: MessageProperties;
  readonly body: Buffer;
}

interface WayIn extends Pick<RouteDelivery, 'priority' | 'timeToLiveMs'> {
  readonly moduleId: ModuleId;
  readonly input: string;
}

// Of one message in one commit. A route for each of two hundred inputs makes 50 MB of a large body, and whoever reports meanwhile
// would wait for seconds.
const mostBytesTogether = 512 * 1024;
// What writing a row costs beside its bytes, in bytes: so many small ones hold up as much as a large one.
const rowCostBytes = 8 * 1024;

export function createMessageRouting(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly telemetry: TelemetryIntake;
  readonly tables: Pick<RouteTables, 'of'>;
  readonly moduleMessages: Pick<ModuleMessages, 'keep' | 'kept'>;
}): MessageRouting {
  const { store, telemetry, tables, moduleMessages } = parts;
  const lane = createLargeLane();

  async function keep(sent: SentMessage, isStored: boolean, ways: readonly WayIn[]): Promise<void> {
    const { sender, properties, body } = sent;
    if (ways.length === 0) return isStored ? telemetry.take(sender, properties, body) : undefined;
    const inputs = ways.map((way) => ({ ...way, ...sent }));
    const reasons = await store.changeSoon((write) => {
      if (isStored) telemetry.append(write, sender, properties, body);
      return inputs.map((input) => moduleMessages.keep(write, input));
    });
    inputs.forEach((input, index) => moduleMessages.kept(input, reasons[index] ?? null));
  }

  function follow(table: RouteTable, sent: SentMessage): Promise<void> {
    const { sender, properties, body } = sent;
    const text = (encoding: BodyEncoding): string => new TextDecoder(encoding).decode(body);
    const deliveries = deliveriesOf(table, routedMessage({ ...sender, properties, text }));
    const isStored = deliveries.some(({ sink }) => sink.kind === 'upstream');
    const ways = deliveries.flatMap(({ sink, priority, timeToLiveMs }) =>
      sink.kind === 'input' ? [{ ...sink, priority, timeToLiveMs }] : [],
    );
    const together = Math.max(1, Math.floor(mostBytesTogether / (rowCostBytes + bytesOf(sent))));
    if (ways.length <= together && !lane.isTakenBy(sender.deviceId)) return keep(sent, isStored, ways);
    return lane.run(sender.deviceId, async () => {
      await keep(sent, isStored, ways.slice(0, together));
      for (let at = together; at < ways.length; at += together) await keep(sent, false, ways.slice(at, at + together));
    });
  }

  return {
    take(sender, properties, body) {
      // The runtime's own modules speak to the hub and not through it.
      const table = sender.moduleId?.startsWith('$') === true ? null : tables.of(sender.deviceId);
      return table === null ? telemetry.take(sender, properties, body) : follow(table, { sender, properties, body });
    },
  };
}

function bytesOf({ properties, body }: SentMessage): number {
  return Object.entries(properties).reduce((sum, [name, value]) => sum + name.length + value.length, body.length);
}

/**
 * Messages too large for one commit go one after the other, of whichever devices; what their devices send meanwhile goes behind
 * them, so that it arrives in order.
 */
function createLargeLane() {
  const waiting = new Map<DeviceId, number>();
  let last: Promise<void> = Promise.resolve();

  function leave(deviceId: DeviceId): void {
    const left = (waiting.get(deviceId) ?? 1) - 1;
    if (left === 0) waiting.delete(deviceId);
    else waiting.set(deviceId, left);
  }

  return {
    isTakenBy: (deviceId: DeviceId): boolean => waiting.has(deviceId),
    run(deviceId: DeviceId, work: () => Promise<void>): Promise<void> {
      waiting.set(deviceId, (waiting.get(deviceId) ?? 0) + 1);
      const turn = last.then(work).finally(() => leave(deviceId));
      // A failure is its sender's; whoever is next only waits for the end.
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
