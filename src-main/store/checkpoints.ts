// Brings what the write-ahead log holds into the database while nobody writes: a checkpoint syncs the database too, and the
// change that triggered it would wait for that. SQLite's own (connection.ts) stays as the bound, for when nobody ever rests.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Connection } from './connection.ts';

/** Nothing was written for so long: whoever makes one change after another is not in the middle of them. */
const restMs = 200;
/** Fewer pages are not worth a sync. */
const worthPages = 1000;

export interface Checkpoints {
  /** To be told of commits; one it is not told of is brought in with the next. */
  committed(): void;
  stop(): void;
}

export function createCheckpoints({
  db,
  clock,
  log,
}: {
  readonly db: Connection;
  readonly clock: Clock;
  readonly log: Logger;
}): Checkpoints {
  let cancel: (() => void) | null = null;
  let isResting = true;

  function plan(): void {
    isResting = true;
    cancel = clock.after(restMs, look);
  }

  function look(): void {
    cancel = null;
    if (isResting) bringIn();
    else plan();
  }

  function bringIn(): void {
    try {
      if (waitingPages(db) >= worthPages) db.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      // The log keeps what it has; a disk that is full or failing is told to whoever writes next.
      log.warn({ err: error }, 'the log could not be brought into the database');
    }
  }

  return {
    committed() {
      isResting = false;
      // One timer for many commits: it looks again when it finds that some came after it was set.
      if (cancel === null && !db.memory) plan();
    },
    stop: () => cancel?.(),
  };
}

/** Of the log, those that are not in the database yet. */
function waitingPages(db: Connection): number {
  const [state] = db.pragma('wal_checkpoint(NOOP)') as readonly {
    readonly log: number;
    readonly checkpointed: number;
  }[];
  return state === undefined ? 0 : state.log - state.checkpointed;
}
