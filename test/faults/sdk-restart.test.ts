// A hub that is killed and comes back: a device with the unmodified SDK goes on where it was, without being opened again.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import azureDevice, { type DeviceMethodRequest } from 'azure-iot-device';
import azureMqtt from 'azure-iot-device-mqtt';
import { afterEach, expect, test } from 'vitest';
import { parseConnectionString } from '#contract/connection-string.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { findFixedPort } from './fixed-port.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const dir = mkdtempSync(join(tmpdir(), 'sdk-restart-'));
let hub: HubProcess;
let client: azureDevice.Client | undefined;

afterEach(async () => {
  client?.removeAllListeners();
  await client?.close();
  await hub.end('SIGKILL');
  rmSync(dir, { recursive: true });
});

/** The service API by hand: `azure-iothub` would need port 443. */
function ask(method: string, path: string, body: object): Promise<{ readonly status: number; readonly text: string }> {
  const connection = parseConnectionString(hub.ready.serviceConnectionString);
  if (!connection.ok) throw new Error('no connection string');
  const { hostName: resource, sharedAccessKey, sharedAccessKeyName: keyName } = connection.value;
  const expiresAtS = Math.round(Date.now() / 1000) + 60;
  const token = { resource, keyBase64: sharedAccessKey ?? '', expiresAtS, keyName: keyName ?? undefined };
  const headers = {
    authorization: signSharedAccessSignature(token, hmacSha256Base64),
    'content-type': 'application/json',
    ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
  };
  const ca = readFileSync(hub.ready.caFile);
  const url = { host: '127.0.0.1', port: hub.httpsPort, path: `${path}?api-version=2021-04-12` };
  return new Promise((resolve, reject) => {
    const asked = request({ ...url, method, headers, ca }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on('error', reject).end(JSON.stringify(body));
  });
}

test('when the hub is killed and back, the device still gets desired changes, method calls and messages', async () => {
  const port = await findFixedPort();
  const flags = ['--data-dir', dir, '--https-port', '0', '--mqtt-port', `${port}`, '--console-port', '0'];
  hub = await startHubProcess(flags);
  const authentication = { type: 'sas', symmetricKey: { primaryKey: key, secondaryKey: key } };
  expect((await ask('PUT', '/devices/d1', { deviceId: 'd1', status: 'enabled', authentication })).status).toBe(200);
  client = azureDevice.Client.fromConnectionString(
    `HostName=127.0.0.1:${port};DeviceId=d1;SharedAccessKey=${key}`,
    azureMqtt.Mqtt,
  );
  await client.setOptions({ ca: readFileSync(hub.ready.caFile, 'utf8') });
  await client.open();
  const twin = await client.getTwin();
  const desired: unknown[] = [];
  twin.on('properties.desired', (delta: unknown) => desired.push(delta));
  const messages: string[] = [];
  client.on('message', (message: azureDevice.Message) => messages.push(String(message.data)));
  client.onDeviceMethod('ping', (_: DeviceMethodRequest, response) => void response.send(200, 'pong'));
  const ping = () => ask('POST', '/twins/d1/methods', { methodName: 'ping', connectTimeoutInSeconds: 5 });
  await eventually(async () => expect((await ping()).status).toBe(200));

  await hub.end('SIGKILL');
  hub = await startHubProcess(flags);

  await eventually(async () => expect((await ping()).text).toContain('pong'), 30_000);
  await ask('PATCH', '/twins/d1', { properties: { desired: { rate: 2 } } });
  await eventually(() => expect(desired).toContainEqual({ rate: 2, $version: 2 }));
  expect((await ask('POST', '/devices/d1/messages/devicebound', { text: 'hello' })).status).toBe(204);
  await eventually(() => expect(messages).toEqual(['{"text":"hello"}']));
});
