// A device of a running hub that sends whatever it is told to, over real MQTT, and takes what is sent to it.
import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import { parseConnectionString } from '#contract/connection-string.ts';
import { encodeProperties } from '#contract/property-bag.ts';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import type { openConsoleWindow } from './console-window.ts';
import type { HubProcess } from './hub-process.ts';

export interface LiveSender {
  /** Resolves when the hub has it on disk. */
  send(body: string | Buffer, properties?: Readonly<Record<string, string>>): Promise<void>;
  /** From here on it takes cloud-to-device messages. */
  takeMessages(): Promise<void>;
  end(): Promise<void>;
}

/** Registers the device and connects as it. */
export async function openLiveSender(
  hub: HubProcess,
  { client }: Awaited<ReturnType<typeof openConsoleWindow>>,
  deviceId: string,
): Promise<LiveSender> {
  await client.createDevices.mutate({
    deviceIds: [deviceId],
    isEdge: false,
    authentication: { type: 'sas' },
    tags: null,
  });
  const { connectionString } = await client.deviceKeys.query({ deviceId });
  const connection = await connect(deviceId, connectionString ?? '', hub.ready.caFile);
  return {
    async send(body, properties = {}) {
      await connection.publishAsync(`devices/${deviceId}/messages/events/${encodeProperties(properties)}`, body, {
        qos: 1,
      });
    },
    async takeMessages() {
      await connection.subscribeAsync(`devices/${deviceId}/messages/devicebound/#`, { qos: 1 });
    },
    end: () => connection.endAsync(true),
  };
}

function connect(deviceId: string, connectionString: string, caFile: string): Promise<MqttClient> {
  const read = parseConnectionString(connectionString);
  if (!read.ok) throw new Error(`the device ${deviceId} has no key`);
  const { hostName, sharedAccessKey } = read.value;
  const request = {
    resource: `${hostName}/devices/${deviceId}`,
    keyBase64: sharedAccessKey ?? '',
    expiresAtS: Math.round(Date.now() / 1000) + 3_600,
  };
  return mqtt.connectAsync(`mqtts://${hostName}`, {
    protocolVersion: 4,
    clientId: deviceId,
    username: `${hostName}/${deviceId}/?api-version=2021-04-12`,
    password: signSharedAccessSignature(request, hmacSha256Base64),
    ca: readFileSync(caFile, 'utf8'),
    reconnectPeriod: 0,
  });
}
