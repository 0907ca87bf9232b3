// Groups of devices as rows.
import type { DeviceId } from '#base/ids.ts';
import type { Connection } from './connection.ts';
import type { DeviceGroup, GroupReaders, GroupWriters } from './group-types.ts';

const columns = 'id, condition, ring, created_at_ms AS createdAtMs';

export function readGroups(db: Connection): GroupReaders {
  const get = db.prepare<[string], DeviceGroup>(`SELECT ${columns} FROM device_groups WHERE id = ?`);
  const list = db.prepare<[], DeviceGroup>(`SELECT ${columns} FROM device_groups ORDER BY ring IS NULL, ring, id`);
  const members = db
    .prepare<[string], DeviceId>('SELECT device_id FROM device_group_members WHERE group_id = +? ORDER BY device_id')
    .pluck();
  const ofDevice = db
    .prepare<[string], string>('SELECT group_id FROM device_group_members WHERE device_id = +? ORDER BY group_id')
    .pluck();
  return {
    get: (id) => get.get(id),
    list: () => list.all(),
    members: (id) => members.all(id),
    ofDevice: (deviceId) => ofDevice.all(deviceId),
  };
}

export function writeGroups(db: Connection): GroupWriters {
  const insert = db.prepare<[string, string | null, number | null, number]>(
    'INSERT INTO device_groups (id, condition, ring, created_at_ms) VALUES (?, ?, ?, ?)',
  );
  const update = db.prepare<[string | null, string]>('UPDATE device_groups SET condition = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM device_groups WHERE id = ?');
  const clearMembers = db.prepare<[string]>('DELETE FROM device_group_members WHERE group_id = ?');
  const addMember = db.prepare<[string, string]>(
    'INSERT INTO device_group_members (group_id, device_id) VALUES (?, ?)',
  );
  const clearRings = db.prepare('UPDATE device_groups SET ring = NULL WHERE ring IS NOT NULL');
  const setRing = db.prepare<[number, string]>('UPDATE device_groups SET ring = ? WHERE id = ?');
  return {
    insert: ({ id, condition, ring, createdAtMs }) => void insert.run(id, condition, ring, createdAtMs),
    update: ({ id, condition }) => void update.run(condition, id),
    delete: (id) => void remove.run(id),
    setMembers(id, members) {
      clearMembers.run(id);
      for (const deviceId of members) addMember.run(id, deviceId);
    },
    setRings(ids) {
      clearRings.run();
      for (const [ring, id] of ids.entries()) setRing.run(ring, id);
    },
  };
}
