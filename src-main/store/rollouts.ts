// Rollouts, their devices and their attempts as rows.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type {
  Cause,
  RolloutDevice,
  RolloutStatus,
  RolloutWave,
  StatusReached,
} from '#domain/rollouts/rollout-state.ts';
import type { Connection } from './connection.ts';
import { fromColumn, toColumn } from './json-column.ts';
import { isThereSql, readRolloutAttempts, writeRolloutAttempts } from './rollout-attempts.ts';
import { deviceParameters, toRolloutDevice, type RolloutDeviceRow } from './rollout-device-row.ts';
import { readRolloutSights } from './rollout-sights.ts';
import type { Rollout, RolloutHead, RolloutReaders, RolloutWriters } from './rollout-types.ts';

interface RolloutRow {
  readonly number: number;
  readonly deployment_id: DeploymentId;
  readonly target_condition: string;
  readonly policy: string;
  readonly status: RolloutStatus;
  readonly is_open: number;
  readonly cause: string;
  readonly waves: string;
  readonly current_wave: number;
  readonly bystanders_up: string;
  readonly is_hurried: number;
  readonly pardoned_failures: number;
  readonly redeployed_number: number | null;
  readonly history: string;
  readonly takes_back_number: number | null;
  readonly led_by_number: number | null;
  readonly joining_of: number | null;
  readonly is_retrying: number;
}

function toHead(row: RolloutRow): RolloutHead {
  return {
    number: row.number,
    targetCondition: row.target_condition,
    isOpen: row.is_open === 1,
    redeployedNumber: row.redeployed_number,
    takesBackNumber: row.takes_back_number,
    ledByNumber: row.led_by_number,
    state: {
      deploymentId: row.deployment_id,
      policy: fromColumn(row.policy) as RolloutPolicy,
      status: row.status,
      cause: fromColumn(row.cause) as Cause,
      history: fromColumn(row.history) as readonly StatusReached[],
      waves: fromColumn(row.waves) as readonly RolloutWave[],
      currentWave: row.current_wave,
      bystandersUp: fromColumn(row.bystanders_up) as Record<string, number>,
      joiningOf: row.joining_of,
      isRetrying: row.is_retrying === 1,
      isHurried: row.is_hurried === 1,
      pardonedFailures: row.pardoned_failures,
    },
  };
}

function headParameters({ state, isOpen, ...head }: RolloutHead) {
  const { number, targetCondition, redeployedNumber, takesBackNumber, ledByNumber } = head;
  return {
    number,
    targetCondition,
    deploymentId: state.deploymentId,
    policy: toColumn(state.policy),
    status: state.status,
    isOpen: isOpen ? 1 : 0,
    cause: toColumn(state.cause),
    waves: toColumn(state.waves),
    currentWave: state.currentWave,
    bystandersUp: toColumn(state.bystandersUp),
    joiningOf: state.joiningOf,
    isRetrying: state.isRetrying ? 1 : 0,
    isHurried: state.isHurried ? 1 : 0,
    pardonedFailures: state.pardonedFailures,
    redeployedNumber,
    history: toColumn(state.history),
    takesBackNumber,
    ledByNumber,
  };
}

export const openRolloutsSql = 'SELECT number FROM rollouts WHERE is_open = 1 ORDER BY number';

export function readRollouts(db: Connection): RolloutReaders {
  const numbers = db.prepare<[], number>(`SELECT number FROM rollouts WHERE ${isThereSql}`).pluck();
  const head = db.prepare<[number], RolloutRow>(`SELECT * FROM rollouts WHERE number = ? AND ${isThereSql}`);
  const heads = db.prepare<[number, number], RolloutRow>(
    `SELECT * FROM rollouts WHERE number < +? AND ${isThereSql} ORDER BY number DESC LIMIT ? | 0`,
  );
  const open = db.prepare<[], number>(openRolloutsSql).pluck();
  const numberOf = db
    .prepare<[string], number>(
      `SELECT number FROM rollouts WHERE deployment_id = ? AND ${isThereSql} ORDER BY number DESC LIMIT 1`,
    )
    .pluck();
  const devices = db.prepare<[number], RolloutDeviceRow>(
    'SELECT * FROM rollout_devices WHERE rollout_number = ? ORDER BY device_id',
  );
  const device = db.prepare<[number, string], RolloutDeviceRow>(
    'SELECT * FROM rollout_devices WHERE rollout_number = +? AND device_id = +?',
  );
  const ledBy = db.prepare<[number], number>('SELECT number FROM rollouts WHERE led_by_number = ?').pluck();
  const takingBack = db
    .prepare<[number], number>('SELECT number FROM rollouts WHERE takes_back_number = ? ORDER BY number DESC')
    .pluck();
  const somePage = db.prepare<[number, string, number], RolloutDeviceRow>(
    'SELECT * FROM rollout_devices WHERE rollout_number = +? AND device_id > +? ORDER BY device_id LIMIT ? | 0',
  );
  const headOf = (number: number): RolloutHead | undefined => {
    const row = head.get(number);
    return row === undefined ? undefined : toHead(row);
  };
  return {
    numbers: () => numbers.all(),
    head: headOf,
    get(number) {
      const found = headOf(number);
      if (found === undefined) return undefined;
      const rows = devices.all(number).map((row) => [row.device_id, toRolloutDevice(row)] as const);
      return { ...found, state: { ...found.state, devices: new Map(rows) } };
    },
    numberOf: (deploymentId) => numberOf.get(deploymentId),
    heads: (limit, before = Number.MAX_SAFE_INTEGER) => heads.all(before, limit).map(toHead),
    open: () => open.all(),
    devices: (number, { after, limit }) =>
      somePage.all(number, after ?? '', limit).map((row) => [row.device_id, toRolloutDevice(row)]),
    device(number, deviceId) {
      const row = device.get(number, deviceId);
      return row === undefined ? undefined : toRolloutDevice(row);
    },
    ledBy: (number) => ledBy.all(number),
    takingBack: (number) => takingBack.all(number),
    ...readRolloutAttempts(db),
    ...readRolloutSights(db),
  };
}

export function writeRollouts(db: Connection): RolloutWriters {
  const insert = db.prepare(`
    INSERT INTO rollouts VALUES (
      $number, $deploymentId, $targetCondition, $policy, $status, $isOpen, $cause, $waves, $currentWave, $bystandersUp,
      $isHurried, $pardonedFailures, $redeployedNumber, $history, $takesBackNumber,
      $ledByNumber, $joiningOf, $isRetrying
    )`);
  const update = db.prepare(`
    UPDATE rollouts SET status = $status, is_open = $isOpen, cause = $cause, waves = $waves, current_wave = $currentWave,
      bystanders_up = $bystandersUp, is_hurried = $isHurried, pardoned_failures = $pardonedFailures,
      redeployed_number = $redeployedNumber, history = $history, joining_of = $joiningOf, is_retrying = $isRetrying
    WHERE number = $number`);
  const put = db.prepare(
    `INSERT OR REPLACE INTO rollout_devices VALUES (${Array.from({ length: 24 }, () => '?').join()})`,
  );
  const ofPrepared = `number = ? AND NOT ${isThereSql}`;
  const deleteDevices = db.prepare<[number]>(
    `DELETE FROM rollout_devices WHERE rollout_number = (SELECT number FROM rollouts WHERE ${ofPrepared})`,
  );
  const deletePrepared = db.prepare<[number]>(`DELETE FROM rollouts WHERE ${ofPrepared}`);
  const putDevice = (number: number, deviceId: DeviceId, device: RolloutDevice) =>
    void put.run(deviceParameters(number, deviceId, device));
  return {
    insert(rollout: Rollout) {
      insert.run(headParameters(rollout));
      for (const [deviceId, device] of rollout.state.devices) putDevice(rollout.number, deviceId, device);
    },
    prepare(rollout) {
      deleteDevices.run(rollout.number);
      deletePrepared.run(rollout.number);
      insert.run(headParameters({ ...rollout, isOpen: false, state: { ...rollout.state, status: 'pending' } }));
    },
    putSame(number, deviceIds, device) {
      const [, , ...rest] = deviceParameters(number, '' as DeviceId, device);
      const row = `?, value, ${rest.map(() => '?').join()}`;
      const putAll = db.prepare(`INSERT OR REPLACE INTO rollout_devices SELECT ${row} FROM json_each(?)`);
      putAll.run(number, ...rest, toColumn(deviceIds));
    },
    updateHead: (rollout) => void update.run(headParameters(rollout)),
    putDevice,
    ...writeRolloutAttempts(db),
  };
}
