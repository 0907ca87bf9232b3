// Brings a database to the newest schema: each step in a transaction of its own together with its number,
// so that a power cut leaves the version before or the version after, never between.
import { broken, refused } from '#base/errors.ts';
import type { Connection } from './connection.ts';
import { applicationId, assertOurs } from './database-header.ts';
import { m001Foundation } from './m001-foundation.ts';
import { m002SessionSubscriptions } from './m002-session-subscriptions.ts';
import { m003TelemetryBytes } from './m003-telemetry-bytes.ts';
import { m004AutomaticConfigurations } from './m004-automatic-configurations.ts';
import { m005TagValues } from './m005-tag-values.ts';
import { m006ModuleMessages } from './m006-module-messages.ts';
import { m007AutomaticRecords } from './m007-automatic-records.ts';
import { m008UnfinishedWork } from './m008-unfinished-work.ts';
import { m009Rollouts } from './m009-rollouts.ts';
import { m010RolloutCourse } from './m010-rollout-course.ts';
import { m011Images } from './m011-images.ts';
import { m012StatusIndex } from './m012-status-index.ts';
import { m013ImageOrigins } from './m013-image-origins.ts';
import { m014EmptyRecords } from './m014-empty-records.ts';
import { m015JournalSearch } from './m015-journal-search.ts';
import { m016DesiredSections } from './m016-desired-sections.ts';
import { m017RevisionsByNumber } from './m017-revisions-by-number.ts';
import { m018JournalDetails } from './m018-journal-details.ts';
import { m019GoneDevices } from './m019-gone-devices.ts';
import { m020StepTold } from './m020-step-told.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  m001Foundation,
  m002SessionSubscriptions,
  m003TelemetryBytes,
  m004AutomaticConfigurations,
  m005TagValues,
  m006ModuleMessages,
  m007AutomaticRecords,
  m008UnfinishedWork,
  m009Rollouts,
  m010RolloutCourse,
  m011Images,
  m012StatusIndex,
  m013ImageOrigins,
  m014EmptyRecords,
  m015JournalSearch,
  m016DesiredSections,
  m017RevisionsByNumber,
  m018JournalDetails,
  m019GoneDevices,
  m020StepTold,
];

export function newestVersion(steps: readonly Migration[] = migrations): number {
  return steps.at(-1)?.version ?? 0;
}

/**
 * Whether this program may bring `db` up to date. Asked again after the look at the file itself (database-header.ts): what was
 * written just before a power cut may sit in the WAL alone.
 * @throws refused `store.newer`, or `store.corrupt` when another program made it
 */
export function assertMigratable(db: Connection, steps: readonly Migration[] = migrations): void {
  const owner = Number(db.pragma('application_id', { simple: true }));
  assertOurs({ applicationId: owner, version: versionOf(db) }, db.name, newestVersion(steps));
  if (owner !== 0 || db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined) return;
  const message = `${db.name} belongs to another program: move it away, or choose another folder with --data-dir.`;
  throw refused('store.corrupt', message, { subject: db.name });
}

interface MigrateOptions {
  readonly steps?: readonly Migration[];
  /** Called once before the first step, with the version found, when there is something to lose. */
  readonly backUp: (fromVersion: number) => void;
}

/** Returns the versions it went from and to. */
export function migrate(
  db: Connection,
  { steps = migrations, backUp }: MigrateOptions,
): { readonly from: number; readonly to: number } {
  assertNumbered(steps);
  const from = versionOf(db);
  const waiting = steps.filter((step) => step.version > from);
  if (waiting.length > 0 && from > 0) backUp(from);
  for (const step of waiting) applyStep(db, step);
  // From here on the file itself tells its version, to a hub that looks before it opens.
  if (waiting.length > 0 && !db.memory) db.pragma('wal_checkpoint(TRUNCATE)');
  return { from, to: versionOf(db) };
}

function versionOf(db: Connection): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function applyStep(db: Connection, step: Migration): void {
  const run = db.transaction(() => {
    step.apply(db);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${step.version}`);
  });
  run.immediate();
}

function assertNumbered(steps: readonly Migration[]): void {
  const wrong = steps.find((step, index) => step.version !== index + 1);
  if (wrong !== undefined) throw broken(`Migration '${wrong.name}' has number ${wrong.version} out of order.`);
}
