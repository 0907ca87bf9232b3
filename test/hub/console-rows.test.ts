// The rows of the lists and the one device in full, made from a real store.
import { expect, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { broken } from '#base/errors.ts';
import { deviceDetail, deviceRow } from '#hub/console/console-rows.ts';
import { aDeployment } from '#test/support/build-deployment.ts';
import { aModule, aReport, createConsoleSite } from '#test/support/console-site.ts';

const base = 'base' as DeploymentId;
const layer = 'layer' as DeploymentId;

function setUp(device: Parameters<ReturnType<typeof createConsoleSite>['putDevice']>[0]) {
  const { store, putDevice, putDeployment } = createConsoleSite();
  for (const id of Object.keys(device.statuses ?? {})) putDeployment(aDeployment({ id }));
  putDevice(device);
  const detail = deviceDetail(store.read, device.id as DeviceId);
  if (detail === null) throw broken('the device was not stored');
  return { row: deviceRow(store.read, device.id as DeviceId), detail };
}

test('when the agent of an edge device is connected, the device is: its own identity never connects', () => {
  const { row } = setUp({ id: 'd1', seenAtMs: 5_000, statuses: { base: 'Applied', layer: 'Targeted' } });
  expect(row).toEqual({
    deviceId: 'd1',
    state: 'updating',
    connected: true,
    lastSeenAtMs: 5_000,
    wantedModules: 0,
    runningModules: 0,
    applied: ['base'],
    notApplied: ['layer'],
    outcome: 'pending',
    isHealthy: false,
    tags: {},
  });
});

const downloading = (attempt: object) => ({
  ...aReport(1, {}),
  lanyard: { attempt: { version: 2, attempt: 1, number: 3, step: 'downloading', ...attempt } },
});

test('when a device fetches, its layers are told with what is known of them, and what is no count is none', () => {
  const layers = [
    { id: 'a1', image: 'a:1', doneBytes: 5, totalBytes: 10 },
    { id: 'b2', doneBytes: 0, totalBytes: 0 },
  ];
  const image = { settings: { image: 'a:1' } };
  const desired = { modules: { one: image, two: image, other: { settings: { image: 'b:1' } } } };
  const reported = downloading({ doneBytes: 5, totalBytes: 0, layers });
  const told = {
    doneBytes: 5,
    totalBytes: null,
    layers: [
      { ...layers[0], modules: ['one', 'two'] },
      { id: 'b2', image: null, modules: [], doneBytes: 0, totalBytes: null },
    ],
  };
  expect(setUp({ id: 'd1', desired, reported }).detail).toMatchObject({
    download: told,
    attempt: { step: 'downloading', sinceMs: null },
  });
  expect(setUp({ id: 'd1', reported, connected: false }).detail).toMatchObject({ download: null, attempt: null });
  const hostile = downloading({ layers: [{ id: 7, doneBytes: -1 }] });
  expect(setUp({ id: 'd1', reported: hostile }).detail.download).toEqual({
    doneBytes: 0,
    totalBytes: null,
    layers: [],
  });
  expect(setUp({ id: 'd1', reported: aReport(1, {}) }).detail.download).toBeNull();
});

test('when a device never connected, it was never seen', () => {
  const { row } = setUp({ id: 'd1', connected: false, seenAtMs: 0 });
  expect(row).toMatchObject({ state: 'never-seen', lastSeenAtMs: null, outcome: null });
});

test('when modules are wanted, only those that are to run are counted, and of them those that do', () => {
  const desired = {
    modules: {
      a: { status: 'running', settings: { image: 'a:1' } },
      b: { status: 'running', settings: { image: 'b:1' } },
      c: { status: 'stopped', settings: { image: 'c:1' } },
    },
    systemModules: { edgeAgent: { settings: { image: 'agent' } } },
  };
  const reported = aReport(4, { a: aModule('a:1', 'running'), b: aModule('b:1', 'backoff', { restartCount: 7 }) });
  const { row } = setUp({ id: 'd1', desired, desiredVersion: 4, reported, statuses: { base: 'Applied' } });
  expect(row).toMatchObject({ state: 'failing', wantedModules: 2, runningModules: 1, outcome: 'success' });
});

test('when layers wrote parts of a module, the device names who wrote it whole and who changed what', () => {
  const { detail } = setUp({
    id: 'd1',
    desired: { modules: { a: { settings: { image: 'a:1' } }, b: { settings: { image: 'b:1' } } } },
    tags: { site: 'north' },
    statuses: { base: 'Applied', layer: 'Applied', old: 'Targeted' },
    effective: {
      base,
      applied: [base, layer],
      notApplied: { old: { reason: 'outranked', by: base } },
      origins: {
        $edgeAgent: [
          { path: [], writtenBy: base, hidden: [] },
          { path: ['modules', 'a', 'env', 'LEVEL'], writtenBy: layer, hidden: [base] },
          { path: ['modules', 'b'], writtenBy: layer, hidden: [] },
        ],
      },
    },
  });
  expect(detail.modules.map(({ name, origins }) => [name, origins])).toEqual([
    [
      'a',
      [
        { deploymentId: 'base', paths: [] },
        { deploymentId: 'layer', paths: ['env.LEVEL'] },
      ],
    ],
    ['b', [{ deploymentId: 'layer', paths: [] }]],
  ]);
  expect(detail).toMatchObject({ tags: { site: 'north' }, base: 'base', revision: { number: 1 } });
  expect(detail.deployments).toEqual([
    { id: 'base', applied: true, reason: null },
    { id: 'layer', applied: true, reason: null },
    { id: 'old', applied: false, reason: { reason: 'outranked', by: 'base' } },
  ]);
});

test('when no reason is kept why a deployment does not apply, none is made up, whatever its name', () => {
  const effective = { base, applied: [base], notApplied: {} };
  const { detail } = setUp({ id: 'd1', statuses: { base: 'Applied', constructor: 'Targeted' as const }, effective });
  expect(detail.deployments.at(-1)).toEqual({ id: 'constructor', applied: false, reason: null });
});
