// Deployments of modules by the unmodified `azure-iothub` 1.16: created, contested, refused and removed, or set on one device.
import { expect, it } from 'vitest';
import { agentSection, aModule } from '#test/support/hub-parts.ts';
import { describeServiceSite, sdkFailure } from '#test/support/service-suite.ts';

await describeServiceSite('127.0.0.47', "azure-iothub's deployments", (site) => {
  const createEdge = (deviceId: string) => site.registry.create({ deviceId, capabilities: { iotEdge: true } });

  it('when a configuration is created, changed, contested and removed, it keeps IoT Hub’s rules', async () => {
    const { registry, hub } = site;
    await createEdge('edge-1');
    await registry.updateTwin('edge-1', { tags: { config: 'yes' } }, '*');
    const content = { modulesContent: { $edgeAgent: { 'properties.desired': agentSection(['m1']) } } };
    const configuration = {
      id: 'base-1',
      schemaVersion: '1.0',
      content,
      targetCondition: "tags.config = 'yes'",
      priority: 3,
      labels: { by: 'test' },
      metrics: { queries: { mine: 'SELECT deviceId FROM devices' } },
    };
    await registry.addConfiguration(configuration);
    await hub.evaluation.settled();
    const { responseBody: read } = await registry.getConfiguration('base-1');
    const applied = `select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[[base-1]].status = 'Applied'`;
    expect(read).toEqual({
      ...configuration,
      contentType: 'assignment',
      createdTimeUtc: expect.stringMatching(/^20\d\d-/),
      lastUpdatedTimeUtc: expect.stringMatching(/^20\d\d-/),
      systemMetrics: {
        results: { targetedCount: 1, appliedCount: 1, reportedSuccessfulCount: 0, reportedFailedCount: 0 },
        queries: {
          targetedCount: "tags.config = 'yes'",
          appliedCount: applied,
          reportedSuccessfulCount: `${applied} and properties.desired.$version = properties.reported.lastDesiredVersion and properties.reported.lastDesiredStatus.code = 200`,
          reportedFailedCount: `${applied} and properties.desired.$version = properties.reported.lastDesiredVersion and properties.reported.lastDesiredStatus.code != 200`,
        },
      },
      metrics: { results: { mine: expect.any(Number) }, queries: { mine: 'SELECT deviceId FROM devices' } },
      etag: 'AAAAAAAAAAE=',
    });
    const { responseBody: agent } = await registry.getModuleTwin('edge-1', '$edgeAgent');
    expect(agent).toMatchObject({
      moduleId: '$edgeAgent',
      configurations: { 'base-1': { status: 'Applied' } },
      properties: { desired: { ...agentSection(['m1']), $version: 2 } },
    });
    expect(await sdkFailure(registry.addConfiguration(configuration))).toMatchObject({
      status: 409,
      code: 'ConfigurationAlreadyExists',
    });
    await registry.updateConfiguration({ ...read, priority: 4 });
    expect(await sdkFailure(registry.updateConfiguration({ ...read, priority: 5 }))).toMatchObject({
      status: 412,
    });
    const other = { modulesContent: { $edgeAgent: { 'properties.desired': agentSection(['m2']) } } };
    expect(await sdkFailure(registry.updateConfiguration({ ...read, content: other }, true))).toMatchObject({
      status: 400,
      code: 'CannotModifyImmutableConfigurationContent',
      message: expect.stringContaining('Create a new configuration instead'),
    });
    expect((await registry.getConfigurations()).responseBody.map(({ id }) => id)).toEqual(['base-1']);
    await registry.removeConfiguration('base-1');
    expect(await sdkFailure(registry.getConfiguration('base-1'))).toMatchObject({
      status: 404,
      code: 'ConfigurationNotFound',
    });
  });

  it.each([
    ['tags.environment = "DEV"', 'InvalidConfigurationTargetCondition', /at 19: .*single quotes/],
    ['deviceId = edge1', 'InvalidConfigurationTargetCondition', /at 11: .*'edge1'/],
  ])(
    'when the condition is %s, the refusal carries the offset and the mend',
    async (targetCondition, code, sentence) => {
      const configuration = {
        id: 'bad',
        schemaVersion: '1.0',
        content: { modulesContent: { $edgeAgent: {} } },
        targetCondition,
      };
      const refused = await sdkFailure(site.registry.addConfiguration(configuration));
      expect(refused).toMatchObject({ status: 400, code });
      expect(refused.message).toMatch(sentence);
    },
  );

  it('when a configuration has no $edgeAgent or two contents, its content is refused', async () => {
    const deviceContent = { 'properties.desired.x': 1 };
    for (const content of [{ modulesContent: { m: {} } }, { modulesContent: { $edgeAgent: {} }, deviceContent }]) {
      const refused = await sdkFailure(site.registry.addConfiguration({ id: 'bad', schemaVersion: '1.0', content }));
      expect(refused).toMatchObject({ status: 400, code: 'InvalidConfigurationContent' });
    }
  });

  it('when a manifest is set on one device, its twins have it; on a plain device it is refused', async () => {
    await createEdge('set-modules');
    await site.registry.create({ deviceId: 'plain' });
    const content = {
      modulesContent: {
        $edgeAgent: { 'properties.desired': { ...agentSection(), modules: { camera: aModule('camera:1') } } },
        camera: { 'properties.desired': { rate: 5 } },
      },
    };
    const { httpResponse } = await site.registry.applyConfigurationContentOnDevice('set-modules', content);
    expect(httpResponse.statusCode).toBe(204);
    const { responseBody: camera } = await site.registry.getModuleTwin('set-modules', 'camera');
    expect(camera.properties.desired).toMatchObject({ rate: 5 });
    const refused = await sdkFailure(site.registry.applyConfigurationContentOnDevice('plain', content));
    expect(refused).toMatchObject({ status: 400, code: 'ArgumentInvalid' });
  });
});
