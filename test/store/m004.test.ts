// The fourth schema on a database that was in use: nothing of it is lost, and statuses still go with what they stand on.
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, type Connection } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';

const noBackUp = { backUp: () => undefined };

/** Version 3, with a device, two of its modules, a deployment and how it stands on them. */
function aDatabaseInUse(): Connection {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 3), ...noBackUp });
  db.exec(`
    INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO modules VALUES ('d1', '$edgeAgent', '1', NULL, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO modules VALUES ('d1', 'm1', '1', NULL, '{}', 1, 1, 'Disconnected', 0, 0);
    INSERT INTO deployments VALUES ('base', 5, 1000, 1000, '*', '{"$edgeAgent":{}}', NULL, '{}', '1.0', 7);
    INSERT INTO deployment_statuses VALUES ('d1', '$edgeAgent', 'base', 'Applied'), ('d1', 'm1', 'base', 'Targeted');`);
  return db;
}

const statuses = 'SELECT device_id, module_id, deployment_id, status FROM deployment_statuses ORDER BY 2';
const rowsOf = (db: Connection, sql: string): unknown[] => db.prepare(sql).all();

describe('m004', () => {
  it('when the database is in use, its rows are there afterwards and deployments are those of edge devices', () => {
    const db = aDatabaseInUse();
    const before = rowsOf(db, statuses);
    expect(before).toHaveLength(2);
    expect(migrate(db, { steps: migrations.slice(0, 4), ...noBackUp })).toEqual({ from: 3, to: 4 });
    expect(rowsOf(db, statuses)).toEqual(before);
    expect(rowsOf(db, 'SELECT id, priority, version, kind, on_removal FROM deployments')).toEqual([
      { id: 'base', priority: 5, version: 7, kind: 'edge', on_removal: null },
    ]);
    expect(rowsOf(db, 'PRAGMA foreign_key_check')).toEqual([]);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  it('when a module, a device or a deployment goes, statuses and writes go with it', () => {
    const db = aDatabaseInUse();
    migrate(db, { steps: migrations.slice(0, 4), ...noBackUp });
    db.exec(`
      INSERT INTO deployment_statuses (device_id, module_id, deployment_id, status) VALUES ('d1', '', 'base', 'Applied');
      INSERT INTO configuration_writes (device_id, module_id, path, configuration_id, value, on_removal, is_left)
        VALUES ('d1', '', '["a"]', 'gone', '1', 'leave', 1), ('d1', 'm1', '["a"]', 'gone', '1', 'leave', 1);`);
    db.exec("DELETE FROM modules WHERE module_id = 'm1'");
    expect(rowsOf(db, statuses)).toHaveLength(2);
    expect(rowsOf(db, 'SELECT module_id FROM configuration_writes')).toEqual([{ module_id: '' }]);
    db.exec("DELETE FROM deployments WHERE id = 'base'");
    expect(rowsOf(db, statuses)).toEqual([]);
    db.exec("DELETE FROM devices WHERE device_id = 'd1'");
    expect(rowsOf(db, 'SELECT * FROM configuration_writes')).toEqual([]);
  });

  it.each([
    ['a status on a module that is not there', `('d1', 'other', 'base', 'Applied')`, /FOREIGN KEY/],
    ['a status of a deployment that is not there', `('d1', '', 'other', 'Applied')`, /FOREIGN KEY/],
    ['a status of another word', `('d1', '', 'base', 'Pending')`, /CHECK/],
  ])('when there is %s, it is refused', (_, row, reason) => {
    const db = aDatabaseInUse();
    migrate(db, { steps: migrations.slice(0, 4), ...noBackUp });
    const insert = `INSERT INTO deployment_statuses (device_id, module_id, deployment_id, status) VALUES ${row}`;
    expect(() => db.exec(insert)).toThrow(reason);
  });

  it.each(['deployments', 'deployment_statuses', 'configuration_writes'])('%s is strict', (table) => {
    const db = aDatabaseInUse();
    migrate(db, { steps: migrations.slice(0, 4), ...noBackUp });
    expect(rowsOf(db, `SELECT strict FROM pragma_table_list WHERE name = '${table}'`)).toEqual([{ strict: 1 }]);
  });
});
