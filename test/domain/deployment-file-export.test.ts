// What is exported is read back as what it was, and IoT Hub's tools can read it; what they could not read is refused in words.
import { describe, expect, test } from 'vitest';
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { createCommand, exportedDeployment, type ExportReader } from '#domain/deployments/deployment-file-export.ts';
import { readDeploymentFile } from '#domain/deployments/deployment-file.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import { configurationsInState, deviceInState, modulesFile } from '#domain/deployments/hub-state-export.ts';
import { problemText } from '#domain/values/problem-text.ts';
import type { Authentication, Device, Module } from '#domain/records/registry.ts';
import { newTwin } from '#domain/values/twin-change.ts';
import type { Twin } from '#domain/values/twin.ts';
import { aManifest } from '#test/support/build-manifest.ts';
import { checkedDeployment, wantedAgain } from '#test/support/deployment-in-file.ts';

const head = {
  id: 'base' as DeploymentId,
  priority: 7,
  createdAtMs: 1_767_323_045_000,
  updatedAtMs: 1_767_323_045_000,
  targetCondition: "tags.site = 'north'",
  labels: { name: "Line's base" },
  metricQueries: { off: "SELECT * FROM devices WHERE status = 'disabled'" },
  schemaVersion: '2.0',
  version: 3,
};
const edge: Deployment = { ...head, kind: 'edge', content: aManifest() as Record<string, JsonObject> };
const device: Deployment = { ...head, kind: 'device', content: { 'properties.desired.a': 1 }, onRemoval: 'leave' };
const module: Deployment = {
  ...device,
  kind: 'module',
  targetCondition: "from devices.modules where tags.a = 1 or moduleId = 'm'",
};
const timeText = (atMs: number): string => new Date(atMs).toISOString();

function exported(deployment: Deployment, reader: ExportReader = 'iot-hub') {
  const result = exportedDeployment(deployment, { reader, timeText });
  if (!result.ok) throw new Error(result.problems.map(problemText).join(' '));
  return result.value;
}

const asText = (value: JsonObject): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

describe('one deployment', () => {
  test.each<[string, Deployment]>([
    ['modules', edge],
    ['settings of devices', device],
    ['settings of modules', module],
    ['a layer without labels', { ...edge, labels: null, metricQueries: {}, content: { $edgeAgent: {} } }],
  ])('when it holds %s, its file reads back as what it was', (_title, deployment) => {
    const file = asText(exported(deployment).configuration);
    const { wanted, problems } = checkedDeployment(file, {});
    expect(problems).toEqual([]);
    expect(wanted).toEqual(wantedAgain(deployment));
  });

  test('when the condition has a list, IoT Hub gets a chain and another hub of ours the list', () => {
    const listed: Deployment = { ...edge, targetCondition: "tags.site IN ['a', 'b']" };
    expect(exported(listed).targetCondition).toBe("tags.site = 'a' OR tags.site = 'b'");
    expect(exported(listed).notices.map(problemText)).toEqual([
      "targetCondition: the condition was rewritten for IoT Hub: tags.site IN ['a', 'b']",
    ]);
    expect(exported(listed, 'lanyard')).toMatchObject({ targetCondition: listed.targetCondition, notices: [] });
  });

  test('when a module configuration has no condition, IoT Hub gets one that matches nothing, as the CLI asks for one', () => {
    const { targetCondition, notices } = exported({ ...module, targetCondition: ' ' });
    expect(targetCondition).toBe("FROM devices.modules WHERE deviceId = ''");
    expect(notices.map(problemText)).toEqual([expect.stringContaining('rewritten for IoT Hub')]);
    expect(exported({ ...module, targetCondition: '' }, 'lanyard')).toMatchObject({ targetCondition: '', notices: [] });
    expect(exported({ ...device, targetCondition: '' })).toMatchObject({ targetCondition: '', notices: [] });
  });

  test.each<[string, Deployment]>([
    ['a deployment', { ...edge, targetCondition: "STARTSWITH(deviceId, 'line')" }],
    ['a module configuration', { ...module, targetCondition: "from devices.modules where STARTSWITH(moduleId, 'a')" }],
  ])('when the condition of %s cannot be said to IoT Hub, it is refused with the reason', (_title, deployment) => {
    const result = exportedDeployment(deployment, { reader: 'iot-hub', timeText });
    expect(result.ok ? '' : result.problems.map(problemText).join()).toContain(
      'IoT Hub has no STARTSWITH in conditions',
    );
  });

  test.each<[string, Deployment]>([
    ['a deployment', { ...edge, targetCondition: 'tags.a =' }],
    ['a module configuration', { ...module, targetCondition: 'tags.a = 1' }],
  ])('when the stored condition of %s cannot be read any more, it is refused too', (_title, deployment) => {
    expect(exportedDeployment(deployment, { reader: 'iot-hub', timeText }).ok).toBe(false);
  });

  test('when values are to be removed behind it, it is said that IoT Hub does not', () => {
    expect(exported({ ...device, onRemoval: 'remove' }).notices.map(problemText)).toEqual([
      expect.stringContaining('onRemoval: IoT Hub leaves the values'),
    ]);
  });

  test("when the CLI's schemas may refuse it, the file says so and the command passes over them", () => {
    const loose = aManifest({ agent: { schemaVersion: null } }) as Record<string, JsonObject>;
    const deployment: Deployment = { ...edge, content: loose };
    expect(exported(deployment).notices.map(problemText)).toEqual([
      "content: the az CLI's own schemas may refuse it: create it with --no-validation.",
    ]);
    expect(createCommand(deployment, '', 'base.json')).toMatch(/ --no-validation$/);
  });

  test('when it is made in the cloud from its file, this is the command', () => {
    expect(createCommand(edge, head.targetCondition, 'base.json')).toBe(
      `az iot edge deployment create -d 'base' -k 'base.json' -m 'base.json' ` +
        `--target-condition 'tags.site = '\\''north'\\''' --priority 7 --labels '{"name":"Line'\\''s base"}'`,
    );
    expect(createCommand({ ...device, labels: null }, '', 's.json')).toBe(
      `az iot hub configuration create -c 'base' -k 's.json' -m 's.json' --target-condition '' --priority 7`,
    );
  });
});

describe('the state of the hub', () => {
  const deviceId = 'edge-1' as DeviceId;
  const presence = { connectionState: 'Disconnected', connectionChangedAtMs: 0, lastActivityAtMs: 0 } as const;
  const aDevice = (authentication: Authentication): Device => ({
    ...presence,
    deviceId,
    generationId: '1',
    status: 'disabled',
    statusReason: 'spare',
    statusChangedAtMs: 0,
    isEdge: true,
    authentication,
    version: 1,
    createdAtMs: 0,
  });
  const aModule = (id: string, authentication: Authentication): Module => ({
    ...presence,
    deviceId,
    moduleId: id as ModuleId,
    generationId: '1',
    managedBy: 'me',
    authentication,
    version: 1,
    createdAtMs: 0,
  });
  const aTwin = (moduleId: string | null, tags: JsonObject, desired: JsonObject): Twin => {
    const twin = newTwin({ deviceId, moduleId: moduleId as ModuleId | null }, '2026-01-01T00:00:00Z');
    return { ...twin, tags, desired: { ...twin.desired, value: desired } };
  };

  test.each<Authentication>([
    { type: 'sas', primaryKey: 'cHJpbWFyeQ==', secondaryKey: 'c2Vjb25kYXJ5' },
    { type: 'selfSigned', primaryThumbprint: 'A'.repeat(40), secondaryThumbprint: '' },
    { type: 'certificateAuthority' },
  ])('when a device proves itself by %j, its state reads back as what it was', (authentication) => {
    const modules = [{ module: aModule('camera', authentication), twin: aTwin('camera', { a: 1 }, { b: [2] }) }];
    const state = deviceInState({
      device: aDevice(authentication),
      twin: aTwin(null, { site: 'n' }, { rate: 5 }),
      modules,
    });
    const file = readDeploymentFile(asText({ devices: { [deviceId]: state } }));
    expect(file.ok && [...file.value.devices]).toMatchObject([
      {
        deviceId,
        isEdge: true,
        status: 'disabled',
        statusReason: 'spare',
        authentication,
        tags: { site: 'n' },
        desired: { rate: 5 },
        modules: [{ moduleId: 'camera', managedBy: 'me', authentication, tags: { a: 1 }, desired: { b: [2] } }],
        problems: [],
        notices: [],
      },
    ]);
  });

  test('when a device has no modules, its state names none', () => {
    const parts = { device: aDevice({ type: 'none' }), twin: aTwin(null, {}, {}), modules: [] };
    expect(deviceInState(parts)).not.toHaveProperty('modules');
  });

  test('when there are deployments of both kinds, they stand apart, by id', () => {
    expect(configurationsInState([exported(edge), exported({ ...device, id: 's' as DeploymentId })])).toMatchObject({
      edgeDeployments: { base: { id: 'base' } },
      admConfigurations: { s: { id: 's' } },
    });
  });

  test('when the modules of a device are exported, the file is a whole manifest', () => {
    const modules = [
      { module: aModule('$edgeAgent', { type: 'none' }), twin: aTwin('$edgeAgent', {}, { schemaVersion: '1.1' }) },
    ];
    expect(modulesFile(modules)).toEqual({
      content: { modulesContent: { $edgeAgent: { 'properties.desired': { schemaVersion: '1.1' } } } },
    });
  });
});

test('when a deployment writes nothing, as one that takes another back, the file is whole and says that it does nothing there', () => {
  const back: Deployment = { ...edge, content: { $edgeAgent: {} } };
  expect(exported(back).configuration['content']).toEqual({ modulesContent: { $edgeAgent: {} } });
  expect(exported(back).notices).toMatchObject([
    {
      at: 'content',
      message: 'it writes nothing to any device, in IoT Hub either: delete there what it takes back here.',
    },
  ]);
  expect(exported(back, 'lanyard').notices).toEqual([]);
  expect(createCommand(back, '*', 'back.json')).not.toContain('--no-validation');
});
