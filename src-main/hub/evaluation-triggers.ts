// Which committed changes can change what a device is to run. Desired properties are not among them: what a person sets by
// hand stays until the next evaluation for another reason, as in IoT Hub.
import type { DeviceId } from '#base/ids.ts';
import type { JournalEntry, JournalKind } from '#domain/journal-event.ts';

const concernsAll: ReadonlySet<JournalKind> = new Set([
  'deployment-created',
  'deployment-updated',
  'deployment-deleted',
]);
const concernsDevice: ReadonlySet<JournalKind> = new Set(['device-created', 'device-updated']);
const concernsDeviceTwin: ReadonlySet<JournalKind> = new Set(['tags-changed', 'reported-changed']);
const concernsModules: ReadonlySet<JournalKind> = new Set(['module-created', 'module-deleted']);

/** The device to look at again, `all`, or null. `readsReported`: whether any condition reads what devices report. */
export function dueBecauseOf(entry: JournalEntry, readsReported: () => boolean): DeviceId | 'all' | null {
  const { kind, deviceId, moduleId, actor } = entry;
  if (concernsAll.has(kind)) return 'all';
  if (concernsDevice.has(kind)) return deviceId;
  if (concernsModules.has(kind)) return actor === 'hub' ? null : deviceId;
  if (!concernsDeviceTwin.has(kind) || moduleId !== null) return null;
  return kind === 'tags-changed' || readsReported() ? deviceId : null;
}
