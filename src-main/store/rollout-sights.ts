// What pictures of a rollout are drawn from: few columns of many rows, in the order of the primary key, so that a page costs what it
// shows and not what a device's whole row would.
import type { DeviceId } from '#base/ids.ts';
import type { DeviceStanding, RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { Connection } from './connection.ts';
import type { RolloutSights } from './rollout-types.ts';

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
