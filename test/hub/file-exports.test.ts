// Files out, over a real store: what is exported comes back as what it was, and IoT Hub's tools can read it.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { checkManifest } from '#domain/manifests/manifest-check.ts';
import { createFileExports } from '#hub/operations/file-exports.ts';
import { aManifest } from '#test/support/build-manifest.ts';
import { aSite, baseInFile, base64Of, edgeInFile, keyOf, layerInFile, sasInFile } from '#test/support/file-site.ts';
import { aLayer, aNewDeployment, createHubParts, deviceId } from '#test/support/hub-parts.ts';

async function aFilledSite() {
  const site = aSite();
  await site.importEach([
    baseInFile('base', { metrics: { queries: { q: 'SELECT * FROM devices' } }, labels: { a: "it's" } }),
    layerInFile('layer-1', { targetCondition: "tags.site IN ['a', 'b']" }),
    { id: 'settings', content: { deviceContent: { 'properties.desired.a': 1 } }, targetCondition: '*' },
  ]);
  await site.importEach({
    devices: {
      'edge-1': edgeInFile({
        modules: { camera: { identity: { authentication: sasInFile }, twin: { properties: { desired: { b: 2 } } } } },
      }),
      plain: {
        identity: { authentication: { type: 'certificateAuthority' }, status: 'disabled', statusReason: 'spare' },
      },
    },
  });
  return site;
}

describe('files out', () => {
  test('when a site is exported for another of ours and imported there, it is the same site', async () => {
    const site = await aFilledSite();
    const file = await site.files.exportSite({ reader: 'lanyard', devices: true });
    expect(file).toMatchObject({ fileName: 'hub-state.json', deployments: 3, devices: 2 });
    expect(file.notices.map(({ message }) => message)).toEqual([
      expect.stringContaining('holds the keys of 2 devices'),
    ]);
    const copy = aSite();
    const report = await copy.files.importFile({ fileBase64: base64Of(file.text), mode: 'all' });
    expect(new Set(report.items.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(
      (await copy.files.exportSite({ reader: 'lanyard', devices: true })).text.replaceAll(
        /"createdTimeUtc":"[^"]*"/g,
        '',
      ),
    ).toBe(file.text.replaceAll(/"createdTimeUtc":"[^"]*"/g, ''));
    expect(new Set((await site.importEach(JSON.parse(file.text))).items.map(({ outcome }) => outcome))).toEqual(
      new Set(['same']),
    );
  });

  test('when the az CLI imports the state, it finds every field it reaches for', async () => {
    const { files } = await aFilledSite();
    const { text } = await files.exportSite({ reader: 'iot-hub', devices: true });
    const { configurations, devices } = JSON.parse(text);
    const all = [...Object.values(configurations.edgeDeployments), ...Object.values(configurations.admConfigurations)];
    expect(all).toHaveLength(3);
    for (const configuration of all)
      expect(configuration).toMatchObject({
        content: expect.anything(),
        targetCondition: expect.any(String),
        priority: expect.any(Number),
        metrics: { queries: expect.anything() },
      });
    for (const configuration of all) expect(configuration).toHaveProperty('labels');
    const identity = {
      authentication: {
        type: 'sas',
        symmetricKey: { primaryKey: keyOf('p'), secondaryKey: keyOf('s') },
        x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
      },
      capabilities: { iotEdge: true },
      status: 'enabled',
    };
    const { authentication } = identity;
    expect(devices['edge-1']).toMatchObject({
      identity,
      twin: { properties: { desired: { rate: 5 } } },
      modules: { camera: { identity: { authentication }, twin: { properties: { desired: { b: 2 } } } } },
    });
  });

  test('when a site goes to IoT Hub, conditions are rewritten and what cannot be is left out and said', async () => {
    const site = await aFilledSite();
    await site.importEach(baseInFile('odd', { targetCondition: "STARTSWITH(deviceId, 'a')" }));
    const file = await site.files.exportSite({ reader: 'iot-hub', devices: false });
    const { configurations, devices } = JSON.parse(file.text);
    expect(Object.keys(configurations.edgeDeployments)).toEqual(['base', 'layer-1']);
    expect(configurations.edgeDeployments['layer-1'].targetCondition).toBe("tags.site = 'a' OR tags.site = 'b'");
    expect(Object.keys(configurations.admConfigurations)).toEqual(['settings']);
    expect(devices).toBeUndefined();
    expect(file.notices.map(({ at, message }) => `${at}: ${message}`)).toEqual([
      expect.stringContaining('layer-1.targetCondition: the condition was rewritten'),
      expect.stringContaining('odd: left out: at 0: IoT Hub has no STARTSWITH'),
    ]);
  });

  test('when one deployment is exported, the file is what the az CLI takes, with its command', async () => {
    const { files } = await aFilledSite();
    const file = files.exportDeployment({ id: 'base', reader: 'iot-hub' });
    expect(file.fileName).toBe('base.json');
    expect(JSON.parse(file.text)).toMatchObject({
      content: { modulesContent: aManifest() },
      metrics: { queries: { q: 'SELECT * FROM devices' } },
    });
    expect(file.command).toContain(`az iot edge deployment create -d 'base' -k 'base.json'`);
  });

  test.each([
    ['nobody', 'deployment.unknown'],
    ['No Id', 'deployment.unknown'],
    ['odd', 'deployment.condition'],
  ])('when %s cannot be exported, the refusal says why', async (id, code) => {
    const site = await aFilledSite();
    await site.importEach(baseInFile('odd', { targetCondition: "STARTSWITH(deviceId, 'a')" }));
    expect(() => site.files.exportDeployment({ id, reader: 'iot-hub' })).toThrow(expect.objectContaining({ code }));
  });

  test('when the modules of a device are exported, they can be set on another', async () => {
    const { files } = await aFilledSite();
    const file = files.exportModules({ deviceId: 'edge-1' });
    expect(JSON.parse(file.text)).toEqual({
      content: {
        modulesContent: {
          $edgeAgent: { 'properties.desired': {} },
          $edgeHub: { 'properties.desired': {} },
          camera: { 'properties.desired': { b: 2 } },
        },
      },
    });
    for (const id of ['nobody', 'a/b'])
      expect(() => files.exportModules({ deviceId: id })).toThrow(expect.objectContaining({ code: 'device.unknown' }));
  });

  test('when deployments merged what a device runs, its exported modules pass the check of set-modules', async () => {
    const parts = createHubParts();
    onTestFinished(async () => {
      await parts.controller.stop();
      parts.store.close();
    });
    parts.registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
    parts.deployments.create(aNewDeployment('base', { content: aManifest() as ModulesContent }), 'service');
    parts.deployments.create(aLayer('layer', 'web'), 'service');
    parts.controller.start();
    await parts.controller.settled();
    const file = createFileExports(parts).exportModules({ deviceId: 'd1' });
    const { modulesContent } = (JSON.parse(file.text) as { content: { modulesContent: JsonObject } }).content;
    expect(modulesContent['$edgeAgent']).toMatchObject({ 'properties.desired': { modules: { web: {}, camera: {} } } });
    expect(checkManifest(modulesContent, { schema: true }).problems).toEqual([]);
  });
});
