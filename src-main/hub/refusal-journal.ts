// Journal entries for connections turned away, coalesced so that nobody can fill the disk by being refused:
// per address and reason the first at once, then one counted summary a minute.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Identity } from '#base/ids.ts';
import type { Store } from '#store/store-types.ts';

export interface Refusal {
  readonly address: string;
  readonly reason: string;
  /** Who it claimed to be, when it got that far. */
  readonly identity?: Identity | undefined;
}

export interface RefusalJournal {
  note(refusal: Refusal): void;
  /** Writes what is counted and not told yet. */
  stop(): void;
}

const windowMs = 60_000;
// Beyond this many addresses and reasons in a minute the rest share one line: an attacker may own many addresses.
const windowLimit = 1024;
const crowdAddress = 'many';

interface Window {
  readonly refusal: Refusal;
  missed: number;
  readonly cancel: () => void;
}

export function createRefusalJournal(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): RefusalJournal {
  const { store, clock, log } = parts;
  const windows = new Map<string, Window>();

  function write(refusal: Refusal, count: number): void {
    const { address, reason, identity } = refusal;
    store
      .changeSoon((write) => {
        const detail = { address, reason, count };
        write.journal.append({ kind: 'connection-refused', actor: 'hub', ...identity, detail });
      })
      .catch((error: unknown) => log.warn({ err: error, refusal }, 'a refused connection could not be journaled'));
  }

  function open(key: string, refusal: Refusal): void {
    const window: Window = { refusal, missed: 0, cancel: clock.after(windowMs, goOn) };
    windows.set(key, window);
    function goOn(): void {
      windows.delete(key);
      if (window.missed === 0) return;
      writeMissed(window);
      open(key, refusal);
    }
  }

  function writeMissed({ refusal: { address, reason }, missed }: Window): void {
    if (missed > 0) write({ address, reason }, missed);
  }

  return {
    note(refusal) {
      log.debug({ ...refusal }, 'connection refused');
      const isCrowded = windows.size >= windowLimit;
      let noted = refusal;
      let key = `${refusal.address} ${refusal.reason}`;
      if (isCrowded && !windows.has(key)) {
        noted = { address: crowdAddress, reason: refusal.reason };
        key = `${crowdAddress} ${refusal.reason}`;
      }
      const window = windows.get(key);
      if (window !== undefined) window.missed += 1;
      else {
        write(noted, 1);
        open(key, noted);
      }
    },
    stop() {
      for (const window of windows.values()) {
        window.cancel();
        writeMissed(window);
      }
      windows.clear();
    },
  };
}
