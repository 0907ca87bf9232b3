// What stands between a device and the hub: how far its clock is off, and why it was turned away when it came last.
import type { DeviceId } from '#base/ids.ts';
import type { DeviceContact } from '#contract/console-device-page.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { textOf } from './attention-happenings.ts';
import type { DeviceClocks } from './device-clocks.ts';

const kinds: readonly JournalKind[] = ['connection-refused', 'device-connected'];

interface ContactNeeds {
  readonly read: Pick<StoreReaders, 'journal'>;
  readonly clocks: Pick<DeviceClocks, 'ask'>;
}

export async function deviceContact({ read, clocks }: ContactNeeds, deviceId: DeviceId): Promise<DeviceContact> {
  const clock = await clocks.ask(deviceId);
  return { clock, refusal: refusalOf(read, deviceId) };
}

/** Null where it came in since. */
function refusalOf(read: ContactNeeds['read'], deviceId: DeviceId): DeviceContact['refusal'] {
  const newest = read.journal.pageOfDevice(deviceId, { before: null, limit: 1, kinds }).entries[0];
  if (newest?.kind !== 'connection-refused') return null;
  const { atMs, moduleId, detail } = newest;
  return { atMs, moduleId, reason: textOf(detail['reason']), address: textOf(detail['address']) };
}
