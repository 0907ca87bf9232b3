// Indexes for looking things up in the journal: by kind and by deployment. By kind without those that devices cause by themselves: they
// are most of the rows, so that who looks for them finds them anyway, and their index would cost at every report. By time there is
// none for the same reason: journal-search.ts looks at the first and the last row of each stretch.
import type { Migration } from './migration.ts';

/** As the index has it: a query finds it only with the very same words. */
export const isRareKind = `kind NOT IN ('reported-changed', 'device-connected', 'device-disconnected')`;

export const m015JournalSearch: Migration = {
  version: 15,
  name: 'journal search',
  apply: (db) =>
    void db.exec(`
      CREATE INDEX journal_by_kind ON journal (kind, seq) WHERE ${isRareKind};
      CREATE INDEX journal_by_deployment ON journal (deployment_id, seq) WHERE deployment_id IS NOT NULL;`),
};
