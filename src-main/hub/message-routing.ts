// What a device and its modules send, on its way: by the routes of the device into the telemetry of the hub (`$upstream`) and to
// inputs of its modules, and where a device has no routes into the telemetry. It is acknowledged when all of that is on disk.
import type { Identity } from '#base/ids.ts';
import type { MessageProperties } from '#contract/property-bag.ts';
import { routedMessage, type BodyEncoding } from '#domain/route-message.ts';
import { deliveriesOf, type RouteTable } from '#domain/route-table.ts';
import type { Store } from '#store/store-types.ts';
import type { ModuleMessages } from './module-messages.ts';
import type { RouteTables } from './route-tables.ts';
import type { TelemetryIntake } from './telemetry-intake.ts';

export interface MessageRouting {
  /** Resolves once the message is wherever its routes lead, on disk; also when they lead nowhere. */
  take(sender: Identity, properties: MessageProperties, body: Buffer): Promise<void>;
}

export function createMessageRouting(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly telemetry: TelemetryIntake;
  readonly tables: Pick<RouteTables, 'of'>;
  readonly moduleMessages: Pick<ModuleMessages, 'keep' | 'kept'>;
}): MessageRouting {
  const { store, telemetry, tables, moduleMessages } = parts;

  async function follow(
    table: RouteTable,
    sender: Identity,
    properties: MessageProperties,
    body: Buffer,
  ): Promise<void> {
    const text = (encoding: BodyEncoding): string => new TextDecoder(encoding).decode(body);
    const deliveries = deliveriesOf(table, routedMessage({ ...sender, properties, text }));
    const isStored = deliveries.some(({ sink }) => sink.kind === 'upstream');
    const inputs = deliveries.flatMap(({ sink, priority, timeToLiveMs }) =>
      sink.kind === 'input' ? [{ ...sink, priority, timeToLiveMs, sender, properties, body }] : [],
    );
    if (inputs.length === 0) return isStored ? telemetry.take(sender, properties, body) : undefined;
    const reasons = await store.changeSoon((write) => {
      if (isStored) telemetry.append(write, sender, properties, body);
      return inputs.map((input) => moduleMessages.keep(write, input));
    });
    inputs.forEach((input, index) => moduleMessages.kept(input, reasons[index] ?? null));
  }

  return {
    take(sender, properties, body) {
      // The runtime's own modules speak to the hub and not through it.
      const table = sender.moduleId?.startsWith('$') === true ? null : tables.of(sender.deviceId);
      return table === null ? telemetry.take(sender, properties, body) : follow(table, sender, properties, body);
    },
  };
}
