// The devices of a tag's value are found in the table, and the table never misses one that the twins have.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { connect } from '#store/connection.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { candidatesSql, countSql, readTagValues } from '#store/tag-values.ts';
import type { Store, TagValue } from '#store/store-types.ts';
import { writeDevices } from '#store/devices.ts';
import { writeModules } from '#store/modules.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import { writeTwins } from '#store/twins.ts';
import {
  aMemoryStore,
  aMigratedDatabase,
  aStoredDevice,
  aStoredModule,
  aStoredTwin,
  putDevice,
} from '#test/support/test-store.ts';

const d1 = 'd1' as DeviceId;
const d2 = 'd2' as DeviceId;
const ids = [d1, d2, 'd3' as DeviceId];

function found(store: Pick<Store, 'read'>, path: readonly string[], value: TagValue['value']): readonly DeviceId[] {
  return store.read.tagValues.candidates({ path, value }, { limit: 100 });
}

function setTags(store: Store, deviceId: DeviceId, tags: JsonObject): void {
  store.change((write) => write.twins.update(aStoredTwin({ deviceId, tags })));
}

/** Where a document has a text, a number or a Boolean. */
function leaves(document: Json, path: readonly string[] = []): readonly TagValue[] {
  if (isJsonObject(document))
    return Object.keys(document).flatMap((key) => leaves(document[key] as Json, [...path, key]));
  return document === null || typeof document === 'object' ? [] : [{ path, value: document }];
}

describe('tag values', () => {
  it('when tags are set, changed and gone with their device, the table follows', () => {
    const store = aMemoryStore();
    for (const deviceId of ids) putDevice(store, { deviceId });
    for (const deviceId of ids) setTags(store, deviceId, { site: 'north', at: { hall: 1, lit: true } });
    expect(found(store, ['site'], 'north')).toEqual(ids);
    expect(found(store, ['at', 'hall'], 1)).toEqual(ids);
    expect(found(store, ['at', 'lit'], true)).toEqual(ids);
    setTags(store, d1, { site: 'south', at: { hall: 1 } });
    store.change((write) => write.devices.delete(d2));
    expect(found(store, ['site'], 'north')).toEqual(['d3']);
    expect(found(store, ['at', 'lit'], true)).toEqual(['d3']);
    expect(found(store, ['at', 'hall'], 1)).toEqual(['d1', 'd3']);
    expect(found(store, ['site'], 'south')).toEqual(['d1']);
    expect(found(store, ['at', 'lit'], false)).toEqual([]);
  });

  it('when a tag is of a module, it is not among those of devices', () => {
    const db = aMigratedDatabase();
    writeDevices(db).insert(aStoredDevice({ deviceId: d1 }));
    writeModules(db).insert(aStoredModule({ deviceId: d1 }));
    const twin = aStoredTwin({ deviceId: d1, moduleId: '$edgeAgent' as ModuleId, tags: { site: 'north' } });
    const twins = writeTwins(db, createSharedDocuments(db));
    twins.insert(twin);
    twins.update({ ...twin, tags: { site: 'south' } });
    expect(db.prepare('SELECT count(*) FROM tag_values').pluck().get()).toBe(0);
  });

  it('when a listing is paged, it goes on behind the last device; a count stops at its limit', () => {
    const store = aMemoryStore();
    for (const deviceId of ids) {
      putDevice(store, { deviceId });
      setTags(store, deviceId, { site: 'north' });
    }
    const site: TagValue = { path: ['site'], value: 'north' };
    expect(store.read.tagValues.candidates(site, { limit: 2 })).toEqual(['d1', 'd2']);
    expect(store.read.tagValues.candidates(site, { after: d2, limit: 2 })).toEqual(['d3']);
    expect(store.read.tagValues.countCandidates(site, 2)).toBe(2);
    expect(store.read.tagValues.countCandidates(site, 100)).toBe(3);
    expect(store.read.devices.ids({ after: d1, limit: 1 })).toEqual(['d2']);
  });

  it.each<[string, TagValue, boolean]>([
    ['a text', { path: ['a', 'b'], value: 'x' }, true],
    ['a Boolean', { path: ['a'], value: false }, true],
    ['a whole number', { path: ['a'], value: -5 }, true],
    ['a fraction, which SQLite may read otherwise', { path: ['a'], value: 0.1 }, false],
    ['a number past 2^53', { path: ['a'], value: 2 ** 53 }, false],
    ['half a surrogate pair', { path: ['a'], value: '\ud800' }, false],
    ['a zero character', { path: ['a'], value: 'a\0b' }, false],
    ['a zero character in a key', { path: ['a\0b'], value: 'x' }, false],
  ])('when the value is %s, whether it can be looked up is known', (_what, tag, canFind) => {
    expect(aMemoryStore().read.tagValues.canFind(tag)).toBe(canFind);
  });

  it('when tags are any, every device is found by every value it has that can be looked up', () => {
    const text = fc.string({ unit: 'binary', maxLength: 140 });
    const odd = fc.constantFrom('a', 'a.b', 'b', '__proto__', "o'x", '"', '0', '[0]', '');
    const tags = fc.dictionary(fc.oneof(odd, text), fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>, {
      maxKeys: 4,
    });
    const withOdd = fc.oneof(
      tags,
      fc.dictionary(odd, fc.oneof(odd, fc.integer(), fc.boolean(), fc.dictionary(odd, odd))),
    );
    fc.assert(
      fc.property(withOdd, withOdd, (before, after) => {
        const store = aMemoryStore();
        putDevice(store, { deviceId: d1 });
        for (const value of [before, after] as readonly JsonObject[]) {
          setTags(store, d1, value);
          for (const tag of leaves(value).filter((leaf) => store.read.tagValues.canFind(leaf)))
            expect(found(store, tag.path, tag.value)).toEqual(['d1']);
        }
        setTags(store, d1, {});
        for (const tag of leaves(before)) expect(found(store, tag.path, tag.value)).toEqual([]);
        store.close();
      }),
      { numRuns: 150, seed: 20261121 },
    );
  });

  it('when the database is of the version before, the tags it holds are in the table', () => {
    const db = connect({ path: ':memory:', inspect: () => undefined });
    migrate(db, { steps: migrations.slice(0, 4), backUp: () => undefined });
    const insertTwin = db.prepare(`
      INSERT INTO twins (device_id, module_id, version, tags, desired, desired_metadata, desired_version,
        reported, reported_metadata, reported_version) VALUES (?, ?, 1, ?, '{}', '{}', 1, '{}', '{}', 1)`);
    for (const [index, deviceId] of ids.entries()) {
      writeDevices(db).insert(aStoredDevice({ deviceId }));
      const tags = { hall: index % 2, at: { 'room b': { floor: 'x'.repeat(300) } } };
      insertTwin.run(deviceId, '', JSON.stringify(tags));
    }
    writeModules(db).insert(aStoredModule({ deviceId: d1 }));
    insertTwin.run(d1, '$edgeAgent', JSON.stringify({ hall: 0 }));
    migrate(db, { backUp: () => undefined });
    const tagValues = readTagValues(db);
    expect(tagValues.candidates({ path: ['hall'], value: 0 }, { limit: 9 })).toEqual(['d1', 'd3']);
    expect(tagValues.candidates({ path: ['at', 'room b', 'floor'], value: 'x'.repeat(300) }, { limit: 9 })).toEqual(
      ids,
    );
    expect(db.prepare('SELECT count(*) FROM tag_values').pluck().get()).toBe(6);
    db.close();
  });

  it.each([
    ['the candidates', candidatesSql],
    ['their count', countSql],
  ])('when %s are looked up, it is by the primary key and without sorting', (_what, sql) => {
    const plan = aMigratedDatabase()
      .prepare<[object], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all({ path: 'a', value: 'x', after: '', limit: 5 })
      .map(({ detail }) => detail);
    expect(plan.join()).toMatch(/SEARCH tag_values USING PRIMARY KEY \(path=\? AND value=\?/);
    expect(plan.join()).not.toMatch(/TEMP B-TREE/);
  });
});
