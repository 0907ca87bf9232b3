// Messages that wait for a module: in order of urgency and age, within their bounds, gone with their module, kept over a restart.
import { expect, test } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { headsSql, weightSql } from '#store/module-messages.ts';
import type { ModuleMessage } from '#store/module-message-types.ts';
import type { Store } from '#store/store-types.ts';
import {
  aMemoryStore,
  aMigratedDatabase,
  aStoredModule,
  aStoreIn,
  aTemporaryFolder,
  putDevice,
} from '#test/support/test-store.ts';

const deviceId = 'device-1' as DeviceId;
const m1 = 'm1' as ModuleId;
const m2 = 'm2' as ModuleId;

function putModules(store: Store): Store {
  putDevice(store);
  store.change(({ modules }) => {
    for (const moduleId of [m1, m2]) modules.insert(aStoredModule({ moduleId }));
  });
  return store;
}

function enqueue(store: Store, text: string, change: Partial<ModuleMessage> = {}): boolean {
  return store.change((write) =>
    write.moduleMessages.enqueue({
      deviceId,
      moduleId: m1,
      input: 'in',
      priority: 10,
      properties: {},
      body: Buffer.from(text),
      enqueuedAtMs: 1000,
      expiresAtMs: null,
      ...change,
    }),
  );
}

function readWaiting(store: Store, moduleId = m1, nowMs = 0, limit = 100): readonly ModuleMessage[] {
  const heads = store.read.moduleMessages.heads(deviceId, moduleId, { nowMs, limit });
  return heads.flatMap(({ id }) => store.read.moduleMessages.get(id) ?? []);
}

function waiting(...page: Parameters<typeof readWaiting>): string[] {
  return readWaiting(...page).map(({ body }) => Buffer.from(body).toString());
}

test('when messages wait, the most urgent come first, then the oldest, each module’s its own', () => {
  const store = putModules(aMemoryStore());
  enqueue(store, 'a');
  enqueue(store, 'b');
  enqueue(store, 'urgent', { priority: 0 });
  enqueue(store, 'other', { moduleId: m2 });
  expect(waiting(store)).toEqual(['urgent', 'a', 'b']);
  expect(waiting(store, m1, 0, 2)).toEqual(['urgent', 'a']);
  expect(waiting(store, m2)).toEqual(['other']);
});

test('when a message is read back, it is what was kept', () => {
  const store = putModules(aMemoryStore());
  const message = { input: 'in/1', properties: { ['__proto__x']: 'ü&=' }, body: Buffer.of(0, 255, 10), expiresAtMs: 9 };
  enqueue(store, '', message);
  const [read] = readWaiting(store);
  expect(read).toMatchObject({ deviceId, moduleId: m1, priority: 10, enqueuedAtMs: 1000, ...message });
});

test('when the device has no such module, nothing is kept', () => {
  const store = putModules(aMemoryStore());
  expect(enqueue(store, 'x', { moduleId: 'ghost' as ModuleId })).toBe(false);
  expect(enqueue(store, 'x', { deviceId: 'ghost' as DeviceId })).toBe(false);
  expect(store.read.moduleMessages.weight(deviceId)).toEqual({ rows: 0, bytes: 0 });
});

test('when a message is deleted twice, the second time it is not there', () => {
  const store = putModules(aMemoryStore());
  enqueue(store, 'a');
  const id = readWaiting(store)[0]?.id ?? 0;
  const removals = [1, 2].map(() => store.change((write) => write.moduleMessages.delete(id)));
  expect(removals).toEqual([true, false]);
  expect(store.read.moduleMessages.get(id)).toBeUndefined();
});

test('when a message is past its time, it waits no more, and is dropped with the others that are', () => {
  const store = putModules(aMemoryStore());
  enqueue(store, 'late', { expiresAtMs: 500 });
  enqueue(store, 'just', { expiresAtMs: 501, moduleId: m2 });
  enqueue(store, 'ever');
  expect(waiting(store, m1, 499)).toEqual(['late', 'ever']);
  expect(waiting(store, m1, 500)).toEqual(['ever']);
  expect(store.change((write) => write.moduleMessages.deleteExpired(500, 10))).toEqual([deviceId]);
  expect(store.change((write) => write.moduleMessages.deleteExpired(501, 0))).toEqual([]);
  expect(store.read.moduleMessages.weight(deviceId).rows).toBe(2);
});

test('when there are too many, the least urgent and of these the oldest go', () => {
  const store = putModules(aMemoryStore());
  enqueue(store, 'urgent', { priority: 0 });
  for (const text of ['a', 'b', 'c', 'd']) enqueue(store, text, { moduleId: text === 'b' ? m2 : m1 });
  const trim = (rows: number, bytes: number) =>
    store.change((write) => write.moduleMessages.trim(deviceId, { rows, bytes }));
  expect(trim(5, 1000)).toBe(0);
  expect(trim(3, 1000)).toBe(2);
  expect([waiting(store), waiting(store, m2)]).toEqual([['urgent', 'c', 'd'], []]);
  // `urgent` has 6 bytes and `d` one, each with two of properties.
  expect(store.read.moduleMessages.weight(deviceId)).toEqual({ rows: 3, bytes: 8 + 3 + 3 });
  expect(trim(3, 11)).toBe(1);
  expect(waiting(store)).toEqual(['urgent', 'd']);
});

test('when the module or the device is deleted, its messages go with it', () => {
  const store = putModules(aMemoryStore());
  enqueue(store, 'a');
  enqueue(store, 'b', { moduleId: m2 });
  store.change((write) => write.modules.delete(deviceId, m1));
  expect([waiting(store), waiting(store, m2)]).toEqual([[], ['b']]);
  store.change((write) => write.devices.delete(deviceId));
  expect(waiting(store, m2)).toEqual([]);
});

test('when the store is opened again, what waited waits, and no id is given a second time', () => {
  const dir = aTemporaryFolder();
  const before = putModules(aStoreIn(dir));
  enqueue(before, 'a');
  enqueue(before, 'b');
  const [, last] = readWaiting(before);
  before.change((write) => write.moduleMessages.delete(last?.id ?? 0));
  before.close();
  const after = aStoreIn(dir);
  enqueue(after, 'c');
  expect(waiting(after)).toEqual(['a', 'c']);
  const ids = readWaiting(after).map(({ id }) => id);
  expect(ids[1]).toBeGreaterThan(last?.id ?? Infinity);
});

test.each([
  [headsSql, 'SEARCH module_messages USING INDEX module_messages_by_module (device_id=? AND module_id=?)'],
  [weightSql, 'SEARCH module_messages USING COVERING INDEX module_messages_by_module (device_id=?)'],
  [
    'SELECT id FROM module_messages WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?',
    'SEARCH module_messages USING COVERING INDEX module_messages_by_expiry (expires_at_ms<?)',
  ],
])('when %s is run, an index answers it without sorting', (sql, plan) => {
  const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
  const rows = aMigratedDatabase()
    .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters);
  expect(rows.map(({ detail }) => detail)).toEqual([plan]);
});
