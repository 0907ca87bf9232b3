// Where automatic configurations did nothing, a revision refers to no record: on most sites that is every one, and each stood in
// an index for it, which a new revision of a fleet wrote all over.
import { hash } from 'node:crypto';
import type { Migration } from './migration.ts';

/** The record of revisions that were written before any was kept: nobody knows. It was NULL, which now says that there was nothing. */
const unknownRecord = 'null';

export const m014EmptyRecords: Migration = {
  version: 14,
  name: 'empty records',
  apply(db) {
    const unknown = hash('sha256', unknownRecord, 'buffer');
    db.prepare(
      `INSERT INTO automatic_records SELECT ?, ? WHERE EXISTS (SELECT 1 FROM revisions WHERE automatic_digest IS NULL)`,
    ).run(unknown, unknownRecord);
    db.prepare('UPDATE revisions SET automatic_digest = ? WHERE automatic_digest IS NULL').run(unknown);
    db.exec(`
      UPDATE revisions SET automatic_digest = NULL
        WHERE automatic_digest IN (SELECT digest FROM automatic_records WHERE record = '{}');
      DELETE FROM automatic_records WHERE record = '{}';`);
  },
};
