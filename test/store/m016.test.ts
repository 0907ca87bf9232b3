// The sixteenth schema on a database that was in use: every twin reads as before, and its sections go with it.
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { connect } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { readTwins } from '#store/twins.ts';

const deviceId = 'd1' as DeviceId;
const moduleId = '$edgeAgent' as ModuleId;
const stamp = { $lastUpdated: '2026-01-02T03:04:05.678Z', $lastUpdatedVersion: 6 };

function aDatabaseInUse() {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  onTestFinished(() => void db.close());
  migrate(db, { steps: migrations.slice(0, 15), backUp: () => undefined });
  db.exec(`
    INSERT INTO devices VALUES ('d1', '1', 'enabled', NULL, 0, 1, '{}', 1, 0, 'Disconnected', 0, 0);
    INSERT INTO modules VALUES ('d1', '$edgeAgent', '1', NULL, '{}', 1, 0, 'Disconnected', 0, 0);
    INSERT INTO twins (device_id, module_id, version, tags, desired, desired_metadata, desired_version,
        reported, reported_metadata, reported_version)
      VALUES ('d1', '', 3, '{"site":"north"}', '{}', '{}', 1, '{"a":1}', '{"b":2}', 4),
        ('d1', '$edgeAgent', 7, '{}', '{"c":1}', '["${stamp.$lastUpdated}",6]', 6, '{}', '{}', 1)`);
  expect(migrate(db, { steps: migrations.slice(0, 16), backUp: () => undefined })).toEqual({ from: 15, to: 16 });
  expect(db.pragma('foreign_key_check')).toEqual([]);
  return db;
}

test('when twins are there, each reads as before', () => {
  const twins = readTwins(aDatabaseInUse());
  expect(twins.get({ deviceId, moduleId: null })).toEqual({
    deviceId,
    moduleId: null,
    version: 3,
    tags: { site: 'north' },
    desired: { value: {}, metadata: {}, version: 1 },
    reported: { value: { a: 1 }, metadata: { b: 2 }, version: 4 },
  });
  expect(twins.get({ deviceId, moduleId })).toMatchObject({
    version: 7,
    desired: { value: { c: 1 }, metadata: { ...stamp, c: stamp }, version: 6 },
  });
});

test('when tags change afterwards, they are found by their new values', () => {
  const db = aDatabaseInUse();
  db.exec(`UPDATE twins SET tags = '{"site":"south"}' WHERE module_id = ''`);
  expect(db.prepare('SELECT value FROM tag_values').pluck().all()).toEqual(['south']);
});

test('when a module or its device goes, what they were told goes too', () => {
  const db = aDatabaseInUse();
  const left = db.prepare('SELECT module_id FROM desired_sections').pluck();
  db.exec(`DELETE FROM modules`);
  expect(left.all()).toEqual(['']);
  db.exec(`DELETE FROM devices`);
  expect(left.all()).toEqual([]);
});
