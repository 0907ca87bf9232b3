// Which images a device may pull: what it is to run, and what it ran well before; and which digests nothing else keeps.
import { expect, test } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { digestsNamed, imagesOfDevice } from '#hub/rollouts/device-images.ts';
import type { Store } from '#store/store-types.ts';
import { anAgentSection, aModuleEntry, aSystemModules } from '#test/support/build-manifest.ts';
import { aMemoryStore, aStoredDeployment, aStoredModule, aStoredTwin, putDevice } from '#test/support/test-store.ts';

const deviceId = 'device-1' as DeviceId;
const digest = `sha256:${'ab'.repeat(32)}`;

const agentWith = (...images: readonly string[]): JsonObject =>
  anAgentSection({
    systemModules: {},
    modules: Object.fromEntries(images.map((image, index) => [`m${index}`, aModuleEntry({}, { image })])),
  });

function aDeviceThatRuns(desired: JsonObject, status: 'enabled' | 'disabled' = 'enabled'): Store {
  const store = aMemoryStore();
  putDevice(store, { deviceId, status });
  store.change((write) => {
    write.modules.insert(aStoredModule({ deviceId }));
    const section = { value: desired, metadata: {}, version: 1 };
    write.twins.insert(aStoredTwin({ deviceId, moduleId: '$edgeAgent' as ModuleId, desired: section }));
  });
  return store;
}

function givenBefore(store: Store, base: string | null, ...images: readonly string[]): void {
  const of = base as DeploymentId | null;
  const effective = {
    base: of,
    applied: of === null ? [] : [of],
    notApplied: {},
    modules: { $edgeAgent: agentWith(...images) },
    origins: {},
  };
  store.change((write) => write.revisions.append(deviceId, 1, effective));
}

test('when a device is to run modules and system modules, their images are its own', () => {
  const store = aDeviceThatRuns(anAgentSection({ modules: { web: aModuleEntry({}, { image: 'web:1' }) } }));
  const system = Object.values(aSystemModules()).map(
    (module) => (module as { settings: JsonObject }).settings['image'],
  );
  expect(new Set(imagesOfDevice(store.read, deviceId))).toEqual(new Set(['web:1', ...system]));
});

test('when it was given others before, those of the revision before the newest are its own, and no older', () => {
  const store = aDeviceThatRuns(agentWith('web:3'));
  givenBefore(store, 'a', 'web:1');
  givenBefore(store, 'a', 'web:2');
  givenBefore(store, null, 'nothing:1');
  givenBefore(store, 'a', 'web:3');
  expect(imagesOfDevice(store.read, deviceId)).toEqual(['web:3', 'web:2']);
});

test.each<[string, JsonObject]>([
  ['nothing', {}],
  ['no objects', { modules: 'web', systemModules: [1] }],
  ['an image that is no text', { modules: { web: { settings: { image: 5 } } } }],
])('when what it is to run says %s, it has no images', (_what, desired) => {
  expect(imagesOfDevice(aDeviceThatRuns(desired).read, deviceId)).toEqual([]);
});

test('when it is disabled or unknown, it has none', () => {
  const { read } = aDeviceThatRuns(agentWith('web:1'), 'disabled');
  expect([imagesOfDevice(read, deviceId), imagesOfDevice(read, 'nobody' as DeviceId)]).toEqual([[], []]);
});

test('when deployments or devices name digests, those are told once', async () => {
  const store = aDeviceThatRuns(agentWith(`web@${digest}`, 'web:1', 'web@md5:1'));
  const other = `sha256:${'cd'.repeat(32)}`;
  const content = { $edgeAgent: { 'properties.desired': agentWith(`reg.local/web:1@${other}`, `web@${digest}`) } };
  store.change((write) => write.deployments.insert(aStoredDeployment({ content })));
  expect([...(await digestsNamed(store.read))].toSorted()).toEqual([digest, other]);
});
