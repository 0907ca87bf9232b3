// The eighth schema on a database that was in use: statuses stay with their deployments, and outlive them unseen.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { connect, type Connection } from '#store/connection.ts';
import { readDeployments, writeDeployments } from '#store/deployments.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readUnfinishedWork, writeUnfinishedWork } from '#store/unfinished-work.ts';
import { aStoredDeployment } from '#test/support/test-store.ts';

const noBackUp = { backUp: () => undefined };
const device = 'd1' as DeviceId;
const base = 'base' as DeploymentId;

/** Version 7, with a device, its agent, two deployments and how they stand on it. */
function aDatabaseInUse(): Connection {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 7), ...noBackUp });
  db.exec(`
    INSERT INTO counters VALUES ('deployment-created-at-ms', 2000);
    INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO modules VALUES ('d1', '$edgeAgent', '1', NULL, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO deployments (id, priority, created_at_ms, updated_at_ms, target_condition, content, metric_queries,
      schema_version, version)
    VALUES ('base', 5, 1000, 1000, '*', '{}', '{}', '1.0', 7), ('layer', 6, 2000, 2000, '*', '{}', '{}', '1.0', 7);
    INSERT INTO deployment_statuses (device_id, module_id, deployment_id, status)
    VALUES ('d1', '$edgeAgent', 'base', 'Applied'), ('d1', '$edgeAgent', 'layer', 'Targeted'), ('d1', '', 'layer', 'Applied');`);
  return db;
}

function migrated(): Connection {
  const db = aDatabaseInUse();
  migrate(db, { steps: migrations.slice(0, 8), ...noBackUp });
  // Readers and writers know the newest alone.
  migrate(db, noBackUp);
  return db;
}

const rowsIn = (db: Connection): unknown => db.prepare('SELECT count(*) FROM deployment_statuses').pluck().get();

describe('m008', () => {
  it('when the database is in use, every status is there afterwards, under its deployment', () => {
    const db = migrated();
    expect(readDeployments(db).statuses(device)).toEqual({
      '': { layer: 'Applied' },
      $edgeAgent: { base: 'Applied', layer: 'Targeted' },
    });
    expect(readDeployments(db).counts(base)).toMatchObject({ targetedCount: 1, appliedCount: 1 });
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  });

  it('when a deployment is deleted, nobody sees its statuses, not even under its id taken again, and they go in portions', () => {
    const db = migrated();
    const write = writeDeployments(db);
    write.delete('layer' as DeploymentId);
    expect(readDeployments(db).statuses(device)).toEqual({ $edgeAgent: { base: 'Applied' } });
    write.insert(aStoredDeployment({ id: 'layer' as DeploymentId, createdAtMs: 1 }));
    expect(readDeployments(db).statuses(device)).toEqual({ $edgeAgent: { base: 'Applied' } });
    expect(readDeployments(db).counts('layer' as DeploymentId)).toMatchObject({ targetedCount: 0 });
    expect(rowsIn(db)).toBe(3);
    const unfinished = writeUnfinishedWork(db);
    expect(unfinished.dropGoneStatuses(1)).toBe(true);
    expect(rowsIn(db)).toBe(2);
    expect(readUnfinishedWork(db).hasGoneDeployments()).toBe(true);
    while (unfinished.dropGoneStatuses(1));
    expect(rowsIn(db)).toBe(1);
    expect(readUnfinishedWork(db).hasGoneDeployments()).toBe(false);
  });

  it('when a device or a module goes, its statuses go with it', () => {
    const db = migrated();
    db.exec("DELETE FROM modules WHERE module_id = '$edgeAgent'");
    expect(rowsIn(db)).toBe(1);
    db.exec("DELETE FROM devices WHERE device_id = 'd1'");
    expect(rowsIn(db)).toBe(0);
  });

  it.each(['deployment_statuses', 'gone_deployments', 'left_value_clearings', 'file_imports'])(
    '%s is strict',
    (table) => {
      const strict = migrated().prepare(`SELECT strict FROM pragma_table_list WHERE name = '${table}'`);
      expect(strict.pluck().get()).toBe(1);
    },
  );
});
