// Images that devices are being asked about. Whether a device can have an image before its configuration names it, it can only find out
// if the registry lets it look; so it may, of exactly those images, for exactly as long as the question is open.
import type { DeviceId } from '#base/ids.ts';

export interface AskedImages {
  /** The device may look at them until the work has ended. */
  during<T>(deviceId: DeviceId, images: readonly string[], work: () => Promise<T>): Promise<T>;
  of(deviceId: DeviceId): readonly string[];
}

export function createAskedImages(): AskedImages {
  const open = new Map<DeviceId, Set<readonly string[]>>();
  return {
    async during(deviceId, images, work) {
      const asked = open.get(deviceId) ?? new Set();
      open.set(deviceId, asked);
      // An own list, for two questions may be about the same images.
      const own = [...images];
      asked.add(own);
      try {
        return await work();
      } finally {
        asked.delete(own);
        if (asked.size === 0) open.delete(deviceId);
      }
    },
    of: (deviceId) => [...(open.get(deviceId) ?? [])].flat(),
  };
}
