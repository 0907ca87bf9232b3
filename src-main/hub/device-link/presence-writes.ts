// Writes of presence: the first at once, and what follows it within the gathering time together. Where the disk refuses the
// coming or going of an identity, that is remembered, so that how it stands can be written later.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';

type Work = (write: StoreWriters) => void;

export interface PresenceWrites {
  write(work: Work): void;
  /** The same for the coming or going of one identity. */
  writeOf(identity: Identity, work: Work): void;
  /** Whose last coming or going is not on disk. */
  refused(): readonly Identity[];
  /** Writes what is gathered, and ends. */
  flush(): void;
}

const gatherMs = 50;

export function createPresenceWrites(parts: {
  readonly store: Pick<Store, 'changeSoon'>;
  readonly clock: Clock;
  readonly log: Logger;
}): PresenceWrites {
  const { store, clock, log } = parts;
  const refused = new Map<string, Identity>();
  const gathered: { readonly work: Work; readonly identity: Identity | null }[] = [];
  let cancelGathering: (() => void) | undefined;

  function gather(work: Work, identity: Identity | null): void {
    gathered.push({ work, identity });
    if (cancelGathering === undefined) writeGathered();
  }

  function writeGathered(): void {
    cancelGathering = gathered.length === 0 ? undefined : clock.after(gatherMs, writeGathered);
    const works = gathered.splice(0);
    let isTold = false;
    for (const { work, identity } of works) {
      // The link goes on when the disk is full: presence is then behind for a while.
      store.changeSoon(work).catch((error: unknown) => {
        if (!isTold) log.warn({ err: error, changes: works.length }, 'presence could not be written');
        isTold = true;
        if (identity !== null) refused.set(identityKey(identity), identity);
      });
    }
  }

  return {
    write: (work) => gather(work, null),
    writeOf(identity, work) {
      // What is written now is newer.
      refused.delete(identityKey(identity));
      gather(work, identity);
    },
    refused: () => [...refused.values()],
    flush() {
      cancelGathering?.();
      writeGathered();
      cancelGathering?.();
    },
  };
}
