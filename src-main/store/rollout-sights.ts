// What pictures of a rollout are drawn from: few columns of many rows, in the order of the primary key, so that a page costs what it
// shows and not what a device's whole row would.
import type { DeviceId } from '#base/ids.ts';
import type { GateStanding } from '#domain/rollouts/rollout-explain-gate.ts';
import type { DeviceStanding, RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { Connection } from './connection.ts';
import type { RolloutSights, Standstill } from './rollout-types.ts';

interface CellRow {
  readonly device_id: DeviceId;
  readonly wave: number | null;
  readonly standing: DeviceStanding;
  readonly is_awake: number;
  readonly attempt: number;
}

interface ShareRow {
  readonly standing: DeviceStanding;
  readonly is_awake: number;
  readonly devices: number;
}

interface CourseRow {
  readonly device_id: DeviceId;
  readonly attempt: number;
  readonly purpose: RolloutDevice['purpose'];
  readonly is_needless: number;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
}

const isUnderWay = "standing IN ('pending', 'downloading', 'installing', 'verifying')";
const isShared = "standing IN ('success', 'already-installed', 'failure')";
const isSilent = "is_changing = 1 AND is_awake = 0 AND purpose = 'change'";
const holdOfAttempt = `(
  SELECT hold FROM rollout_attempts
  WHERE rollout_attempts.rollout_number = rollout_devices.rollout_number
    AND rollout_attempts.device_id = rollout_devices.device_id AND rollout_attempts.attempt = rollout_devices.attempt)`;
/** Each row is judged once; null: it moves on, or came to its end. */
const standingStill = `
  SELECT device_id, CASE
    WHEN ${isSilent} THEN 'silent'
    WHEN is_changing = 1 AND is_awake = 1 AND deadline_run_ms IS NULL
      THEN CASE ${holdOfAttempt} WHEN 'person' THEN 'asked' ELSE 'held' END
    WHEN standing = 'pending' AND is_changing = 0 AND is_awake = 1 AND changed_by IS NULL AND wave <= $wave
      THEN CASE WHEN json_array_length(preflight, '$.obstacles') > 0 THEN 'blocked' ELSE 'waiting' END
  END AS why FROM rollout_devices WHERE rollout_number = +$number`;

/** Exported for its plan. */
export const standstillSql = `SELECT why, count(*) AS devices FROM (${standingStill}) WHERE why IS NOT NULL GROUP BY why`;

interface OfWave {
  readonly number: number;
  readonly wave: number;
}

function readStandstills(db: Connection): Pick<RolloutSights, 'standstill' | 'standingStill' | 'gateStanding'> {
  const standstill = db.prepare<[OfWave], { readonly why: Standstill; readonly devices: number }>(standstillSql);
  const ids = db
    .prepare<[OfWave & { readonly is: Standstill; readonly limit: number }], DeviceId>(
      `SELECT device_id FROM (${standingStill}) WHERE why = +$is ORDER BY device_id LIMIT $limit | 0`,
    )
    .pluck();
  const gate = db.prepare<[OfWave], GateStanding>(`
    SELECT count(*) FILTER (WHERE ${isShared} OR (${isUnderWay} AND is_awake = 1)) AS counted,
      count(*) FILTER (WHERE ${isUnderWay} AND is_awake = 0) AS asleep, count(*) FILTER (WHERE ${isSilent}) AS silent
    FROM rollout_devices WHERE rollout_number = +$number AND wave = +$wave`);
  return {
    standstill(number, wave) {
      const counts = { asked: 0, held: 0, blocked: 0, waiting: 0, silent: 0 };
      for (const { why, devices } of standstill.all({ number, wave })) counts[why] = devices;
      return counts;
    },
    standingStill: (number, { is, wave, limit }) => ids.all({ number, wave, is, limit }),
    gateStanding: (number, wave) => gate.get({ number, wave }) ?? { counted: 0, asleep: 0, silent: 0 },
  };
}

export function readRolloutSights(db: Connection): RolloutSights {
  const standings = db.prepare<[number], ShareRow>(`
    SELECT standing, is_awake, count(*) AS devices FROM rollout_devices WHERE rollout_number = +?
    GROUP BY standing, is_awake`);
  const cells = db.prepare<[number, string, number], CellRow>(`
    SELECT device_id, wave, standing, is_awake, attempt FROM rollout_devices
    WHERE rollout_number = +? AND device_id > +? ORDER BY device_id LIMIT ? | 0`);
  const courses = db.prepare<[number, string, number, number], CourseRow>(`
    SELECT device_id, attempt, purpose, is_needless, started_at_ms, ended_at_ms, verdict, reason FROM rollout_attempts
    WHERE rollout_number = +? AND (device_id, attempt) > (+?, +?) ORDER BY device_id, attempt LIMIT ? | 0`);
  return {
    ...readStandstills(db),
    standings: (number) =>
      standings.all(number).map(({ standing, is_awake: awake, devices }) => {
        return { standing, isAwake: awake === 1, devices };
      }),
    cells: (number, { after, limit }) =>
      cells.all(number, after, limit).map(({ device_id: deviceId, wave, standing, is_awake: awake, attempt }) => {
        return { deviceId, wave, standing, isAwake: awake === 1, attempt };
      }),
    courses: (number, { after, limit }) =>
      courses.all(number, after.deviceId, after.attempt, limit).map((row) => ({
        deviceId: row.device_id,
        attempt: row.attempt,
        purpose: row.purpose,
        isNeedless: row.is_needless === 1,
        startedAtMs: row.started_at_ms,
        endedAtMs: row.ended_at_ms,
        verdict: row.verdict,
        reason: row.reason,
      })),
  };
}
