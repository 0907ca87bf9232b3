// An MQTT client that comes back by itself, with the session it had, however often the hub goes.
import { readFileSync } from 'node:fs';
import { connect, type MqttClient } from 'mqtt';
import type { Identity } from '#base/ids.ts';
import { loginOf } from '#test/support/seed-site.ts';

export function openClient(identity: Identity, port: number, caFile: string): MqttClient {
  const client = connect({
    ...loginOf(identity),
    protocol: 'mqtts',
    host: '127.0.0.1',
    port,
    ca: readFileSync(caFile),
    clean: false,
    reconnectPeriod: 50,
    connectTimeout: 5000,
  });
  // A refused connection is what these tests are about; the client tries again by itself.
  client.on('error', () => undefined);
  return client;
}
