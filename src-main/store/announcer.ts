// Tells listeners what was committed, in order, even when one of them makes the next change while it is being told.
import type { Logger } from 'pino';
import type { JournalEntry } from '#domain/records/journal-event.ts';

type Listener = (entries: readonly JournalEntry[]) => void;

export interface Announcer {
  readonly announce: (entries: readonly JournalEntry[]) => void;
  /** Returns how to stop. */
  readonly listen: (listener: Listener) => () => void;
}

export function createAnnouncer(log: Logger): Announcer {
  let listeners: readonly { readonly call: Listener }[] = [];
  const untold: (readonly JournalEntry[])[] = [];
  let isTelling = false;

  function tell(entries: readonly JournalEntry[]): void {
    for (const { call } of listeners) {
      try {
        call(entries);
      } catch (error) {
        // The commit is done and the others must hear of it whatever one listener does.
        log.error({ err: error, firstSeq: entries[0]?.seq }, 'a listener failed on committed journal entries');
      }
    }
  }

  return {
    announce(entries) {
      if (entries.length === 0) return;
      untold.push(entries);
      if (isTelling) return;
      isTelling = true;
      for (let next = untold.shift(); next !== undefined; next = untold.shift()) tell(next);
      isTelling = false;
    },
    listen(call) {
      const listener = { call };
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
  };
}
