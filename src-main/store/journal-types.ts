// What the store reads of the journal; it is looked through by more than device and number in journal-search.ts.
import type { DeviceId } from '#base/ids.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';

export interface JournalReaders {
  /** Ascending by number. */
  list(page: { readonly after?: number | undefined; readonly limit: number }): readonly JournalEntry[];
  /** Newest first, of one device, optionally of some kinds and with numbers above `afterSeq` alone. */
  ofDevice(
    deviceId: DeviceId,
    limit: number,
    kinds?: readonly JournalKind[],
    afterSeq?: number,
  ): readonly JournalEntry[];
  /**
   * A page of the same, with numbers below `before`. It looks through a part of the journal at a time, so that a device of which
   * little is told keeps nobody waiting: it may be short or empty, and `next` is where to go on; null at the beginning.
   */
  pageOfDevice(
    deviceId: DeviceId,
    page: {
      readonly before: number | null;
      readonly limit: number;
      readonly kinds: readonly JournalKind[] | undefined;
    },
  ): { readonly entries: readonly JournalEntry[]; readonly next: number | null };
  lastSeq(): number;
  /** Recomputes the chain, in turns: the first row that is missing or does not fit; null: none, or `signal` ended it. */
  findBrokenSeq(signal?: AbortSignal): Promise<number | null>;
}
