// Logs of attempts as rows: those of a device's newest ten attempts, as many as the device itself keeps. Older ones go in the
// transaction that brings a newer one, so that the database does not grow with the years.
import type { DeviceId } from '#base/ids.ts';
import type { AttemptLog, AttemptLogHead, AttemptLogReaders, AttemptLogWriters } from './attempt-log-types.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import { toAttempt, type AttemptRow } from './rollout-attempts.ts';

/** Of each device. */
const keptLogs = 10;
/** Looked through for what is missing, over all devices: older ones are found when their device wakes. */
const newestAttempts = 1000;

interface HeadRow {
  readonly total_bytes: number;
  readonly is_whole: number;
  readonly module: string | null;
  readonly code: string | null;
  readonly fetched_at_ms: number;
  readonly slice: string;
}

function toHead(row: HeadRow): AttemptLogHead {
  return {
    totalBytes: row.total_bytes,
    isWhole: row.is_whole === 1,
    module: row.module,
    code: row.code,
    slice: fromColumn(row.slice) as readonly string[],
    fetchedAtMs: row.fetched_at_ms,
  };
}

const isWithoutLog = `ended_at_ms IS NOT NULL AND sent_version IS NOT NULL AND is_needless = 0
  AND NOT EXISTS (SELECT 1 FROM attempt_logs WHERE attempt_id = id)`;

export const missingLogsSql = `
  SELECT newest.*, deployment_id FROM (
    SELECT * FROM rollout_attempts WHERE device_id = +? ORDER BY id DESC LIMIT ${keptLogs}
  ) AS newest CROSS JOIN rollouts ON rollouts.number = rollout_number
  WHERE ${isWithoutLog}`;
export const devicesWithoutLogsSql = `
  SELECT device_id FROM (SELECT * FROM rollout_attempts ORDER BY id DESC LIMIT ${newestAttempts}) WHERE ${isWithoutLog}`;
export const keptLogsSql = `
  SELECT attempt FROM rollout_attempts CROSS JOIN attempt_logs ON attempt_id = id
  WHERE rollout_number = +? AND device_id = +? AND text IS NOT NULL`;
export const surplusLogsSql = `
  SELECT id FROM rollout_attempts CROSS JOIN attempt_logs ON attempt_id = id
  WHERE device_id = +? ORDER BY id DESC LIMIT -1 OFFSET ${keptLogs}`;

const headColumns = 'total_bytes, is_whole, module, code, fetched_at_ms, slice';

export function readAttemptLogs(db: Connection): AttemptLogReaders {
  const get = db.prepare<[number], HeadRow & { readonly text: string | null }>(
    `SELECT ${headColumns}, text FROM attempt_logs WHERE attempt_id = ?`,
  );
  const head = db.prepare<[number], HeadRow>(`SELECT ${headColumns} FROM attempt_logs WHERE attempt_id = ?`);
  const missing = db.prepare<[string], AttemptRow>(missingLogsSql);
  const devices = db.prepare<[], DeviceId>(devicesWithoutLogsSql).pluck();
  const kept = db.prepare<[number, string], number>(keptLogsSql).pluck();
  return {
    get(attemptId) {
      const row = get.get(attemptId);
      return row === undefined ? undefined : { ...toHead(row), text: row.text };
    },
    head(attemptId) {
      const row = head.get(attemptId);
      return row === undefined ? undefined : toHead(row);
    },
    missingOf: (deviceId) => missing.all(deviceId).map(toAttempt),
    devicesWithout: () => [...new Set(devices.all())],
    keptOf: (number, deviceId) => new Set(kept.all(number, deviceId)),
  };
}

export function writeAttemptLogs(db: Connection): AttemptLogWriters {
  const put = db.prepare(`
    INSERT OR REPLACE INTO attempt_logs (attempt_id, text, total_bytes, is_whole, module, code, fetched_at_ms, slice)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  const forget = db.prepare(`DELETE FROM attempt_logs WHERE attempt_id IN (${surplusLogsSql})`);
  return {
    put({ id, deviceId }, log: AttemptLog) {
      const { text, totalBytes, isWhole, module, code, fetchedAtMs, slice } = log;
      put.run(id, text, totalBytes, isWhole ? 1 : 0, module, code, fetchedAtMs, toColumn(slice));
      forget.run(deviceId);
    },
  };
}
