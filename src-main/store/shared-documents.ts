// Desired values that a fleet has in common, kept once under their digest. INVARIANT: a section never refers to a document that is
// not there. What a transaction wrote and was undone is forgotten with it, and nothing goes but where no section has it.
import { hash } from 'node:crypto';
import type { JsonObject } from '#base/json.ts';
import type { Connection } from './connection.ts';
import { createSharedWriter } from './json-column.ts';

/** A section's values as its row has them: one of the two is null. */
export type SectionColumns = readonly [digest: Buffer | null, desired: string | null];

export interface SharedDocuments {
  /** Of frozen values, as whoever gives a fleet the same freezes them, the document; of any others the text. */
  columnsOf(values: JsonObject): SectionColumns;
  /** To be told when a transaction or a part of one is undone: its documents are gone. */
  forget(): void;
}

/** A shorter text costs less than what would refer to it. */
const shortestShared = 128;

export function createSharedDocuments(db: Connection): SharedDocuments {
  const keep = db.prepare<[Buffer, string]>('INSERT INTO desired_documents VALUES (?, ?) ON CONFLICT DO NOTHING');
  const toText = createSharedWriter();
  let kept = new WeakMap<JsonObject, SectionColumns>();
  return {
    columnsOf(values) {
      const found = kept.get(values);
      if (found !== undefined) return found;
      const text = toText(values);
      if (!Object.isFrozen(values) || text.length < shortestShared) return [null, text];
      const digest = hash('sha256', text, 'buffer');
      keep.run(digest, text);
      const columns = [digest, null] as const;
      kept.set(values, columns);
      return columns;
    },
    forget() {
      kept = new WeakMap();
    },
  };
}

/** So many that nobody has any more are not worth a look at every section. */
const fewDocuments = 256;

/** For the start, while nobody writes. */
export function dropUnusedDocuments(db: Connection): void {
  const count = db.prepare<[], number>('SELECT count(*) FROM desired_documents').pluck().get() ?? 0;
  if (count <= fewDocuments) return;
  db.exec(`DELETE FROM desired_documents
    WHERE digest NOT IN (SELECT digest FROM desired_sections WHERE digest IS NOT NULL)`);
}

/** The text of a section's values, where `sections` stands on its row. */
export const desiredSql = `coalesce(sections.desired,
  (SELECT documents.desired FROM desired_documents AS documents WHERE documents.digest = sections.digest))`;
