// Twins of devices and modules, as rows.
import { describe, expect, it } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { aMemoryStore, aStoredModule, aStoredTwin, putDevice } from '#test/support/test-store.ts';

const one = 'device-1' as DeviceId;
const agent = '$edgeAgent' as ModuleId;
const odd = JSON.parse(
  '{"__proto__":{"a":1},"constructor":2,"$dollar":"\\u0000","deep":{"list":[1,{"é":null}]}}',
) as JsonObject;

describe('twins', () => {
  it('when one holds odd keys in every section, it is read as it was', () => {
    const store = aMemoryStore();
    putDevice(store);
    const section = (version: number) => ({ value: odd, metadata: { $lastUpdated: 'now' }, version });
    const twin = aStoredTwin({ moduleId: agent, version: 7, tags: odd, desired: section(3), reported: section(4) });
    store.change((write) => {
      write.modules.insert(aStoredModule());
      write.twins.insert(twin);
    });
    expect(JSON.stringify(store.read.twins.get({ deviceId: one, moduleId: agent }))).toBe(JSON.stringify(twin));
  });

  it('when a report is written, the other sections and the twin version stay', () => {
    const store = aMemoryStore();
    putDevice(store);
    const twin = aStoredTwin({
      tags: { site: 'x' },
      desired: { value: { a: 1 }, metadata: {}, version: 5 },
      version: 9,
    });
    const reported = { value: { b: 2 }, metadata: { b: {} }, version: 2 };
    store.change((write) => {
      write.twins.update(twin);
      write.twins.updateReported(twin, reported);
    });
    expect(store.read.twins.get(twin)).toEqual({ ...twin, reported });
  });

  it('when a desired section is written, the other sections stay, and it is read by itself', () => {
    const store = aMemoryStore();
    putDevice(store);
    const twin = aStoredTwin({
      tags: { site: 'x' },
      reported: { value: { b: 2 }, metadata: {}, version: 5 },
      version: 9,
    });
    const desired = { value: odd, metadata: { $lastUpdated: 'now' }, version: 2 };
    store.change((write) => {
      write.twins.update(twin);
      write.twins.updateDesired({ ...twin, version: 10 }, desired);
    });
    expect(JSON.stringify(store.read.twins.get(twin))).toBe(JSON.stringify({ ...twin, version: 10, desired }));
    const { deviceId, moduleId } = twin;
    expect(store.read.twins.desired(twin)).toEqual({
      deviceId,
      moduleId,
      version: 10,
      desired: { value: odd, version: 2 },
    });
    expect(store.read.twins.desired({ deviceId: one, moduleId: agent })).toBeUndefined();
  });

  it('when there is no twin, a report and an update throw', () => {
    const store = aMemoryStore();
    const section = { value: {}, metadata: {}, version: 2 };
    expect(() =>
      store.change((write) => write.twins.updateReported({ deviceId: one, moduleId: agent }, section)),
    ).toThrow(`no twin of 'device-1/$edgeAgent'`);
    expect(() => store.change((write) => write.twins.update(aStoredTwin()))).toThrow(`no twin of 'device-1'`);
  });

  it('when a module is unknown, its twin is not written', () => {
    const store = aMemoryStore();
    putDevice(store);
    expect(() => store.change((write) => write.twins.insert(aStoredTwin({ moduleId: agent })))).toThrow('FOREIGN KEY');
  });

  it('when they are listed, each device comes once with its own twin, in pages', () => {
    const store = aMemoryStore();
    for (const id of ['b', 'a', 'c']) {
      const deviceId = id as DeviceId;
      putDevice(store, { deviceId });
      store.change((write) => {
        write.modules.insert(aStoredModule({ deviceId }));
        write.twins.insert(aStoredTwin({ deviceId, moduleId: agent, tags: { wrong: true } }));
        write.twins.update(aStoredTwin({ deviceId, tags: { id }, version: 2 }));
      });
    }
    const first = store.read.twins.subjects({ limit: 2 });
    const rest = store.read.twins.subjects({ limit: 2, after: 'b' as DeviceId });
    const seen = [...first, ...rest].map(({ deviceId, tags }) => [deviceId, tags]);
    expect(seen).toEqual(['a', 'b', 'c'].map((id) => [id, { id }]));
  });

  it('when a condition looks at a device, it sees its id, tags and reported values', () => {
    const store = aMemoryStore();
    const { deviceId } = putDevice(store);
    const twin = aStoredTwin({ tags: { a: 1 }, reported: { value: { b: 2 }, metadata: {}, version: 1 } });
    store.change((write) => write.twins.update(twin));
    expect(store.read.twins.subject(deviceId)).toEqual({ deviceId, tags: { a: 1 }, reported: { b: 2 } });
    expect(store.read.twins.subject('none' as DeviceId)).toBeUndefined();
  });

  it('when the desired values of a device are read, they are those of its modules alone', () => {
    const store = aMemoryStore();
    const { deviceId } = putDevice(store);
    const desired = { value: { rate: 5 }, metadata: {}, version: 1 };
    const modules = ['a', 'b'] as ModuleId[];
    for (const moduleId of modules) {
      store.change((write) => {
        write.modules.insert(aStoredModule({ moduleId }));
        write.twins.insert(aStoredTwin({ moduleId, desired }));
      });
    }
    const expected = [
      ['a', { rate: 5 }],
      ['b', { rate: 5 }],
    ];
    expect([...store.read.twins.desiredOf(deviceId)]).toEqual(expected);
    const whole = modules.map((moduleId) => [moduleId, store.read.twins.desired({ deviceId, moduleId })]);
    expect([...store.read.twins.desiredTwinsOf(deviceId)]).toEqual(whole);
    expect(store.read.modules.idsOf(deviceId)).toEqual(['a', 'b']);
  });
});
