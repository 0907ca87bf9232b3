// Details that rows of the journal have in common, kept once: of a fleet that is given the same, each row has the reference alone.
// INVARIANT: a reference says what its detail is, so that the chain, which covers the reference, covers the detail (journal-chain.ts).
import { hash } from 'node:crypto';
import type { JsonObject } from '#base/json.ts';
import type { Connection } from './connection.ts';
import { toColumn } from './json-column.ts';

/** A JSON string of the SHA-256 of the detail's text, in hex. A detail itself is an object, so that the two are never taken for each other. */
export function referenceTo(detail: string): string {
  return `"${hash('sha256', detail, 'hex')}"`;
}

/** With `kept`, what a row refers to, if it does. The length first: what is long is not read from the disk to find that out. */
export const journalSql = `journal LEFT JOIN journal_details AS kept
    ON kept.reference = CASE WHEN octet_length(journal.detail) = 66 THEN journal.detail END`;

/** Of `journalSql`, the text of a row's detail. Where nothing is kept under its reference, the reference: the chain tells of it. */
export const wholeDetailSql = 'coalesce(kept.detail, journal.detail)';

export interface JournalDetails {
  /** What the row has of it: the text, or the reference of a frozen one that another row had before. */
  columnOf(detail: JsonObject): string;
  /** What each of several rows has of it, that are written together. */
  columnOfMany(detail: JsonObject): string;
  /** To be told when a transaction or a part of one is undone: what it kept is gone. */
  forget(): void;
}

/** A shorter text costs less than what would refer to it. */
const shortestShared = 256;

interface Written {
  readonly text: string;
  /** Null: one row has it so far, and nobody may follow. */
  reference: string | null;
}

export function createJournalDetails(db: Connection): JournalDetails {
  const keep = db.prepare<[string, string]>('INSERT INTO journal_details VALUES (?, ?) ON CONFLICT DO NOTHING');
  let known = new WeakMap<JsonObject, Written>();

  function writeOut(detail: JsonObject): Written {
    const written = { text: toColumn(detail), reference: null };
    // What is not frozen may change.
    if (Object.isFrozen(detail)) known.set(detail, written);
    return written;
  }

  function shared(written: Written): string {
    if (written.text.length < shortestShared) return written.text;
    if (written.reference !== null) return written.reference;
    written.reference = referenceTo(written.text);
    keep.run(written.reference, written.text);
    return written.reference;
  }

  return {
    columnOf(detail) {
      const written = known.get(detail);
      return written === undefined ? writeOut(detail).text : shared(written);
    },
    columnOfMany: (detail) => shared(known.get(detail) ?? writeOut(detail)),
    forget() {
      known = new WeakMap();
    },
  };
}
