// Those who wait for an identity to connect: each gets its next session, or gives up in time.
import type { Clock } from '#base/clock.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import type { DeviceSession } from './device-session.ts';

export interface Arrivals {
  next(identity: Identity, timeoutMs: number, onTimeout: () => Error): Promise<DeviceSession>;
  announce(session: DeviceSession): void;
  count(identity: Identity): number;
}

export function createArrivals(clock: Clock): Arrivals {
  const waiting = new Map<string, Set<(session: DeviceSession) => void>>();
  return {
    next(identity, timeoutMs, onTimeout) {
      const key = identityKey(identity);
      const waiters = waiting.get(key) ?? new Set();
      waiting.set(key, waiters);
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          waiters.delete(take);
          if (waiters.size === 0 && waiting.get(key) === waiters) waiting.delete(key);
        };
        const cancel = clock.after(timeoutMs, () => {
          leave();
          reject(onTimeout());
        });
        function take(session: DeviceSession): void {
          cancel();
          leave();
          resolve(session);
        }
        waiters.add(take);
      });
    },
    announce(session) {
      for (const take of waiting.get(identityKey(session.identity)) ?? []) take(session);
    },
    count: (identity) => waiting.get(identityKey(identity))?.size ?? 0,
  };
}
