// The disk fills up under messages: what was acknowledged to a sender arrives, what was taken leaves the store once there is
// room, and all of it goes on by itself, on the connections that are open.
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleInputsFilter, telemetryTopic } from '#contract/device-topics.ts';
import { agentSection } from '#test/support/hub-parts.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { openSiteStore } from '#test/support/seed-site.ts';
import { diskFiller } from './fill-disk.ts';
import { openClient } from './returning-client.ts';
import { a, b, deviceId, routeToB, routeUp, seedRoutes } from './routed-site.ts';
import { serviceCaller, type ServiceAnswer } from './service-caller.ts';
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

/** A base for the device, with its routes and both modules. */
function aDeployment(id: string, priority: number): string {
  const routes = { ab: routeToB, up: routeUp };
  return JSON.stringify({
    id,
    schemaVersion: '1.0',
    targetCondition: '*',
    priority,
    content: {
      modulesContent: {
        $edgeAgent: { 'properties.desired': agentSection(['a', 'b'], { round: String(priority) }) },
        $edgeHub: { 'properties.desired': { schemaVersion: '1.1', routes, storeAndForwardConfiguration: {} } },
      },
    },
  });
}

/** Numbers each try, and notes which were taken. */
function attempts(attempt: (number: number) => Promise<ServiceAnswer>) {
  const taken: number[] = [];
  let number = 0;
  return {
    taken,
    async once(): Promise<number> {
      number += 1;
      const { status, text } = await attempt(number);
      if (status < 300) taken.push(number);
      else expect([status, text]).toEqual([503, expect.stringMatching(isFull)]);
      return status;
    },
  };
}

test('when the disk fills up again and again, all that was answered with yes is there, and nothing else', async () => {
  const { open, filler, dataDir, hub: running } = await startSite({ ab: routeToB, up: routeUp });
  const call = serviceCaller(running);
  const arrived = { atB: new Set<number>(), atDevice: new Set<number>() };
  const listen = async (moduleId: typeof b | null, filter: string, numbers: Set<number>): Promise<void> => {
    const client = open(moduleId);
    client.on('message', (_topic, payload) => numbers.add(Number(payload.toString())));
    await client.subscribeAsync(filter, { qos: 1 });
  };
  await listen(b, moduleInputsFilter(deviceId, b), arrived.atB);
  await listen(null, `devices/${deviceId}/messages/devicebound/#`, arrived.atDevice);

  const sender = open(a);
  const acknowledged = new Set<number>();
  const stopping = new AbortController();
  const sending = (async () => {
    for (let number = 1; !stopping.signal.aborted; number += 1) {
      await sender.publishAsync(telemetryTopic({ deviceId, moduleId: a }, {}), String(number), { qos: 1 });
      acknowledged.add(number);
    }
  })();

  const octets = { 'content-type': 'application/octet-stream' };
  const doors = [
    attempts((number) => call('PUT', `/configurations/d-${number}`, aDeployment(`d-${number}`, number))),
    attempts((number) => call('POST', `/devices/${deviceId}/messages/devicebound`, String(number), octets)),
    attempts((number) => call('PATCH', `/twins/${deviceId}`, JSON.stringify({ tags: { [`t${number}`]: number } }))),
  ] as const;
  const everyDoor = (status: number) => async (): Promise<void> => {
    for (const door of doors)
      expect([await door.once()]).toEqual([status === 503 ? 503 : expect.toBeOneOf([200, 204])]);
  };
  for (let round = 0; round < 4; round += 1) {
    const from = acknowledged.size;
    await eventually(() => expect(acknowledged.size).toBeGreaterThan(from + 20), 30_000);
    filler.fill();
    await eventually(everyDoor(503), 20_000);
    filler.empty();
    await eventually(everyDoor(200), 20_000);
  }
  stopping.abort();
  await sending;
  const [deployments, cloudMessages, tags] = doors.map(({ taken }) => taken);
  await eventually(() => {
    expect([...acknowledged].filter((number) => !arrived.atB.has(number))).toEqual([]);
    expect([...arrived.atDevice].toSorted((left, right) => left - right)).toEqual(cloudMessages);
  }, 30_000);
  await eventually(async () => {
    const { text } = await call('GET', `/twins/${deviceId}/modules/$edgeAgent`);
    const { properties } = JSON.parse(text) as {
      properties: { desired: { runtime: { settings: { round: string } } } };
    };
    expect(properties.desired.runtime.settings.round).toBe(String(deployments?.at(-1)));
  }, 30_000);
  expect(await running.end('SIGTERM')).toEqual({ code: 0, signal: null });

  const store = openSiteStore(dataDir);
  const ids = store.read.deployments.list().map(({ id }) => Number(id.slice(2)));
  expect(ids.toSorted((left, right) => left - right)).toEqual(deployments);
  const ownTags = Object.values(store.read.twins.get({ deviceId, moduleId: null })?.tags ?? {});
  expect(ownTags).toEqual(tags);
  const stored = store.read.telemetry.latest({ deviceId, moduleId: a }, 100_000);
  const bodies = new Set(stored.map(({ body }) => Number(Buffer.from(body).toString())));
  expect([...acknowledged].filter((number) => !bodies.has(number))).toEqual([]);
  expect(await store.read.journal.findBrokenSeq()).toBeNull();
  expect(await store.checkIntegrity()).toBe('ok');
  store.close();
});
