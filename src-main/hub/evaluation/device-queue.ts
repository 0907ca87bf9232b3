// Which device is to be looked at next: single devices first, then those of a tag, then the walk over all; so that what a
// person just did waits for no walk. Never one that is being worked on.
// INVARIANT: a device marked while it is worked on comes up again once it is released.
import type { DeviceId } from '#base/ids.ts';
import type { StoreReaders, TagValue } from '#store/store-types.ts';
import { createDeviceLookups } from './device-lookups.ts';
import { createDeviceSweep } from './device-sweep.ts';

export interface DeviceQueue {
  mark(deviceId: DeviceId): void;
  /** All devices that have a tag. */
  markTagged(tag: TagValue): void;
  markAll(): void;
  /** Takes the next device that nobody works on; undefined when there is none for now. */
  take(): DeviceId | undefined;
  release(deviceId: DeviceId): void;
  /** Devices taken and not released. */
  takenCount(): number;
  isIdle(): boolean;
  /** Forgets single marks and tags; the walk goes on where it was. */
  clear(): void;
}

export function createDeviceQueue(read: StoreReaders): DeviceQueue {
  const sweep = createDeviceSweep(read);
  const lookups = createDeviceLookups(read);
  const due = new Set<DeviceId>();
  const taken = new Set<DeviceId>();

  function next(): DeviceId | undefined {
    for (const deviceId of due) {
      if (taken.has(deviceId)) continue;
      due.delete(deviceId);
      return deviceId;
    }
    for (;;) {
      const deviceId = lookups.next() ?? sweep.next();
      if (deviceId === undefined || !taken.has(deviceId)) return deviceId;
      due.add(deviceId);
    }
  }

  return {
    mark: (deviceId) => void due.add(deviceId),
    markTagged: (tag) => lookups.ask(tag),
    markAll: () => sweep.begin(),
    take() {
      const deviceId = next();
      if (deviceId !== undefined) taken.add(deviceId);
      return deviceId;
    },
    release: (deviceId) => void taken.delete(deviceId),
    takenCount: () => taken.size,
    isIdle: () => due.size === 0 && taken.size === 0 && lookups.isDone() && sweep.isDone(),
    clear() {
      due.clear();
      lookups.clear();
    },
  };
}
