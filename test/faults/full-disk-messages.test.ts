// The disk fills up under messages: what was acknowledged to a sender arrives, what was taken leaves the store once there is
// room, and all of it goes on by itself, on the connections that are open.
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleInputsFilter, telemetryTopic } from '#contract/device-topics.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { openSiteStore } from '#test/support/seed-site.ts';
import { diskFiller } from './fill-disk.ts';
import { openClient } from './returning-client.ts';
import { a, b, deviceId, routeToB, seedRoutes } from './routed-site.ts';
import { mountDisk, whyNoMounts, type SmallDisk } from './small-disk.ts';

let disk: SmallDisk | undefined;
let hub: HubProcess | undefined;
const clients: MqttClient[] = [];

beforeEach(({ skip }) => {
  const reason = whyNoMounts();
  if (reason !== null) skip(reason);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await hub?.end('SIGKILL');
  disk?.remove();
});

const isFull = /is full or failing: free some space/;

async function startSite(routes: Readonly<Record<string, string>>) {
  disk = mountDisk('size=24m');
  const dataDir = join(disk.dir, 'site');
  seedRoutes(dataDir, routes);
  hub = await startHubProcess(['--data-dir', dataDir, '--https-port', '0', '--mqtt-port', '0', '--console-port', '0']);
  const { mqttPort, ready } = hub;
  return {
    hub,
    dataDir,
    filler: diskFiller(join(disk.dir, 'filler')),
    open: (moduleId: typeof a | null): MqttClient => {
      const client = openClient({ deviceId, moduleId }, mqttPort, ready.caFile);
      clients.push(client);
      return client;
    },
  };
}

test('when a module takes its messages while the disk is full, the next ones follow once there is room', async () => {
  const { open, filler, dataDir, hub: running } = await startSite({ ab: routeToB });
  const listener = open(b);
  let connections = 0;
  listener.on('connect', () => (connections += 1));
  const arrived: number[] = [];
  const held: (() => void)[] = [];
  let isHolding = true;
  // Where MQTT.js waits before it acknowledges.
  listener.handleMessage = (packet, acknowledge) => {
    if ('payload' in packet) arrived.push(Number(packet.payload.toString()));
    if (isHolding) held.push(acknowledge);
    else acknowledge();
  };
  await listener.subscribeAsync(moduleInputsFilter(deviceId, b), { qos: 1 });
  const sender = open(a);
  const count = 100;
  for (let number = 1; number <= count; number += 1)
    await sender.publishAsync(telemetryTopic({ deviceId, moduleId: a }, {}), String(number), { qos: 1 });
  await sender.endAsync();
  await eventually(() => expect(held.length).toBeGreaterThan(0));

  filler.fill();
  isHolding = false;
  for (const acknowledge of held.splice(0)) acknowledge();
  await eventually(() => expect(running.stderr()).toMatch(isFull));
  filler.empty();

  await eventually(() => expect(arrived).toEqual(Array.from({ length: count }, (_, index) => index + 1)), 20_000);
  expect(connections).toBe(1);
  // Behind its acknowledgements, on the same connection.
  await listener.publishAsync(telemetryTopic({ deviceId, moduleId: b }, {}), 'that was all', { qos: 1 });
  expect(await running.end('SIGTERM')).toEqual({ code: 0, signal: null });
  const store = openSiteStore(dataDir);
  expect(store.read.moduleMessages.weight(deviceId).rows).toBe(0);
  store.close();
});
