// Changes tags through the service API as a script would, and waits on the device's own connection for what follows.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parseDesiredChange } from '#contract/device-topics.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import type { DeviceConnection } from './device-connection.ts';
import { packetTypes, payloadOf, topicOf } from './mqtt-wire.ts';

export interface TagOrder {
  readonly httpsPort: number;
  readonly caFile: string;
  readonly serviceConnectionString: string;
  readonly changes: number;
  /** The number of the first device; each change takes the next one. */
  readonly first: number;
  /** The module that appears in the desired section once the layer matches. */
  readonly moduleId: string;
}

/** From the moment the request is written to the moment the push is read, one device after another. */
export async function timeTagChanges(
  devices: readonly DeviceConnection[],
  order: TagOrder,
): Promise<{ readonly latenciesMs: readonly number[] }> {
  const patchTags = tagPatcher(order);
  const latenciesMs: number[] = [];
  for (let index = order.first; index < order.first + order.changes; index += 1) {
    const device = devices[index];
    if (device === undefined) throw new Error(`device ${index} is not connected`);
    const pushed = awaitPush(device, order.moduleId);
    const startedAtMs = performance.now();
    const answered = patchTags(deviceIdAt(index), { bench: 'on' });
    latenciesMs.push((await pushed) - startedAtMs);
    await answered;
  }
  return { latenciesMs };
}

function awaitPush({ listen, socket }: DeviceConnection, moduleId: string): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('the device was closed while it waited for its desired change')));
    listen((packet) => {
      if (packet.type !== packetTypes.publish || parseDesiredChange(topicOf(packet)) === undefined) return;
      const atMs = performance.now();
      if (payloadOf(packet).includes(`"${moduleId}"`)) resolve(atMs);
    });
  });
}

function tagPatcher({ httpsPort, caFile, serviceConnectionString }: TagOrder) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: readFileSync(caFile) });
  const authorization = serviceToken(serviceConnectionString);
  return (deviceId: string, tags: Readonly<Record<string, string>>): Promise<void> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ tags });
      const headers = {
        authorization,
        'content-type': 'application/json',
        'if-match': '*',
        'content-length': body.length,
      };
      const path = `/twins/${deviceId}?api-version=2021-04-12`;
      const sent = request({ host: '127.0.0.1', port: httpsPort, agent, method: 'PATCH', path, headers }, (answer) => {
        answer.resume().once('end', () => {
          if (answer.statusCode === 200) resolve();
          else reject(new Error(`PATCH ${path} was answered with ${answer.statusCode}`));
        });
      });
      sent.once('error', reject).end(body);
    });
}

function serviceToken(connectionString: string): string {
  const field = (name: string): string => new RegExp(`(?:^|;)${name}=([^;]*)`).exec(connectionString)?.[1] ?? '';
  return signSharedAccessSignature(
    {
      resource: field('HostName'),
      keyBase64: field('SharedAccessKey'),
      expiresAtS: Math.floor(Date.now() / 1000) + 3600,
      keyName: field('SharedAccessKeyName'),
    },
    (keyBase64, text) => createHmac('sha256', Buffer.from(keyBase64, 'base64')).update(text).digest('base64'),
  );
}
