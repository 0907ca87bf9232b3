// A temperature module that has no container: connected to the hub as itself, with its own key, it tells a value every few seconds.
// For the demo, beside the simulated engine.
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Clock } from '#base/clock.ts';
import { broken } from '#base/errors.ts';
import type { Identity, ModuleId } from '#base/ids.ts';
import { splitHostPort } from '#contract/connection-string.ts';
import { telemetryTopic } from '#contract/device-topics.ts';
import { makeDeviceToken, type DeviceConnection } from './device-token.ts';

const everyMs = 5_000;

export interface SimulatedSensor {
  start(): void;
  stop(): Promise<void>;
}

export function createSimulatedSensor(options: {
  /** With the module's own key. */
  readonly connection: DeviceConnection;
  readonly identity: Identity & { readonly moduleId: ModuleId };
  readonly ca: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}): SimulatedSensor {
  const { connection, identity, ca, clock, random } = options;
  const { moduleId } = identity;
  const topic = telemetryTopic(identity, { '$.ct': 'application/json', '$.ce': 'utf-8' });
  const makePassword = () => makeDeviceToken({ connection, moduleId, clock, wasRefused: false });
  let client: MqttClient | null = null;
  let cancel: (() => void) | null = null;
  let celsius = 60 + random() * 10;

  function tell(): void {
    // Up and down a little, as an oven does.
    celsius += (random() - 0.5) * 2 + (65 - celsius) * 0.05;
    const body = JSON.stringify({ temperature: Number(celsius.toFixed(1)), unit: 'celsius' });
    if (client?.connected === true) client.publish(topic, body, { qos: 1 });
    cancel = clock.after(everyMs, tell);
  }

  return {
    start() {
      client = connect({ ...clientOptions(connection, moduleId), ca, password: makePassword() });
      // It connects again by itself; why it had to stands in the hub's log.
      client.on('error', () => undefined);
      client.on('close', () => {
        if (client !== null) client.options.password = makePassword();
      });
      client.once('connect', tell);
    },
    async stop() {
      cancel?.();
      await client?.endAsync(true);
    },
  };
}

function clientOptions({ hostName, deviceId }: DeviceConnection, moduleId: string): IClientOptions {
  const address = splitHostPort(hostName, 8_883);
  if (address === undefined) throw broken(`'${hostName}' is no host name.`);
  const clientId = `${deviceId}/${moduleId}`;
  const username = `${hostName}/${clientId}/?api-version=2021-04-12`;
  // Not as an address in one text: MQTT.js takes that apart by what Node calls deprecated, aloud.
  return { protocol: 'mqtts', ...address, clientId, username, reconnectPeriod: everyMs };
}
