// Devices, modules, twins and what is sent to devices, by the unmodified `azure-iothub` 1.16.
import type azureIotDevice from 'azure-iot-device';
import azureIotHub from 'azure-iothub';
import { expect, it } from 'vitest';
import { describeServiceSite, sdkFailure } from '#test/support/service-suite.ts';

const host = '127.0.0.43';

await describeServiceSite(host, 'azure-iothub', (site) => {
  const created = async (deviceId: string, extra: object = {}) => {
    const { responseBody } = await site.registry.create({ deviceId, ...extra });
    return responseBody;
  };

  it('when a device is created, read, listed, updated and deleted, each is as in IoT Hub', async () => {
    const device = await created('dev-1', { status: 'enabled', capabilities: { iotEdge: true } });
    expect(device).toMatchObject({
      deviceId: 'dev-1',
      generationId: expect.stringMatching(/^\d{18}$/),
      etag: 'AAAAAAAAAAE=',
      connectionState: 'Disconnected',
      status: 'enabled',
      statusReason: null,
      connectionStateUpdatedTime: '0001-01-01T00:00:00Z',
      cloudToDeviceMessageCount: 0,
      authentication: {
        symmetricKey: { primaryKey: expect.stringMatching(/^.{44}$/), secondaryKey: expect.stringMatching(/^.{44}$/) },
        x509Thumbprint: { primaryThumbprint: null, secondaryThumbprint: null },
        type: 'sas',
      },
      capabilities: { iotEdge: true },
      deviceScope: `ms-azure-iot-edge://dev-1-${device.generationId}`,
    });
    expect((await site.registry.get('dev-1')).responseBody).toEqual(device);
    expect((await site.registry.list()).responseBody.map(({ deviceId }) => deviceId)).toContain('dev-1');
    const updated = (await site.registry.update({ deviceId: 'dev-1', status: 'disabled', statusReason: 'lost' }))
      .responseBody;
    expect(updated).toMatchObject({ status: 'disabled', statusReason: 'lost', etag: 'AAAAAAAAAAI=' });
    expect(updated.authentication).toEqual(device.authentication);
    expect((await site.registry.getRegistryStatistics()).responseBody).toMatchObject({ disabledDeviceCount: 1 });
    expect((await site.registry.delete('dev-1')).httpResponse.statusCode).toBe(204);
    expect(await sdkFailure(site.registry.get('dev-1'))).toMatchObject({
      name: 'DeviceNotFoundError',
      status: 404,
      code: 'DeviceNotFound',
      message: expect.stringContaining("no device 'dev-1'"),
    });
  });

  it('when a device is there already, creating it is a conflict', async () => {
    await created('twice');
    expect(await sdkFailure(site.registry.create({ deviceId: 'twice' }))).toMatchObject({
      name: 'DeviceAlreadyExistsError',
      status: 409,
      code: 'DeviceAlreadyExists',
    });
  });

  it('when devices come in bulk, each has its own outcome', async () => {
    const added = await site.registry.addDevices([{ deviceId: 'bulk-1' }, { deviceId: 'bulk-2' }]);
    expect(added.responseBody).toEqual({ isSuccessful: true, errors: [], warnings: [] });
    const devices = [
      { deviceId: 'bulk-1', status: 'disabled', etag: 'AAAAAAAAAAE=' },
      { deviceId: 'bulk-2', etag: 'AAAAAAAAAAk=' },
    ];
    const { responseBody } = await site.registry
      .updateDevices(devices, false)
      .catch((error: { responseBody: string }) => ({ responseBody: JSON.parse(error.responseBody) as unknown }));
    expect(responseBody).toMatchObject({
      isSuccessful: false,
      errors: [{ deviceId: 'bulk-2', errorCode: 'PreconditionFailed' }],
    });
    expect((await site.registry.get('bulk-1')).responseBody.status).toBe('disabled');
    const removed = await site.registry.removeDevices([{ deviceId: 'bulk-1' }, { deviceId: 'bulk-2' }], true);
    expect(removed.responseBody).toMatchObject({ isSuccessful: true });
  });

  it('when modules are added, read, updated and removed, etags are checked', async () => {
    await created('with-modules', { capabilities: { iotEdge: true } });
    const { responseBody: module } = await site.registry.addModule({ deviceId: 'with-modules', moduleId: 'm1' });
    expect(module).toMatchObject({ moduleId: 'm1', deviceId: 'with-modules', etag: 'AAAAAAAAAAE=', managedBy: null });
    const { responseBody: modules } = await site.registry.getModulesOnDevice('with-modules');
    expect(modules.map(({ moduleId }) => moduleId)).toEqual(['$edgeAgent', '$edgeHub', 'm1']);
    await site.registry.updateModule({ ...module, managedBy: 'me' });
    expect((await site.registry.getModule('with-modules', '$edgeAgent')).responseBody.managedBy).toBe('iotEdge');
    expect(await sdkFailure(site.registry.updateModule({ ...module, managedBy: 'stale' }))).toMatchObject({
      name: 'InvalidEtagError',
      status: 412,
      code: 'PreconditionFailed',
    });
    await site.registry.removeModule('with-modules', 'm1');
    expect(await sdkFailure(site.registry.getModule('with-modules', 'm1'))).toMatchObject({
      status: 404,
      code: 'ModuleNotFound',
    });
  });

  it('when a twin is read, patched and patched again with a stale etag, the second patch is refused', async () => {
    await created('twin');
    const { responseBody: twin } = await site.registry.getTwin('twin');
    expect(JSON.parse(JSON.stringify(twin.toJSON()))).toMatchObject({
      deviceId: 'twin',
      etag: 'AAAAAAAAAAE=',
      deviceEtag: 'AAAAAAAAAAE=',
      status: 'enabled',
      version: 1,
      tags: {},
      properties: {
        desired: { $version: 1, $metadata: { $lastUpdated: expect.any(String), $lastUpdatedVersion: 1 } },
        reported: { $version: 1, $metadata: { $lastUpdated: expect.any(String) } },
      },
      capabilities: { iotEdge: false },
    });
    const patch = { tags: { site: 'north' }, properties: { desired: { rate: 5, mode: { fast: true } } } };
    const { responseBody: patched } = await site.registry.updateTwin('twin', patch, twin.etag);
    expect(patched).toMatchObject({
      tags: { site: 'north' },
      properties: { desired: { rate: 5, $version: 2, $metadata: { mode: { fast: { $lastUpdatedVersion: 2 } } } } },
    });
    expect(await sdkFailure(site.registry.updateTwin('twin', patch, twin.etag))).toMatchObject({
      name: 'InvalidEtagError',
      status: 412,
    });
    await site.registry.updateTwin('twin', { tags: { site: null } }, '*');
    expect((await site.registry.getTwin('twin')).responseBody.tags).toEqual({});
    expect(await sdkFailure(site.registry.updateTwin('twin', { tags: { 'a.b': 1 } }, '*'))).toMatchObject({
      name: 'ArgumentError',
      message: expect.stringMatching(/tags\["a\.b"\]: a key may not contain '\.'/),
    });
  });

  it('when a method is called on a connected device, its answer comes back; when it is offline, it is a 404', async () => {
    const device = await created('method');
    const connected = await site.connectDevice('method', device.authentication?.symmetricKey?.primaryKey ?? '');
    connected.onDeviceMethod('reboot', (call, response) => void response.send(202, { got: call.payload as unknown }));
    site.client.setRetryPolicy({ shouldRetry: () => false, nextRetryTimeout: () => 0 });
    const call = {
      methodName: 'reboot',
      payload: { now: true },
      responseTimeoutInSeconds: 5,
      connectTimeoutInSeconds: 5,
    };
    const answer = await site.client.invokeDeviceMethod('method', call);
    expect(answer.result).toEqual({ status: 202, payload: { got: { now: true } } });
    await connected.close();
    const offline = { ...call, connectTimeoutInSeconds: 0 };
    expect(await sdkFailure(site.client.invokeDeviceMethod('method', offline))).toMatchObject({
      status: 404,
      code: 'DeviceNotOnline',
    });
  });

  it('when the key or the host of the connection string is wrong, it is a 401', async () => {
    const wrongKey = site.connectionString.replace(site.serviceKey, Buffer.alloc(32, 9).toString('base64'));
    expect(await sdkFailure(azureIotHub.Registry.fromConnectionString(wrongKey).list())).toMatchObject({
      name: 'UnauthorizedError',
      status: 401,
      code: 'IotHubUnauthorizedAccess',
    });
  });

  it('when a call is one the hub does not serve, it is a 404 that says what it serves', async () => {
    expect(await sdkFailure(site.registry.listJobs())).toMatchObject({ status: 404, code: 'GenericNotFound' });
  });

  it('when a message is posted to a device, the device receives body and properties', async () => {
    const device = await created('message');
    const connected = await site.connectDevice('message', device.authentication?.symmetricKey?.primaryKey ?? '');
    const received = new Promise<azureIotDevice.Message>((resolve) => {
      connected.on('message', resolve);
    });
    const answer = await fetch(`https://${host}/devices/message/messages/devicebound?api-version=2021-04-12`, {
      method: 'POST',
      headers: { authorization: site.serviceToken(), 'iothub-messageid': 'm-1', 'iothub-app-colour': 'red' },
      body: 'hello',
    });
    expect(answer.status).toBe(204);
    const message = await received;
    expect([message.messageId, message.getData(), message.properties.getValue('colour')]).toEqual([
      'm-1',
      Buffer.from('hello'),
      'red',
    ]);
    await connected.complete(message);
    await connected.close();
  });
});
