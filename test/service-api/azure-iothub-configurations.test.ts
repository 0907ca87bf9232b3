// The unmodified `azure-iothub` 1.16 with configurations of all three kinds: content, conditions, metrics, etags, refusals.
import { beforeAll, expect, it } from 'vitest';
import { agentSection } from '#test/support/hub-parts.ts';
import type { ServiceSite } from '#test/support/service-site.ts';
import { describeServiceSite, sdkFailure } from '#test/support/service-suite.ts';

const host = '127.0.0.46';
/** The SDK has no method for it; the Azure CLI's has this body. */
async function tested(
  site: Pick<ServiceSite, 'serviceToken'>,
  targetCondition: string,
  customMetricQueries: Record<string, string> = {},
) {
  const answer = await fetch(`https://${host}/configurations/testQueries?api-version=2021-04-12`, {
    method: 'POST',
    headers: { authorization: site.serviceToken(), 'content-type': 'application/json' },
    body: JSON.stringify({ targetCondition, customMetricQueries }),
  });
  expect(answer.status).toBe(200);
  return answer.json();
}

const metric = {
  queries: { pending: "SELECT deviceId FROM devices WHERE properties.reported.settings.status = 'pending'" },
};

await describeServiceSite(host, "azure-iothub's configurations", (site) => {
  beforeAll(async () => {
    const { registry } = site;
    await registry.create({ deviceId: 'plain' });
    await registry.create({ deviceId: 'edge', capabilities: { iotEdge: true } });
    await registry.addModule({ deviceId: 'plain', moduleId: 'camera' });
    await registry.updateTwin('plain', { tags: { site: 'north' }, properties: { desired: { own: 1 } } }, '*');
    await registry.updateModuleTwin('plain', 'camera', { tags: { role: 'camera' } }, '*');
  });

  const settled = () => site.hub.evaluation.settled();

  it('when a device configuration comes, changes, is contested and goes, it is as in IoT Hub', async () => {
    const { registry } = site;
    const configuration = {
      id: 'device-settings',
      schemaVersion: '2.0',
      labels: { by: 'test', __proto__key: 'kept' },
      content: {
        deviceContent: { 'properties.desired.settings': { temperature: 66 }, 'properties.desired.own': null },
      },
      targetCondition: "tags.site = 'north'",
      priority: 7,
      metrics: metric,
    };
    await registry.addConfiguration(configuration);
    await settled();
    const { responseBody: read } = await registry.getConfiguration('device-settings');
    expect(read).toMatchObject({
      id: 'device-settings',
      labels: configuration.labels,
      content: configuration.content,
      contentType: 'assignment',
      targetCondition: configuration.targetCondition,
      priority: 7,
      etag: 'AAAAAAAAAAE=',
      metrics: metric,
    });
    expect(read.systemMetrics).toEqual({
      results: { targetedCount: 1, appliedCount: 1 },
      queries: {
        targetedCount: "tags.site = 'north'",
        appliedCount: "select deviceId from devices where configurations.[[device-settings]].status = 'Applied'",
      },
    });
    const { responseBody: twin } = await registry.getTwin('plain');
    expect(twin).toHaveProperty('configurations', { 'device-settings': { status: 'Applied' } });
    expect(twin.properties.desired).toMatchObject({ settings: { temperature: 66 } });
    expect(twin.properties.desired).not.toHaveProperty('own');

    const { responseBody: updated } = await registry.updateConfiguration({ ...read, priority: 8 });
    expect(updated).toMatchObject({ priority: 8, etag: 'AAAAAAAAAAI=' });
    expect(await sdkFailure(registry.updateConfiguration({ ...read, priority: 9 }))).toMatchObject({
      status: 412,
      code: 'PreconditionFailed',
    });
    await registry.updateConfiguration({ ...read, priority: 9 }, true);
    expect(await sdkFailure(registry.addConfiguration(configuration))).toMatchObject({
      status: 409,
      code: 'ConfigurationAlreadyExists',
    });
    const other = { deviceContent: { 'properties.desired.settings': { temperature: 70 } } };
    expect(await sdkFailure(registry.updateConfiguration({ ...read, content: other }, true))).toMatchObject({
      status: 400,
      code: 'CannotModifyImmutableConfigurationContent',
      number: 400403,
      answer: expect.stringMatching(
        /^ErrorCode:CannotModifyImmutableConfigurationContent;.*Create a new configuration instead/,
      ),
      tracking: expect.stringMatching(/^Tracking ID:[0-9A-F]{32}-G:/),
    });
    await registry.removeConfiguration('device-settings');
    await settled();
    expect(await sdkFailure(registry.getConfiguration('device-settings'))).toMatchObject({ status: 404 });
    expect(await sdkFailure(registry.updateConfiguration({ ...read }, true))).toMatchObject({
      status: 404,
      code: 'ConfigurationNotFound',
    });
    // As observed in the cloud: what it wrote stays.
    const { responseBody: after } = await registry.getTwin('plain');
    expect(after.properties.desired).toMatchObject({ settings: { temperature: 66 } });
    expect(after).not.toHaveProperty('configurations');
  });

  it('when a module configuration comes, it writes to the module’s own twin', async () => {
    const { registry } = site;
    const content = { moduleContent: { 'properties.desired.rate': 5 } };
    const targetCondition = "FROM devices.modules WHERE tags.role = 'camera'";
    await registry.addConfiguration({ id: 'cameras', schemaVersion: '2.0', content, targetCondition });
    await settled();
    const { responseBody: twin } = await registry.getModuleTwin('plain', 'camera');
    expect(twin).toMatchObject({
      configurations: { cameras: { status: 'Applied' } },
      properties: { desired: { rate: 5 } },
    });
    const { responseBody: read } = await registry.getConfiguration('cameras');
    expect(read).toMatchObject({
      content,
      targetCondition,
      systemMetrics: { results: { targetedCount: 1, appliedCount: 1 } },
    });
    expect((await registry.getConfigurations()).responseBody.map(({ id }) => id)).toContain('cameras');
    const query = read.systemMetrics?.queries?.['appliedCount'] ?? '';
    const { result } = await registry.createQuery(query).next();
    expect(result).toEqual([{ deviceId: 'plain', moduleId: 'camera' }]);
  });

  it('when a device is connected, what configurations write to its own twin is pushed to it', async () => {
    const { registry } = site;
    const { responseBody: device } = await registry.create({ deviceId: 'connected' });
    const client = await site.connectDevice('connected', device.authentication?.symmetricKey?.primaryKey ?? '');
    try {
      const twin = await client.getTwin();
      const pushed = new Promise((resolve) => {
        twin.on('properties.desired.pushed', (value: unknown) => resolve(value));
      });
      const content = { deviceContent: { 'properties.desired.pushed.rate': 9 } };
      const targetCondition = "deviceId = 'connected'";
      await registry.addConfiguration({ id: 'pushed', schemaVersion: '2.0', content, targetCondition });
      expect(await pushed).toEqual({ rate: 9 });
    } finally {
      await client.close();
    }
  });

  it.each([
    [
      'its content is of two kinds',
      { content: { deviceContent: {}, moduleContent: {} } },
      400402,
      'InvalidConfigurationContent',
    ],
    ['it has no content', { content: {} }, 400402, 'InvalidConfigurationContent'],
    ['it writes tags', { content: { deviceContent: { 'tags.x': 1 } } }, 400402, 'InvalidConfigurationContent'],
    [
      'it is for modules and its condition is not',
      { content: { moduleContent: { 'properties.desired.a': 1 } }, targetCondition: '*' },
      400401,
      'InvalidConfigurationTargetCondition',
    ],
    [
      'its condition asks for desired properties',
      { targetCondition: "properties.desired.a = '1'" },
      400401,
      'InvalidConfigurationTargetCondition',
    ],
    [
      'a metric is no query',
      { metrics: { queries: { wrong: 'SELECT deviceId WHERE' } } },
      400404,
      'InvalidConfigurationCustomMetricsQuery',
    ],
    [
      'it has six metrics',
      { metrics: { queries: Object.fromEntries(Array.from('abcdef', (name) => [name, 'SELECT * FROM devices'])) } },
      400404,
      'InvalidConfigurationCustomMetricsQuery',
    ],
    ['its priority is too large', { priority: 2 ** 31 }, 400004, 'ArgumentInvalid'],
    ['its labels are no texts', { labels: { a: 1 } }, 400004, 'ArgumentInvalid'],
    ['its id has capitals', { id: 'Settings' }, 400004, 'ArgumentInvalid'],
  ])('when %s, the refusal has IoT Hub’s code, number and shape', async (_, parts, number, header) => {
    const configuration = {
      id: 'refused',
      schemaVersion: '2.0',
      content: { deviceContent: { 'properties.desired.a': 1 } },
      ...parts,
    };
    const refused = await sdkFailure(site.registry.addConfiguration(configuration as never));
    expect(refused).toMatchObject({ status: 400, number, code: header });
    expect(refused.answer).toMatch(new RegExp(`^ErrorCode:${header};[^;]+$`));
    expect(await sdkFailure(site.registry.getConfiguration('refused'))).toMatchObject({ status: 404 });
  });

  it('when the largest priority and every character of an id are used, they are taken', async () => {
    const id = "az09-+%_*!'";
    const content = { deviceContent: { 'properties.desired.a': 1 } };
    await site.registry.addConfiguration({ id, schemaVersion: '2.0', content, priority: 2 ** 31 - 1 });
    const { responseBody } = await site.registry.getConfiguration(id);
    expect(responseBody).toMatchObject({ id, priority: 2 ** 31 - 1, labels: null, targetCondition: '' });
    await site.registry.removeConfiguration(id);
  });

  it('when queries are tested, what is wrong with each is in the body of a 200', async () => {
    const good = await tested(site, "tags.a = 'b'", { all: 'SELECT * FROM devices' });
    expect(good).toEqual({ targetConditionError: null, customMetricQueryErrors: {} });
    expect(await tested(site, "from devices.modules where tags.a = 'b'")).toMatchObject({ targetConditionError: null });
    expect(await tested(site, '*')).toMatchObject({ targetConditionError: expect.stringContaining('*') });
    const bad = await tested(site, 'tags.a = b', { all: 'SELECT * FROM devices', wrong: 'SELECT FROM' });
    expect(bad).toMatchObject({
      targetConditionError: expect.stringContaining("'b'"),
      customMetricQueryErrors: { wrong: expect.any(String) },
    });
    expect(bad).not.toHaveProperty(['customMetricQueryErrors', 'all']);
  });

  it('when content is set on one device, a base that applies stands in the way, and settings of the device never', async () => {
    const { registry } = site;
    const modulesContent = { $edgeAgent: { 'properties.desired': agentSection(['m1']) } };
    await registry.addConfiguration({
      id: 'base',
      schemaVersion: '1.0',
      content: { modulesContent },
      targetCondition: "deviceId = 'edge'",
    });
    await settled();
    expect(await sdkFailure(registry.applyConfigurationContentOnDevice('edge', { modulesContent }))).toMatchObject({
      status: 400,
      code: 'InvalidOperation',
      answer: expect.stringContaining("'edge' has its modules from the deployment 'base'"),
    });
    for (const deviceId of ['edge', 'plain']) {
      const deviceContent = { 'properties.desired.hand': deviceId };
      const { httpResponse } = await registry.applyConfigurationContentOnDevice(deviceId, { deviceContent });
      expect(httpResponse.statusCode).toBe(204);
      expect((await registry.getTwin(deviceId)).responseBody.properties.desired).toMatchObject({ hand: deviceId });
    }
    await registry.removeConfiguration('base');
    await settled();
    await registry.applyConfigurationContentOnDevice('edge', { modulesContent });
    for (const content of [{}, { moduleContent: {} }] as never[])
      expect(await sdkFailure(registry.applyConfigurationContentOnDevice('edge', content))).toMatchObject({
        number: 400402,
      });
  });
});
