// Work done in portions, as rows: written with the first portion, moved with each, deleted with the last.
import type { Connection } from './connection.ts';
import type {
  FileImport,
  LeftValueClearing,
  UnfinishedWorkReaders,
  UnfinishedWorkWriters,
} from './unfinished-work-types.ts';

export function readUnfinishedWork(db: Connection): UnfinishedWorkReaders {
  const clearings = db.prepare<[], LeftValueClearing>(
    `SELECT configuration_id AS configurationId, actor, after_device_id AS afterDeviceId FROM left_value_clearings`,
  );
  const gone = db.prepare<[], number>('SELECT 1 FROM gone_deployments LIMIT 1').pluck();
  const imports = db.prepare<[], FileImport>(
    'SELECT id, begun_at_ms AS begunAtMs, file_name AS fileName, items, done FROM file_imports ORDER BY id',
  );
  return {
    clearings: () => clearings.all(),
    hasGoneDeployments: () => gone.get() !== undefined,
    imports: () => imports.all(),
  };
}

export function writeUnfinishedWork(db: Connection): UnfinishedWorkWriters {
  const setClearing = db.prepare(`
    INSERT INTO left_value_clearings VALUES ($configurationId, $actor, $afterDeviceId)
    ON CONFLICT (configuration_id) DO UPDATE SET actor = excluded.actor, after_device_id = excluded.after_device_id`);
  const endClearing = db.prepare<[string]>('DELETE FROM left_value_clearings WHERE configuration_id = ?');
  const beginImport = db.prepare(
    'INSERT INTO file_imports (begun_at_ms, file_name, items, done) VALUES ($begunAtMs, $fileName, $items, 0)',
  );
  const noteImport = db.prepare<[number, number]>('UPDATE file_imports SET done = ? WHERE id = ?');
  const endImport = db.prepare<[number]>('DELETE FROM file_imports WHERE id = ?');
  return {
    setClearing: (clearing) => void setClearing.run(clearing),
    endClearing: (id) => void endClearing.run(id),
    dropGoneStatuses: goneStatusesDropper(db),
    beginImport: (begun) => Number(beginImport.run(begun).lastInsertRowid),
    noteImport: (id, done) => void noteImport.run(done, id),
    endImport: (id) => void endImport.run(id),
  };
}

function goneStatusesDropper(db: Connection): UnfinishedWorkWriters['dropGoneStatuses'] {
  const first = db.prepare<[], number>('SELECT number FROM gone_deployments LIMIT 1').pluck();
  const drop = db.prepare<[number, number]>(`
    DELETE FROM deployment_statuses WHERE (device_id, module_id, deployment_number) IN (
      SELECT device_id, module_id, deployment_number FROM deployment_statuses WHERE deployment_number = +? LIMIT ? | 0)`);
  const forget = db.prepare<[number]>('DELETE FROM gone_deployments WHERE number = ?');
  return (most) => {
    const number = first.get();
    if (number === undefined) return false;
    if (drop.run(number, most).changes < most) forget.run(number);
    return true;
  };
}
