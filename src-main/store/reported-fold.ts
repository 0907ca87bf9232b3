// What devices report within one commit. Every report has its own version and its own journal row; of a twin that several of
// them touch, only the last state is written, once, before anything else could look at its row.
import { identityKey, type Identity } from '#base/ids.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import type { ReportWriters, StoreReaders, StoreWriters } from './store-types.ts';

/*
 * INVARIANTS: a section waits here only between two reports that follow one another in one transaction. It is written out
 * before a change of another kind runs and before COMMIT or RELEASE, and dropped when the transaction or part is undone.
 */
export interface ReportedFold {
  readonly reported: ReportWriters['reported'];
  readonly updateReported: ReportWriters['updateReported'];
  writeOut(): void;
  drop(): void;
}

interface Waiting {
  readonly identity: Identity;
  readonly section: TwinSection;
}

export function createReportedFold(
  read: Pick<StoreReaders['twins'], 'reported'>,
  write: Pick<StoreWriters['twins'], 'updateReported'>,
): ReportedFold {
  const waiting = new Map<string, Waiting>();
  return {
    reported: (identity) => waiting.get(identityKey(identity))?.section ?? read.reported(identity),
    updateReported(identity, section) {
      waiting.set(identityKey(identity), { identity, section });
    },
    writeOut() {
      if (waiting.size === 0) return;
      for (const { identity, section } of waiting.values()) write.updateReported(identity, section);
      waiting.clear();
    },
    drop: () => waiting.clear(),
  };
}
