// Work in portions over a real store on disk: cut off after any of them, a restart leads to where an uninterrupted run does, and
// others are served in between.
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Clock } from '#base/clock.ts';
import { createDeploymentFiles } from '#hub/operations/deployment-files.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import { UnfinishedWork } from '#hub/operations/unfinished-work.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import { edgeInFile, fileOf, outcomes } from '#test/support/file-site.ts';
import { aLayer, aNewConfiguration, deploymentId, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';
import { copiesDuring, createHastyClock } from '#test/support/power-cut-copies.ts';
import { aStoreIn, aTemporaryFolder, silentLog as log } from '#test/support/test-store.ts';

const ids = Array.from({ length: 30 }, (_, index) => `d${index + 10}`);

function openHub(dir: string, clock: Clock = createHastyClock()) {
  const store = aStoreIn(dir, { clock: clock as never });
  const controller = new EvaluationController({ store, clock, log, random: () => 0.5 });
  const unfinished = new UnfinishedWork({ store, clock, log });
  return {
    store,
    controller,
    unfinished,
    registry: createRegistryOperations({ store, clock }),
    twins: createTwinOperations({ store, clock }),
    deployments: createDeploymentOperations({ store, clock }),
    files: createDeploymentFiles({ store, clock }),
    journal: (kind: JournalKind) => store.read.journal.list({ limit: 100_000 }).filter((entry) => entry.kind === kind),
    async settle() {
      await unfinished.settled();
      await controller.settled();
      await unfinished.settled();
    },
    async close() {
      await unfinished.stop();
      await controller.stop();
      store.close();
    },
  };
}

type Hub = ReturnType<typeof openHub>;

/** A site where a configuration left values on every device. */
async function leftBehind(dir: string): Promise<Hub> {
  const hub = openHub(dir);
  hub.controller.start();
  for (const id of ids) hub.registry.createDevice({ deviceId: deviceId(id) }, 'service');
  hub.deployments.create(aNewConfiguration('settings'), 'service');
  await hub.controller.settled();
  hub.deployments.delete(deploymentId('settings'), '*', 'service');
  await hub.controller.settled();
  hub.unfinished.start();
  await hub.settle();
  return hub;
}

const desiredOf = ({ twins }: Hub) => ids.map((id) => twins.get(deviceIdentity(id)).desired.value);

test('when the hub is cut off while left values are removed, the next start removes the rest, each once', async () => {
  const dir = join(aTemporaryFolder(), 'site');
  const hub = await leftBehind(dir);
  expect(desiredOf(hub)).toEqual(ids.map(() => ({ rate: 1 })));
  expect(hub.deployments.removeLeftValues(deploymentId('settings'), 'console')).toBe(ids.length);
  const [told] = hub.deployments.leftValues();
  expect(told).toMatchObject({ configurationId: 'settings', isBeingRemoved: true });
  expect(told?.twins).toBeLessThan(ids.length);
  const copies = await copiesDuring(dir, aTemporaryFolder(), hub.settle());
  expect(desiredOf(hub)).toEqual(ids.map(() => ({})));
  expect(hub.deployments.leftValues()).toEqual([]);
  await hub.close();
  expect(copies.length).toBeGreaterThan(4);
  for (const copy of copies) {
    const again = openHub(copy);
    again.controller.start();
    again.unfinished.start();
    await again.settle();
    expect(desiredOf(again)).toEqual(ids.map(() => ({})));
    expect(again.deployments.leftValues()).toEqual([]);
    expect(again.store.read.unfinishedWork.clearings()).toEqual([]);
    expect(again.journal('configuration-cleared').map((entry) => entry.deviceId)).toEqual(ids);
    await again.close();
  }
});

const statusRows = (dir: string): unknown => {
  const db = new Database(join(dir, 'hub.db'), { readonly: true });
  try {
    return db.prepare('SELECT count(*) FROM deployment_statuses').pluck().get();
  } finally {
    db.close();
  }
};

test('when the hub is cut off while the statuses of a deleted deployment go, nobody sees them and the next start drops them', async () => {
  const dir = join(aTemporaryFolder(), 'site');
  const hub = openHub(dir);
  const layer = deploymentId('layer');
  const modules = Array.from({ length: 20 }, (_, index) => `m${index}`);
  for (const id of ids) {
    hub.registry.createDevice({ deviceId: deviceId(id) }, 'service');
    for (const module of modules)
      hub.registry.createModule({ deviceId: deviceId(id), moduleId: module as never }, null, undefined, 'service');
  }
  hub.deployments.create(aLayer('layer', 'a'), 'service');
  const statuses = Object.fromEntries(modules.map((module) => [module, { layer: 'Applied' as const }]));
  hub.store.change((write) => ids.forEach((id) => write.deployments.replaceStatuses(deviceId(id), statuses)));
  hub.unfinished.start();
  hub.deployments.delete(layer, '*', 'service');
  expect(hub.deployments.statuses(deviceId('d10'))).toEqual({});
  const copies = await copiesDuring(dir, aTemporaryFolder(), hub.settle());
  await hub.close();
  expect(statusRows(dir)).toBe(0);
  const left = new Set(copies.map(statusRows));
  expect(left.size).toBeGreaterThan(2);
  for (const copy of copies) {
    const again = openHub(copy);
    expect(again.deployments.statuses(deviceId('d10'))).toEqual({});
    again.deployments.create(aLayer('layer', 'a'), 'service');
    expect(again.deployments.counts(layer)).toMatchObject({ targetedCount: 0, appliedCount: 0 });
    again.unfinished.start();
    await again.settle();
    await again.close();
    expect(statusRows(copy)).toBe(0);
  }
});

const file = { ...fileOf({ devices: Object.fromEntries(ids.map((id) => [id, edgeInFile()])) }), fileName: 'site.json' };

test.each(['all', 'each'] as const)(
  'when the hub is cut off while a file is imported (%s), what is in is whole, it is told how far it came, and the same file goes on',
  async (mode) => {
    const dir = join(aTemporaryFolder(), 'site');
    const hub = openHub(dir);
    hub.unfinished.start();
    const imported = hub.files.importFile({ ...file, mode });
    const copies = await copiesDuring(dir, aTemporaryFolder(), imported);
    expect(outcomes(await imported)).toEqual(ids.map((id) => `${id} created`));
    expect(hub.store.read.unfinishedWork.imports()).toEqual([]);
    expect(hub.journal('file-import-interrupted')).toEqual([]);
    await hub.close();
    const progress = new Set<number>();
    for (const copy of copies) {
      const again = openHub(copy);
      again.unfinished.start();
      const there = again.registry.listDevices(1000).map((device) => String(device.deviceId));
      progress.add(there.length);
      const detail = { fileName: 'site.json', items: ids.length, done: there.length };
      const isBetween = there.length > 0 && there.length < ids.length;
      expect(again.journal('file-import-interrupted')).toMatchObject(isBetween ? [{ detail }] : []);
      for (const id of there) expect(again.registry.listModules(deviceId(id))).toHaveLength(2);
      const report = await again.files.importFile({ ...file, mode });
      const created = report.items.filter(({ outcome }) => outcome === 'created').map(({ id }) => id);
      expect(created).toEqual(ids.slice(there.length));
      expect(again.registry.listDevices(1000).map((device) => device.deviceId)).toEqual(ids);
      expect(again.store.read.unfinishedWork.imports()).toEqual([]);
      await again.close();
    }
    expect(progress.size).toBeGreaterThan(3);
  },
);

test('when somebody takes an id of a file in the middle of its import, the report says how far it came, and so does the journal', async () => {
  const dir = aTemporaryFolder();
  const hub = openHub(dir);
  const taken = ids[20] ?? '';
  const stop = hub.store.onCommitted((entries) => {
    if (!entries.some((entry) => entry.deviceId === ids[5])) return;
    stop();
    hub.registry.createDevice({ deviceId: deviceId(taken) }, 'service');
  });
  const report = await hub.files.importFile({ ...file, mode: 'all' });
  expect(outcomes(report)).toEqual(
    ids.map((id, index) => `${id} ${index < 20 ? 'created' : index === 20 ? 'refused' : 'held'}`),
  );
  expect(hub.journal('file-import-interrupted')).toMatchObject([{ actor: 'console', detail: { items: 30, done: 20 } }]);
  const again = await hub.files.importFile({ ...file, mode: 'all' });
  expect(again.items.map(({ outcome }) => outcome)).toEqual(
    ids.map((_, index) => (index <= 20 ? 'different' : 'created')),
  );
  await hub.close();
});

test('when one device of a file is refused, the others of its portion are imported', async () => {
  const hub = openHub(aTemporaryFolder());
  const wrong = edgeInFile({ modules: { m: { identity: { authentication: { type: 'selfSigned' } } } } });
  const devices = Object.fromEntries(ids.map((id, index) => [id, index % 7 === 3 ? wrong : edgeInFile()]));
  const report = await hub.files.importFile({ ...fileOf({ devices }), mode: 'each' });
  const expected = ids.map((id, index) => `${id} ${index % 7 === 3 ? 'refused' : 'created'}`);
  expect(outcomes(report)).toEqual(expected);
  expect(hub.registry.listDevices(1000)).toHaveLength(expected.filter((text) => text.endsWith('created')).length);
  expect(hub.store.read.unfinishedWork.imports()).toEqual([]);
  await hub.close();
});

test('when values are removed and a file is imported, devices get answers between the portions', async () => {
  const hub = await leftBehind(aTemporaryFolder());
  const answersDuring = async (work: Promise<unknown>): Promise<number> => {
    let answers = 0;
    const state = { isDone: false };
    const done = work.finally(() => (state.isDone = true));
    while (!state.isDone) {
      await hub.twins.report(deviceIdentity('d10'), { answers });
      answers += 1;
    }
    await done;
    return answers;
  };
  hub.deployments.removeLeftValues(deploymentId('settings'), 'console');
  expect(await answersDuring(hub.unfinished.settled())).toBeGreaterThan(3);
  const devices = Object.fromEntries(ids.map((id) => [`new-${id}`, edgeInFile()]));
  expect(await answersDuring(hub.files.importFile({ ...fileOf({ devices }), mode: 'all' }))).toBeGreaterThan(3);
  await hub.close();
});
