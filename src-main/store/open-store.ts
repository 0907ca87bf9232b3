// Opens the store: every reason not to is found before anything is written, then the parts are put together.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { broken, refused } from '#base/errors.ts';
import { readAttemptLogs, writeAttemptLogs } from './attempt-logs.ts';
import { readAgentStandings } from './agent-standings.ts';
import { copyDatabase } from './backup-copy.ts';
import { backUp } from './backup.ts';
import { createCheckpoints } from './checkpoints.ts';
import { readCloudMessages, writeCloudMessages } from './cloud-messages.ts';
import { createBodyMeter } from './body-meter.ts';
import { createCommitQueue } from './commit-queue.ts';
import { readConfigurationWrites, writeConfigurationWrites } from './configuration-writes.ts';
import { connect, type Connection } from './connection.ts';
import {
  assertOwnFile,
  dataFiles,
  keepPrivate,
  prepareDirectory,
  syncDirectory,
  type DataFiles,
} from './data-directory.ts';
import { assertOurs, readHeader } from './database-header.ts';
import { readDeployments, writeDeployments } from './deployments.ts';
import { readDeviceLikenesses } from './device-likenesses.ts';
import { readDeviceSights } from './device-sights.ts';
import { readDevices, writeDevices } from './devices.ts';
import { putForeignLogAside } from './foreign-log.ts';
import { readGroups, writeGroups } from './groups.ts';
import { lockData } from './hub-lock.ts';
import { keepDamagedLog, tellLoss } from './log-loss.ts';
import { readImages } from './images.ts';
import { writeImages } from './image-writes.ts';
import { isHeadSound } from './journal-chain.ts';
import { readJournalSearch } from './journal-search.ts';
import { readJournal, writeJournal, type JournalWriter } from './journal.ts';
import { assertMigratable, migrate, newestVersion } from './migrations.ts';
import { readModuleMessages, writeModuleMessages } from './module-messages.ts';
import { readModules, writeModules } from './modules.ts';
import { disconnectAll, writePresence } from './presence.ts';
import { readSessionSubscriptions, writeSessionSubscriptions } from './session-subscriptions.ts';
import { createReportedFold } from './reported-fold.ts';
import { readQueries } from './queries.ts';
import { runQuickCheck } from './quick-check.ts';
import { readRevisions, writeRevisions } from './revisions.ts';
import { readRollouts, writeRollouts } from './rollouts.ts';
import { readSettings, writeSettings } from './settings.ts';
import { createSharedDocuments, dropUnusedDocuments, type SharedDocuments } from './shared-documents.ts';
import { createSnapshots } from './snapshot.ts';
import { asStoreError } from './sqlite-errors.ts';
import type { Store, StoreReaders, StoreWriters } from './store-types.ts';
import { readTagValues } from './tag-values.ts';
import { readTelemetry, writeTelemetry } from './telemetry.ts';
import { readTwins, writeTwins } from './twins.ts';
import { readUnfinishedWork, writeUnfinishedWork } from './unfinished-work.ts';

interface StoreNeeds {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The store in the folder `dir`, made when missing.
 * @throws refused `store.unwritable`, `store.locked`, `store.newer`, `store.corrupt`; unready `store.full`
 */
export function openStore({ dir, clock, log }: StoreNeeds & { readonly dir: string }): Store {
  const files = dataFiles(dir);
  const found = readHeader(files.database);
  if (found !== null) assertOurs(found, files.database, newestVersion());
  prepareDirectory(dir);
  assertOwnFile(files.database);
  const unlock = lockData(files);
  try {
    keepPrivate(files.database);
    putForeignLogAside(files, found, { clock, log });
    const damage = keepDamagedLog(files, { clock, log });
    const db = openDatabase(files, { clock, log });
    const store = storeOn(db, { clock, log, onClosed: unlock });
    if (damage !== null) tellLoss(store, damage);
    return store;
  } catch (error) {
    // The lock goes back; the file's trouble is put into words, the rest goes on as it came.
    unlock();
    throw asStoreError(error, files.database);
  }
}

/** A store that lives as long as the process: for tests. */
export function openMemoryStore({ clock, log }: StoreNeeds): Store {
  const db = connect({ path: ':memory:', inspect: assertMigratable });
  migrate(db, { backUp: () => undefined });
  return storeOn(db, { clock, log, onClosed: () => undefined });
}

function openDatabase(files: DataFiles, { clock, log }: StoreNeeds): Connection {
  const db = connect({ path: files.database, inspect: assertMigratable });
  try {
    const { from, to } = migrate(db, {
      backUp(fromVersion) {
        const path = backUp(db, { dir: files.backups, label: `v${fromVersion}-${clock.nowMs()}` });
        log.info({ path, fromVersion }, 'backed up the database before migrating it');
      },
    });
    if (from !== to) log.info({ from, to }, 'migrated the database');
    if (from === 0) syncDirectory(files.dir);
    if (!isHeadSound(db)) {
      const message =
        `The newest journal row of ${files.database} does not fit the one before it, so the file was changed by other means: ` +
        'put back the newest copy from its backups folder.';
      throw refused('store.corrupt', message, { subject: files.database });
    }
    dropUnusedDocuments(db);
    disconnectAll(db, clock.nowMs());
    return db;
  } catch (error) {
    // Only to give the file back; the error goes on.
    db.close();
    throw error;
  }
}

function readersOf(db: Connection): StoreReaders {
  return {
    devices: readDevices(db),
    modules: readModules(db),
    twins: readTwins(db),
    tagValues: readTagValues(db),
    deployments: readDeployments(db),
    configurationWrites: readConfigurationWrites(db),
    revisions: readRevisions(db),
    deviceLikenesses: readDeviceLikenesses(db),
    agentStandings: readAgentStandings(db),
    deviceSights: readDeviceSights(db),
    cloudMessages: readCloudMessages(db),
    moduleMessages: readModuleMessages(db),
    telemetry: readTelemetry(db),
    sessionSubscriptions: readSessionSubscriptions(db),
    journal: readJournal(db),
    journalSearch: readJournalSearch(db),
    queries: readQueries(db),
    unfinishedWork: readUnfinishedWork(db),
    groups: readGroups(db),
    rollouts: readRollouts(db),
    attemptLogs: readAttemptLogs(db),
    images: readImages(db),
    settings: readSettings(db),
  };
}

function writersOf(db: Connection, journal: JournalWriter, documents: SharedDocuments): StoreWriters {
  return {
    devices: { ...writeDevices(db), setPresence: writePresence(db) },
    modules: writeModules(db),
    twins: writeTwins(db, documents),
    deployments: writeDeployments(db),
    configurationWrites: writeConfigurationWrites(db),
    unfinishedWork: writeUnfinishedWork(db),
    revisions: writeRevisions(db),
    cloudMessages: writeCloudMessages(db),
    moduleMessages: writeModuleMessages(db),
    telemetry: writeTelemetry(db),
    sessionSubscriptions: writeSessionSubscriptions(db),
    journal: { append: journal.append, appendAlike: journal.appendAlike },
    groups: writeGroups(db),
    rollouts: writeRollouts(db),
    attemptLogs: writeAttemptLogs(db),
    images: writeImages(db),
    settings: writeSettings(db),
  };
}

function storeOn(db: Connection, { clock, log, onClosed }: StoreNeeds & { readonly onClosed: () => void }): Store {
  const journal = writeJournal(db, clock);
  const read = readersOf(db);
  const bodies = createBodyMeter();
  const documents = createSharedDocuments(db);
  const writers = bodies.weigh(writersOf(db, journal, documents));
  const reports = createReportedFold(read.twins, writers.twins);
  const queue = createCommitQueue({ db, writers, journal, reports, documents, bodies, clock, log });
  const checkpoints = createCheckpoints({ db, clock, log });
  queue.onCommitted(() => checkpoints.committed());
  const snapshots = createSnapshots(db, readersOf);
  const closing = new AbortController();
  return {
    read,
    change: queue.change,
    changeSoon: queue.changeSoon,
    reportSoon: queue.reportSoon,
    onCommitted: queue.onCommitted,
    snapshot: () => snapshots.open(),
    copyTo(target) {
      if (db.memory) throw broken('A store in memory was to be copied to a disk.');
      return copyDatabase({ ...target, database: db.name, signal: AbortSignal.any([target.signal, closing.signal]) });
    },
    checkIntegrity: () => (db.memory ? Promise.resolve('ok') : runQuickCheck(db.name, closing.signal)),
    close() {
      if (!db.open) return;
      if (db.inTransaction) throw broken('The store was closed inside a change.');
      queue.flush();
      closing.abort();
      checkpoints.stop();
      snapshots.close();
      db.close();
      onClosed();
    },
  };
}
