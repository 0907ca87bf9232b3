// Walks over all devices by id, a page at a time, and once more when something changed during the walk.
// INVARIANT: every device is returned at least once after the last `begin`, and a walk is never cut short, so that none starves.
import type { DeviceId } from '#base/ids.ts';
import type { StoreReaders } from '#store/store-types.ts';

const pageSize = 200;

export interface DeviceSweep {
  /** All devices are due (again). */
  begin(): void;
  /** The next device that is due; undefined when none is. */
  next(): DeviceId | undefined;
  isDone(): boolean;
}

export function createDeviceSweep(read: StoreReaders): DeviceSweep {
  let page: DeviceId[] = [];
  let after: DeviceId | undefined;
  let isWalking = false;
  let walkAgain = false;
  return {
    begin() {
      if (isWalking) walkAgain = true;
      else {
        isWalking = true;
        after = undefined;
        page = [];
      }
    },
    next() {
      while (isWalking) {
        const device = page.shift();
        if (device !== undefined) return device;
        page = [...read.devices.ids({ after, limit: pageSize })];
        after = page.at(-1);
        if (page.length === 0) {
          isWalking = walkAgain;
          walkAgain = false;
          after = undefined;
        }
      }
      return undefined;
    },
    isDone: () => !isWalking,
  };
}
