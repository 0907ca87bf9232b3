// What a fleet has in common in the journal, once: a new revision told each device's row the whole change, a thousand times the same.
import type { Migration } from './migration.ts';

// A row of the journal has its detail as a JSON object, or as a JSON string, which is the reference of one that is here. Rows that are
// there already keep theirs. Append-only as the journal is, for its rows stay.
export const m018JournalDetails: Migration = {
  version: 18,
  name: 'journal details',
  apply: (db) =>
    void db.exec(`
      CREATE TABLE journal_details (
        reference TEXT NOT NULL PRIMARY KEY CHECK (length(reference) = 66),
        detail TEXT NOT NULL CHECK (json_valid(detail))
      ) STRICT;
      CREATE TRIGGER journal_details_never_updated BEFORE UPDATE ON journal_details
        BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
      CREATE TRIGGER journal_details_never_deleted BEFORE DELETE ON journal_details
        BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;`),
};
