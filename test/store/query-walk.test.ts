// How twins are walked for a query: in stretches and in order, by key, and on from the place reached whatever changed behind it.
import { expect, it } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { parseTwinQuery } from '#domain/queries/twin-query.ts';
import { planQuery } from '#store/query-plan.ts';
import type { TwinPlace } from '#store/query-types.ts';
import type { Store } from '#store/store-types.ts';
import { aMemoryStore, aMigratedDatabase, aStoredModule, aStoredTwin, putDevice } from '#test/support/test-store.ts';

function whereOf(text: string) {
  const parsed = parseTwinQuery(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return { ...parsed.value, paths: [] };
}

function aStoreWithModules(): Store {
  const store = aMemoryStore();
  for (const id of ['b', 'a.b', 'a', 'ba', 'a-']) {
    const { deviceId } = putDevice(store, { deviceId: id as DeviceId });
    store.change((write) => {
      for (const moduleId of ['m', '$edgeHub', '$edgeAgent'] as ModuleId[]) {
        write.modules.insert(aStoredModule({ deviceId, moduleId }));
        write.twins.insert(aStoredTwin({ deviceId, moduleId }));
      }
    });
  }
  return store;
}

it('when twins are read in stretches of any length, each is met once and in order', () => {
  const store = aStoreWithModules();
  for (const from of ['devices', 'devices.modules'] as const) {
    for (const count of [1, 2, 3, 7, 100]) {
      const walk = store.read.queries.open({ from, where: null, paths: [] });
      const met: string[] = [];
      let after: TwinPlace | null = null;
      do {
        const { rows, end } = walk.next(after, count);
        expect(rows.length).toBeLessThanOrEqual(count);
        met.push(...rows.map(([deviceId, moduleId]) => `${deviceId}/${moduleId}`));
        after = end;
      } while (after !== null);
      const modules = from === 'devices' ? [''] : ['$edgeAgent', '$edgeHub', 'm'];
      expect(met).toEqual(['a', 'a-', 'a.b', 'b', 'ba'].flatMap((id) => modules.map((name) => `${id}/${name}`)));
    }
  }
});

it('when a query names its device, the others are not walked', () => {
  const store = aStoreWithModules();
  const walk = store.read.queries.open(
    whereOf("SELECT * FROM devices.modules WHERE deviceId = 'a-' AND moduleId != 'm'"),
  );
  const { rows, end } = walk.next(null, 1);
  expect(rows.map(([deviceId, moduleId]) => `${deviceId}/${moduleId}`)).toEqual(['a-/$edgeAgent', 'a-/$edgeHub']);
  expect(end).toBeNull();
});

it('when a device comes or goes behind the place reached, the walk goes on from there', () => {
  const store = aStoreWithModules();
  const walk = store.read.queries.open({ from: 'devices', where: null, paths: [] });
  const first = walk.next(null, 2);
  store.change((write) => write.devices.delete('a-' as DeviceId));
  putDevice(store, { deviceId: 'a+' as DeviceId });
  putDevice(store, { deviceId: 'az' as DeviceId });
  expect(walk.next(first.end, 10).rows.map(([deviceId]) => deviceId)).toEqual(['a.b', 'az', 'b', 'ba']);
});

it.each([
  "SELECT deviceId FROM devices WHERE tags.a = 'x' AND properties.reported.b > 5",
  "select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[[x]].status = 'Applied'",
  "SELECT * FROM devices.modules WHERE deviceId = 'x'",
])('when the plan of %s is looked at, twins are found by key and each path is looked up once', (text) => {
  const db = aMigratedDatabase();
  const plan = planQuery(whereOf(text));
  const bounds = plan.sql.includes('FROM modules') ? ['', '', 'z', ''] : ['', 'z'];
  const steps = db
    .prepare<(string | number)[], { detail: string }>(`EXPLAIN QUERY PLAN ${plan.sql}`)
    .all(...plan.before, ...bounds, ...plan.behind)
    .map(({ detail }) => detail);
  expect(steps.some((detail) => detail.startsWith('CO-ROUTINE'))).toBe(true);
  const tables = steps.filter((detail) => /^(?:SCAN|SEARCH) (?!\(subquery)/.test(detail));
  expect(tables.every((detail) => detail.startsWith('SEARCH'))).toBe(true);
});
