// Which device is to be looked at next: single devices first, then the walk over all; never one that is being worked on.
// INVARIANT: a device marked while it is worked on comes up again once it is released.
import type { DeviceId } from '#base/ids.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createDeviceSweep } from './device-sweep.ts';

export interface DeviceQueue {
  mark(deviceId: DeviceId): void;
  markAll(): void;
  /** Takes the next device that nobody works on; undefined when there is none for now. */
  take(): DeviceId | undefined;
  release(deviceId: DeviceId): void;
  /** Devices taken and not released. */
  takenCount(): number;
  isIdle(): boolean;
  /** Forgets single marks; the walk goes on where it was. */
  clear(): void;
}

export function createDeviceQueue(read: StoreReaders): DeviceQueue {
  const sweep = createDeviceSweep(read);
  const due = new Set<DeviceId>();
  const taken = new Set<DeviceId>();

  function next(): DeviceId | undefined {
    for (const deviceId of due) {
      if (taken.has(deviceId)) continue;
      due.delete(deviceId);
      return deviceId;
    }
    for (;;) {
      const deviceId = sweep.next();
      if (deviceId === undefined || !taken.has(deviceId)) return deviceId;
      due.add(deviceId);
    }
  }

  return {
    mark: (deviceId) => void due.add(deviceId),
    markAll: () => sweep.begin(),
    take() {
      const deviceId = next();
      if (deviceId !== undefined) taken.add(deviceId);
      return deviceId;
    },
    release: (deviceId) => void taken.delete(deviceId),
    takenCount: () => taken.size,
    isIdle: () => due.size === 0 && taken.size === 0 && sweep.isDone(),
    clear: () => due.clear(),
  };
}
