// Bounds the journal rows of a device that comes and goes without end: in each half minute its first rows are told one by one,
// the rest as one count when the half minute is over.
import type { Clock } from '#base/clock.ts';
import { identityKey, type Identity } from '#base/ids.ts';

export interface FlapWatch {
  /** Whether this coming or going gets a row of its own. When it does not, `onSettled` tells of it later. */
  mayTell(identity: Identity): boolean;
  /** Settles what is open. */
  stop(): void;
}

const windowMs = 30_000;
const rowsPerWindow = 12;

interface Window {
  readonly identity: Identity;
  rows: number;
  untold: number;
  readonly cancel: () => void;
}

export function createFlapWatch(parts: {
  readonly clock: Clock;
  /** The window is over; so many comings and goings had no row. */
  readonly onSettled: (identity: Identity, untold: number) => void;
}): FlapWatch {
  const { clock, onSettled } = parts;
  const windows = new Map<string, Window>();

  function settle(key: string, { identity, untold }: Window): void {
    windows.delete(key);
    if (untold > 0) onSettled(identity, untold);
  }

  function open(key: string, identity: Identity): Window {
    const window: Window = { identity, rows: 0, untold: 0, cancel: clock.after(windowMs, () => settle(key, window)) };
    windows.set(key, window);
    return window;
  }

  return {
    mayTell(identity) {
      const key = identityKey(identity);
      const window = windows.get(key) ?? open(key, identity);
      if (window.rows >= rowsPerWindow) {
        window.untold += 1;
        return false;
      }
      window.rows += 1;
      return true;
    },
    stop() {
      for (const [key, window] of windows) {
        window.cancel();
        settle(key, window);
      }
    },
  };
}
