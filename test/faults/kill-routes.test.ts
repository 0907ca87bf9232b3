// kill -9 while one module sends to another, which is away now and then: what was acknowledged to the sender arrives, in order.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import type { ModuleId } from '#base/ids.ts';
import { moduleInputsFilter, telemetryTopic } from '#contract/device-topics.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { openSiteStore } from '#test/support/seed-site.ts';
import { askedKills } from './asked-kills.ts';
import { findFixedPort } from './fixed-port.ts';
import { openClient } from './returning-client.ts';
import { a, b, deviceId, routeToB, seedRoutes } from './routed-site.ts';

const kills = askedKills(6);

let hub: HubProcess | undefined;
const clients: MqttClient[] = [];
let dataDir = '';

afterEach(async () => {
  for (const client of clients) client.end(true);
  await hub?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

function open(moduleId: ModuleId, port: number, caFile: string): MqttClient {
  const client = openClient({ deviceId, moduleId }, port, caFile);
  clients.push(client);
  return client;
}

test(
  `when the hub is killed ${kills} times, every message acknowledged to its sender arrives, in order`,
  { timeout: 60_000 + kills * 15_000 },
  async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'lanyard-kill-routes-'));
    seedRoutes(dataDir, { ab: routeToB });
    const port = await findFixedPort();
    const flags = ['--data-dir', dataDir, '--mqtt-port', String(port), '--https-port', '0', '--console-port', '0'];
    hub = await startHubProcess(flags);
    const { caFile } = hub.ready;

    const arrived: number[] = [];
    const listen = (): MqttClient => {
      const client = open(b, port, caFile);
      client.on('message', (_topic, payload) => arrived.push(Number(payload.toString())));
      client.subscribe(moduleInputsFilter(deviceId, b), { qos: 1 });
      return client;
    };
    let listener: MqttClient | undefined = listen();

    const sender = open(a, port, caFile);
    let acknowledged = 0;
    const stopping = new AbortController();
    const sending = (async () => {
      while (!stopping.signal.aborted) {
        await sender.publishAsync(telemetryTopic({ deviceId, moduleId: a }, {}), String(acknowledged + 1), { qos: 1 });
        acknowledged += 1;
      }
    })();

    for (let kill = 0; kill < kills; kill += 1) {
      const from = acknowledged;
      await eventually(() => expect(acknowledged).toBeGreaterThan(from + 100), 30_000);
      // A random moment is what this is about; no event stands for it.
      await delay(Math.random() * 200);
      await hub.end('SIGKILL');
      // Every other time b is away over the kill.
      listener?.end(true);
      listener = kill % 2 === 0 ? undefined : listen();
      hub = await startHubProcess(flags);
    }
    listener ??= listen();
    stopping.abort();
    await sending;

    await eventually(() => expect(new Set(arrived).size).toBe(acknowledged), 30_000);
    const firsts = [...new Set(arrived)];
    expect(firsts).toEqual(Array.from({ length: acknowledged }, (_, index) => index + 1));
    console.info(`${kills} kills: ${acknowledged} messages, ${arrived.length - firsts.length} of them twice`);
    // Behind its acknowledgements, on the same connection.
    await listener.publishAsync(telemetryTopic({ deviceId, moduleId: b }, {}), 'that was all', { qos: 1 });
    expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });
    const store = openSiteStore(dataDir);
    expect(store.read.moduleMessages.weight(deviceId).rows).toBe(0);
    store.close();
  },
);
