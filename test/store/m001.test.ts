// The first schema: strict, closed to what is not JSON, and with an index for every hot query.
import { describe, expect, it } from 'vitest';
import type { Connection } from '#store/connection.ts';
import { statusesSql } from '#store/deployment-statuses.ts';
import { countsSql } from '#store/deployments.ts';
import { ofDeviceAndKindsSql, ofDeviceSql, pageOfDeviceAndKindsSql, pageOfDeviceSql } from '#store/journal.ts';
import { aMigratedDatabase } from '#test/support/test-store.ts';

function planOf(db: Connection, sql: string): string[] {
  const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
  const rows = db.prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
  return rows.map(({ detail }) => detail);
}

describe('query plans', () => {
  it.each([
    ['one twin', 'SELECT * FROM twins WHERE device_id = ? AND module_id = ?', 'sqlite_autoindex_twins_1'],
    [
      'a report',
      'UPDATE twins SET reported = ?, reported_metadata = ?, reported_version = ? WHERE device_id = ? AND module_id = ?',
      'sqlite_autoindex_twins_1',
    ],
    ['the journal of a device', ofDeviceSql, 'journal_by_device (<expr>=? AND device_id=?)'],
    [
      'the journal of a device, some kinds',
      ofDeviceAndKindsSql,
      'journal_by_device (<expr>=? AND device_id=? AND kind=?)',
    ],
    ['a page of the journal of a device', pageOfDeviceSql, 'journal_by_device (<expr>=? AND device_id=?'],
    [
      'a page of the same, some kinds',
      pageOfDeviceAndKindsSql,
      'journal_by_device (<expr>=? AND device_id=? AND kind=?',
    ],
    [
      'the journal from a number on',
      'SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?',
      'INTEGER PRIMARY KEY (rowid>?)',
    ],
    ['the four counts', countsSql, 'deployment_statuses_by_deployment (deployment_number=? AND module_id=?)'],
    ['the statuses of a device', statusesSql, 'PRIMARY KEY (device_id=?)'],
    ['the deployments of statuses', statusesSql, '(created_at_ms=?)'],
    [
      'messages that wait',
      'SELECT * FROM cloud_messages WHERE device_id = ? ORDER BY id LIMIT ?',
      'cloud_messages_by_device (device_id=?)',
    ],
    [
      'messages that expired',
      'SELECT * FROM cloud_messages WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?',
      'cloud_messages_by_expiry (expires_at_ms<?)',
    ],
    [
      'the newest telemetry',
      'SELECT * FROM telemetry WHERE device_id = ? AND module_id = ? ORDER BY id DESC LIMIT ?',
      'telemetry_by_identity (device_id=? AND module_id=?)',
    ],
    [
      'the newest revision',
      'SELECT * FROM newest_revisions JOIN revisions USING (revision, device_id) WHERE device_id = ?',
      'revisions USING PRIMARY KEY (revision=? AND device_id=?)',
    ],
    ['who is connected', `SELECT device_id FROM devices WHERE connection_state = 'Connected'`, 'devices_connected'],
  ])('when %s is read, it is found by index', (_what, sql, index) => {
    const plan = planOf(aMigratedDatabase(), sql);
    expect(plan.some((line) => line.includes(index))).toBe(true);
    expect(plan.filter((line) => /^SCAN (?!json_each|\(|agents)/.test(line) && !line.includes('INDEX'))).toEqual([]);
  });

  it.each([
    'SELECT * FROM cloud_messages WHERE device_id = ? ORDER BY id LIMIT ?',
    'SELECT * FROM telemetry WHERE device_id = ? AND module_id = ? ORDER BY id DESC LIMIT ?',
  ])('when %s runs, nothing is sorted', (sql) => {
    expect(planOf(aMigratedDatabase(), sql).join()).not.toContain('TEMP B-TREE');
  });
});

describe('the tables', () => {
  it('when they are listed, all are strict', () => {
    const db = aMigratedDatabase();
    const loose = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
      AND name NOT LIKE 'sqlite_%'`;
    expect(db.prepare(loose).pluck().all()).toEqual([]);
  });

  it.each([
    `INSERT INTO settings VALUES ('name', 'not json')`,
    `INSERT INTO journal VALUES (1, 1, 'hub-started', 'hub', NULL, NULL, NULL, '{', zeroblob(32))`,
    `INSERT INTO journal VALUES (1, 1, 'hub-started', 'hub', NULL, NULL, NULL, '{}', zeroblob(31))`,
  ])('when %s is tried, a check refuses it', (sql) => {
    expect(() => aMigratedDatabase().exec(sql)).toThrow('CHECK constraint failed');
  });

  it('when the last device with a configuration is gone, so is the configuration', () => {
    const db = aMigratedDatabase();
    for (const id of ['a', 'b']) {
      db.exec(`INSERT INTO devices VALUES ('${id}', '1', 'enabled', NULL, 0, 1, '{}', 1, 0, 'Disconnected', 0, 0)`);
      db.exec(`INSERT INTO effective_configurations VALUES (zeroblob(32), '{}') ON CONFLICT DO NOTHING`);
      db.exec(
        `INSERT INTO revisions (device_id, revision, at_ms, digest) VALUES ('${id}', 1, 0, zeroblob(32)), ('${id}', 2, 0, zeroblob(32))`,
      );
      db.exec(`INSERT INTO newest_revisions VALUES ('${id}', 2)`);
    }
    const count = db.prepare('SELECT count(*) FROM effective_configurations').pluck();
    db.exec(`DELETE FROM devices WHERE device_id = 'a'`);
    expect(count.get()).toBe(1);
    db.exec(`DELETE FROM devices WHERE device_id = 'b'`);
    expect(count.get()).toBe(0);
  });

  it('when foreign keys are looked through, every child column has an index to find it by', () => {
    const db = aMigratedDatabase();
    const keys = db
      .prepare<[], { readonly child: string; readonly column: string }>(
        `SELECT tables.name AS child, keys."from" AS column FROM pragma_table_list AS tables,
         pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table' AND keys.seq = 0`,
      )
      .all();
    expect(keys.length).toBeGreaterThan(6);
    for (const { child, column } of keys) {
      expect([child, column, planOf(db, `SELECT 1 FROM ${child} WHERE ${column} = ?`)[0]]).toEqual([
        child,
        column,
        expect.stringMatching(/^SEARCH /),
      ]);
    }
  });
});
