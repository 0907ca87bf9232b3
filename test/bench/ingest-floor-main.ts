// The floor of `ingest`: what the hub wrote for a run of reports, written again by bare better-sqlite3 into the same schema:
// same two statements, same bytes, same batches. All of it is computed before the clock runs. The hub writes a journal row per
// report and, once per commit, each twin that was reported; whether that is all it wrote is looked up in its database.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { newTwin, patchSection } from '#domain/values/twin-change.ts';
import { answerWith } from './bench-process.ts';

export interface IngestFloorOrder {
  /** The data folder of the hub that took the reports. */
  readonly hubDir: string;
  /** A data folder seeded the same way, that no hub ran on. */
  readonly freshDir: string;
  /** Whether a twin is written once per batch, as the hub does it, or once per report. */
  readonly isFolded: boolean;
}

export interface IngestFloorAnswer {
  readonly elapsedMs: number;
  readonly processorMs: number;
  readonly reports: number;
  readonly batches: number;
}

interface JournalRow {
  readonly seq: number;
  readonly at_ms: number;
  readonly device_id: string;
  readonly detail: string;
  readonly hash: Buffer;
}

type TwinUpdate = readonly [string, string, number, string];

/** The parameters of the two statements. */
interface Report {
  readonly update: TwinUpdate;
  readonly insert: readonly [number, number, string, string, Buffer];
}

/** One commit. */
interface Batch {
  readonly reports: readonly Report[];
  readonly updates: readonly TwinUpdate[];
}

answerWith(({ hubDir, freshDir, isFolded }: IngestFloorOrder): IngestFloorAnswer => {
  const fresh = new Database(join(freshDir, 'hub.db'));
  fresh.pragma('journal_mode = WAL');
  fresh.pragma('synchronous = FULL');
  // As the hub has it: checkpoints are the same work on both sides.
  fresh.pragma('wal_autocheckpoint = 8000');
  const lastSeq = Number(fresh.prepare('SELECT max(seq) FROM journal').pluck().get());
  const batches = readBatches(hubDir, lastSeq).map((reports) => toBatch(reports, isFolded));
  const update = fresh.prepare(
    "UPDATE twins SET reported = ?, reported_metadata = ?, reported_version = ? WHERE device_id = ? AND module_id = ''",
  );
  const insert = fresh.prepare("INSERT INTO journal VALUES (?, ?, 'reported-changed', 'device', ?, NULL, NULL, ?, ?)");
  const begin = fresh.prepare('BEGIN IMMEDIATE');
  const commit = fresh.prepare('COMMIT');
  const used = process.cpuUsage();
  const startedAtMs = performance.now();
  for (const batch of batches) {
    begin.run();
    for (const report of batch.reports) insert.run(...report.insert);
    for (const values of batch.updates) update.run(...values);
    commit.run();
  }
  const elapsedMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(used);
  assertSameTwins(fresh, hubDir);
  fresh.close();
  return {
    elapsedMs,
    processorMs: (user + system) / 1000,
    reports: batches.reduce((sum, batch) => sum + batch.reports.length, 0),
    batches: batches.length,
  };
});

function toBatch(reports: readonly Report[], isFolded: boolean): Batch {
  const updates = reports.map(({ update }) => update);
  const lastOfEach = new Map(updates.map((values) => [values[3], values]));
  return { reports, updates: isFolded ? [...lastOfEach.values()] : updates };
}

/** A floor that writes less than the hub, or something else, is none. Stamps may differ by the millisecond between two looks at the clock. */
function assertSameTwins(fresh: Database.Database, hubDir: string): void {
  const hub = new Database(join(hubDir, 'hub.db'), { readonly: true });
  const [ours, floor] = [hub, fresh].map((db) =>
    JSON.stringify(
      db.prepare('SELECT device_id, reported, length(reported_metadata), reported_version FROM twins ORDER BY 1').all(),
    ),
  );
  hub.close();
  if (ours !== floor) throw new Error('the floor left other twins than the hub');
}

/** The reports of the hub's journal, cut where the hub committed. */
function readBatches(hubDir: string, lastSeq: number): readonly (readonly Report[])[] {
  const commits = JSON.parse(readFileSync(join(hubDir, 'commits.json'), 'utf8')) as readonly number[];
  const db = new Database(join(hubDir, 'hub.db'), { readonly: true });
  const rows = db
    .prepare<[], JournalRow>(
      "SELECT seq, at_ms, device_id, detail, hash FROM journal WHERE kind = 'reported-changed' ORDER BY seq",
    )
    .all();
  db.close();
  const toReport = reportMaker(lastSeq);
  const batches: Report[][] = [];
  let commit = 0;
  let batchEnd = -1;
  for (const row of rows) {
    while ((commits[commit] ?? Infinity) < row.seq) commit += 1;
    const end = commits[commit] ?? Infinity;
    if (end !== batchEnd) batches.push([]);
    batchEnd = end;
    batches.at(-1)?.push(toReport(row));
  }
  return batches;
}

/** Patches each device's section as the hub does, so that the columns have the same bytes. */
function reportMaker(lastSeq: number): (row: JournalRow) => Report {
  const sections = new Map<string, ReturnType<typeof newTwin>['reported']>();
  let seq = lastSeq;
  return ({ at_ms: atMs, device_id: deviceId, detail, hash }) => {
    const { patch } = JSON.parse(detail) as { readonly patch: JsonObject };
    const nowIso = new Date(atMs).toISOString();
    const before =
      sections.get(deviceId) ?? newTwin({ deviceId: deviceId as DeviceId, moduleId: null }, nowIso).reported;
    const after = patchSection(before, patch, { nowIso, section: 'reported' });
    if (!after.ok) throw new Error(`a report of ${deviceId} is not valid`);
    sections.set(deviceId, after.value);
    seq += 1;
    const { value, metadata, version } = after.value;
    return {
      update: [JSON.stringify(value), JSON.stringify(metadata), version, deviceId],
      insert: [seq, atMs, deviceId, detail, hash],
    };
  };
}
