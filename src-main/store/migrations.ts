// Brings a database to the newest schema: each step in a transaction of its own together with its number,
// so that a power cut leaves the version before or the version after, never between.
import { broken, refused } from '#base/errors.ts';
import type { Connection } from './connection.ts';
import { applicationId, assertOurs } from './database-header.ts';
import { m001Foundation } from './m001-foundation.ts';

export interface Migration {
  /** 1, 2, 3 …: becomes `user_version`. */
  readonly version: number;
  readonly name: string;
  apply(db: Connection): void;
}

export const migrations: readonly Migration[] = [m001Foundation];

export function newestVersion(steps: readonly Migration[] = migrations): number {
  return steps.at(-1)?.version ?? 0;
}

interface MigrateOptions {
  readonly steps?: readonly Migration[];
  /** Called once before the first step, with the version found, when there is something to lose. */
  readonly backUp: (fromVersion: number) => void;
}

/** Returns the versions it went from and to. @throws refused `store.newer` or `store.corrupt` before writing anything */
export function migrate(
  db: Connection,
  { steps = migrations, backUp }: MigrateOptions,
): { readonly from: number; readonly to: number } {
  assertNumbered(steps);
  const from = Number(db.pragma('user_version', { simple: true }));
  const owner = Number(db.pragma('application_id', { simple: true }));
  const newest = newestVersion(steps);
  // Once more after the look at the file itself: a version written just before a power cut may sit in the WAL alone.
  assertOurs({ applicationId: owner, version: from }, db.name, newest);
  if (owner === 0 && !isEmpty(db)) {
    const message = `${db.name} belongs to another program: move it away, or choose another folder with --data-dir.`;
    throw refused('store.corrupt', message, { subject: db.name });
  }
  const waiting = steps.filter((step) => step.version > from);
  if (waiting.length > 0 && from > 0) backUp(from);
  for (const step of waiting) applyStep(db, step);
  // From here on the file itself tells its version, to a hub that looks before it opens.
  if (waiting.length > 0 && !db.memory) db.pragma('wal_checkpoint(TRUNCATE)');
  return { from, to: newest };
}

function applyStep(db: Connection, step: Migration): void {
  const run = db.transaction(() => {
    step.apply(db);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${step.version}`);
  });
  run.immediate();
}

function isEmpty(db: Connection): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function assertNumbered(steps: readonly Migration[]): void {
  const wrong = steps.find((step, index) => step.version !== index + 1);
  if (wrong !== undefined) throw broken(`Migration '${wrong.name}' has number ${wrong.version} out of order.`);
}
