// Desired values of a fleet are kept once; nobody who reads a twin can tell, and no section is ever without its values.
import { describe, expect, it } from 'vitest';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Store } from '#store/store-types.ts';
import { aMemoryStore, aStoreIn, aTemporaryFolder, putDevice } from '#test/support/test-store.ts';

const one = 'device-1' as DeviceId;
const two = 'device-2' as DeviceId;
const stamp = { $lastUpdated: '2026-01-02T03:04:05.678Z', $lastUpdatedVersion: 2 };

/** As long as a manifest is: a short one is not worth sharing. */
function aManifest(image: string): JsonObject {
  return { modules: { camera: { settings: { image, createOptions: 'x'.repeat(200) } } } };
}

const shared = (image: string): JsonObject => Object.freeze(aManifest(image));

function give(store: Store, deviceId: DeviceId, value: JsonObject): void {
  store.change((write) =>
    write.twins.updateDesired({ deviceId, moduleId: null, version: 2 }, { value, metadata: stamp, version: 2 }),
  );
}

function desiredOf(store: Store, deviceId: DeviceId): unknown {
  return store.read.twins.get({ deviceId, moduleId: null })?.desired.value;
}

function aStoreWithTwo(dir?: string): Store {
  const store = dir === undefined ? aMemoryStore() : aStoreIn(dir);
  putDevice(store, { deviceId: one });
  putDevice(store, { deviceId: two });
  return store;
}

function documentsIn(dir: string): number {
  const db = new Database(join(dir, 'hub.db'), { readonly: true });
  const count = Number(db.prepare('SELECT count(*) FROM desired_documents').pluck().get());
  db.close();
  return count;
}

describe('desired values of a fleet', () => {
  it('when two devices are given the same, it is kept once, and either reads it until it is given another', () => {
    const dir = join(aTemporaryFolder(), 'data');
    const store = aStoreWithTwo(dir);
    const values = shared('camera:1');
    give(store, one, values);
    give(store, two, values);
    expect(documentsIn(dir)).toBe(1);
    give(store, one, shared('camera:2'));
    expect(desiredOf(store, one)).toEqual(aManifest('camera:2'));
    expect(desiredOf(store, two)).toEqual(aManifest('camera:1'));
    expect(store.read.twins.desired({ deviceId: two, moduleId: null })?.desired.value).toEqual(aManifest('camera:1'));
  });

  it('when the same values come as another object, or are written by hand, nobody can tell', () => {
    const store = aStoreWithTwo();
    give(store, one, shared('camera:1'));
    give(store, two, shared('camera:1'));
    expect(desiredOf(store, two)).toEqual(desiredOf(store, one));
    give(store, two, aManifest('camera:3'));
    expect(desiredOf(store, two)).toEqual(aManifest('camera:3'));
  });

  it('when the change that wrote them first is undone, the next writes them again', async () => {
    const store = aStoreWithTwo();
    const values = shared('camera:1');
    const failing = (): void =>
      store.change((write) => {
        write.twins.updateDesired(
          { deviceId: one, moduleId: null, version: 2 },
          { value: values, metadata: stamp, version: 2 },
        );
        throw new Error('undone');
      });
    expect(failing).toThrow('undone');
    const undone = store.changeSoon((write) => {
      const section = { value: values, metadata: stamp, version: 2 };
      write.twins.updateDesired({ deviceId: one, moduleId: null, version: 2 }, section);
      throw new Error('undone alone');
    });
    const kept = store.changeSoon((write) => {
      const section = { value: values, metadata: stamp, version: 2 };
      write.twins.updateDesired({ deviceId: two, moduleId: null, version: 2 }, section);
    });
    await expect(undone).rejects.toThrow('undone alone');
    await kept;
    expect(desiredOf(store, two)).toEqual(values);
    expect(desiredOf(store, one)).toEqual({});
  });

  it('when a query reads them, it finds what the twin shows', () => {
    const store = aStoreWithTwo();
    give(store, one, shared('camera:1'));
    const paths = [{ root: 'desired', segments: ['modules', 'camera', 'settings', 'image'] } as const];
    const walk = store.read.queries.open({ from: 'devices', where: null, paths });
    const [path] = paths;
    expect(walk.next(null, 10).rows.map((row) => path && walk.readerOf(path)(row))).toEqual(['camera:1', undefined]);
  });

  it('when many are had by nobody any more, they are gone after the next start, and those in use are not', () => {
    const dir = join(aTemporaryFolder(), 'data');
    const store = aStoreWithTwo(dir);
    for (let number = 1; number <= 300; number += 1) give(store, one, shared(`camera:${number}`));
    give(store, two, shared('camera:7'));
    expect(documentsIn(dir)).toBe(300);
    store.close();
    const again = aStoreIn(dir);
    expect(documentsIn(dir)).toBe(2);
    expect(desiredOf(again, one)).toEqual(aManifest('camera:300'));
    expect(desiredOf(again, two)).toEqual(aManifest('camera:7'));
  });
});
