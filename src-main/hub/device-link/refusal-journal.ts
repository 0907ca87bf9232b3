// Journal entries for connections turned away, coalesced so that nobody can fill the disk by being refused:
// per address and reason the first at once, then one counted summary a minute.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Identity } from '#base/ids.ts';
import type { Store } from '#store/store-types.ts';
import { createPacedTelling } from './paced-telling.ts';

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

interface Counted extends Refusal {
  readonly count: number;
}

export function createRefusalJournal(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): RefusalJournal {
  const { store, clock, log } = parts;
  const windows = createPacedTelling<string, Counted>({ clock, everyMs: windowMs, tell });

  function tell(_key: string, { count, ...refusal }: Counted): void {
    const { address, reason, identity } = refusal;
    store
      .changeSoon((write) => {
        const detail = { address, reason, count };
        write.journal.append({ kind: 'connection-refused', actor: 'hub', ...identity, detail });
      })
      .catch((error: unknown) => log.warn({ err: error, refusal }, 'a refused connection could not be journaled'));
  }

  return {
    note(refusal) {
      log.debug({ ...refusal }, 'connection refused');
      const { address, reason } = refusal;
      const isKnown = windows.has(`${address} ${reason}`);
      const noted = isKnown || windows.size() < windowLimit ? refusal : { address: crowdAddress, reason };
      windows.note(`${noted.address} ${reason}`, (untold) =>
        // Of several, each may have claimed to be somebody else.
        untold === undefined ? { ...noted, count: 1 } : { address: noted.address, reason, count: untold.count + 1 },
      );
    },
    stop: () => windows.stop(),
  };
}
