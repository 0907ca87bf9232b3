// The attempts of rollouts, device by device, and whom deployments with a rollout reach: asked at every evaluation, so each is one
// look into an index.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { Connection } from './connection.ts';
import { toRolloutDevice, type RolloutDeviceRow } from './rollout-device-row.ts';
import type { RolloutAttempt, RolloutReaders, RolloutWriters } from './rollout-types.ts';

export interface AttemptRow {
  readonly id: number;
  readonly device_id: DeviceId;
  readonly rollout_number: number;
  readonly deployment_id: DeploymentId;
  readonly attempt: number;
  readonly purpose: RolloutDevice['purpose'];
  readonly settle_seconds: number;
  readonly hold: RolloutAttempt['hold'];
  readonly switch_within_seconds: number | null;
  readonly sent_version: number | null;
  readonly is_needless: number;
  readonly is_forced: number;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  readonly bytes_done: number;
  readonly bytes_total: number;
}

export function toAttempt(row: AttemptRow): RolloutAttempt {
  return {
    id: row.id,
    rolloutNumber: row.rollout_number,
    deploymentId: row.deployment_id,
    deviceId: row.device_id,
    attempt: row.attempt,
    purpose: row.purpose,
    settleSeconds: row.settle_seconds,
    hold: row.hold,
    switchWithinSeconds: row.switch_within_seconds,
    sentVersion: row.sent_version,
    isForced: row.is_forced === 1,
    isNeedless: row.is_needless === 1,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    verdict: row.verdict,
    reason: row.reason,
    bytes: { done: row.bytes_done, total: row.bytes_total },
  };
}

/** A rollout that was prepared is none yet. */
export const isThereSql = "NOT (is_open = 0 AND status = 'pending')";

export const admittedSql =
  'SELECT rollout_number FROM rollout_devices WHERE device_id = +? AND is_admitted = 1 ORDER BY rollout_number';
export const newestAttemptsSql = `
  SELECT rollout_attempts.*, deployment_id FROM rollout_attempts
    CROSS JOIN rollouts ON rollouts.number = rollout_number
  WHERE device_id = +? ORDER BY id DESC`;

type Readers = Pick<RolloutReaders, 'admittedTo' | 'ofDevice' | 'attempt' | 'attempts'>;

export function readRolloutAttempts(db: Connection): Readers {
  const admitted = db.prepare<[string], number>(admittedSql).pluck();
  const newest = db.prepare<[string], AttemptRow>(newestAttemptsSql);
  const attempts = db.prepare<[number, string], AttemptRow>(`
    SELECT rollout_attempts.*, deployment_id FROM rollout_attempts CROSS JOIN rollouts ON rollouts.number = rollout_number
    WHERE rollout_number = +? AND device_id = +? ORDER BY attempt DESC`);
  const attempt = db.prepare<[number, string, number], AttemptRow>(`
    SELECT rollout_attempts.*, deployment_id FROM rollout_attempts CROSS JOIN rollouts ON rollouts.number = rollout_number
    WHERE rollout_number = +? AND device_id = +? AND attempt = +?`);
  // By rollout, for they are few: an index by device alone would be written with every row of every wave.
  const ofDevice = db.prepare<[string], RolloutDeviceRow & { readonly deployment_id: DeploymentId }>(`
    SELECT rollout_devices.*, deployment_id FROM rollouts
      CROSS JOIN rollout_devices ON rollout_devices.rollout_number = rollouts.number AND device_id = +?
    WHERE ${isThereSql}
    ORDER BY number DESC`);
  return {
    admittedTo(deviceId) {
      let first: RolloutAttempt | undefined;
      let sent: RolloutAttempt | undefined;
      for (const row of newest.iterate(deviceId)) {
        first ??= toAttempt(row);
        if (row.sent_version === null) continue;
        sent = toAttempt(row);
        break;
      }
      return { admitted: new Set(admitted.all(deviceId)), newest: first, sent };
    },
    ofDevice: (deviceId) =>
      ofDevice.all(deviceId).map((row) => {
        return { number: row.rollout_number, deploymentId: row.deployment_id, device: toRolloutDevice(row) };
      }),
    attempt(number, deviceId, wanted) {
      const row = attempt.get(number, deviceId, wanted);
      return row === undefined ? undefined : toAttempt(row);
    },
    attempts: (number, deviceId) => attempts.all(number, deviceId).map(toAttempt),
  };
}

type Writers = Pick<
  RolloutWriters,
  'beginAttempt' | 'noteAttempt' | 'renewTerms' | 'releaseSwitch' | 'noteSent' | 'noteUnsent' | 'noteNeedless'
>;

export function writeRolloutAttempts(db: Connection): Writers {
  const begin = db.prepare(`
    INSERT INTO rollout_attempts (
      device_id, rollout_number, attempt, purpose, settle_seconds, hold, switch_within_seconds, is_needless,
      started_at_ms, bytes_done, bytes_total
    ) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0)`);
  const note = db.prepare(`
    UPDATE rollout_attempts SET ended_at_ms = ?, verdict = ?, reason = ?, bytes_done = ?, bytes_total = ?
    WHERE rollout_number = ? AND device_id = ? AND attempt = ?`);
  const sent = db.prepare<[number, number]>('UPDATE rollout_attempts SET sent_version = ? WHERE id = ?');
  const unsent = db.prepare<[number]>('UPDATE rollout_attempts SET sent_version = NULL WHERE id = ?');
  const needless = db.prepare<[number]>('UPDATE rollout_attempts SET is_needless = 1 WHERE id = ?');
  // Never the same: terms that do not differ are no news to a device. A person's word stands above windows, and none without a limit
  // of time is under one.
  const renew = db.prepare(`
    UPDATE rollout_attempts SET hold = $hold,
      switch_within_seconds = iif(switch_within_seconds = $seconds, max($seconds - 1, 0), $seconds)
    WHERE rollout_number = $number AND device_id = $deviceId AND attempt = $attempt
      AND (hold = 'window' OR (hold = 'none' AND switch_within_seconds IS NOT NULL))`);
  const release = db.prepare<[number, number]>(
    "UPDATE rollout_attempts SET hold = 'none', switch_within_seconds = NULL, is_forced = max(is_forced, ?) WHERE id = ?",
  );
  return {
    releaseSwitch: (attemptId, isForced) => void release.run(isForced ? 1 : 0, attemptId),
    renewTerms(number, deviceId, { attempt, hold, switchWithinSeconds }) {
      renew.run({ hold, seconds: switchWithinSeconds, number, deviceId, attempt });
    },
    beginAttempt(number, deviceId, { device, terms }) {
      const { settleSeconds, hold, switchWithinSeconds } = terms;
      const { attempt, purpose, startedAtMs } = device;
      begin.run(deviceId, number, attempt, purpose, settleSeconds, hold, switchWithinSeconds, startedAtMs ?? 0);
    },
    noteAttempt(number, deviceId, { attempt, endedAtMs, verdict, reason, bytes }) {
      note.run(endedAtMs, verdict, reason, bytes.done, bytes.total, number, deviceId, attempt);
    },
    noteSent: (attemptId, sentVersion) => void sent.run(sentVersion, attemptId),
    noteUnsent: (attemptId) => void unsent.run(attemptId),
    noteNeedless: (attemptId) => void needless.run(attemptId),
  };
}
