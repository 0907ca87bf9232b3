// The laptop's clock jumps under a hub that works, and between its runs: devices stay, nothing is lost, and what is newer is so by
// its number, never by its time.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import { moduleInputsFilter, telemetryTopic } from '#contract/device-topics.ts';
import { agentSection } from '#test/support/hub-parts.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { openSiteStore } from '#test/support/seed-site.ts';
import { findFixedPort } from './fixed-port.ts';
import { disagreements, readEvidence } from './journal-evidence.ts';
import { startReporting, type ReportingDevice } from './reporting-device.ts';
import { openClient } from './returning-client.ts';
import { a, b, deviceId, routeToB, seedRoutes } from './routed-site.ts';
import { serviceCaller } from './service-caller.ts';

const dayMs = 24 * 3_600_000;
const yearMs = 365 * dayMs;
const before1970Ms = -Date.now() - 3 * yearMs;
const jumps: readonly (readonly [string, number])[] = [
  ['a day back', -dayMs],
  ['ten years on', 10 * yearMs],
  ['back to the present', 0],
  ['before 1970', before1970Ms],
  ['to 1970', -Date.now()],
  ['a day on', dayMs],
  ['back to the present again', 0],
];

let hub: HubProcess | undefined;
let device: ReportingDevice | undefined;
const clients: MqttClient[] = [];
let home = '';

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  await device?.close();
  await hub?.end('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

function setClock(offsetMs: number): void {
  const file = join(home, 'site-clock');
  writeFileSync(`${file}-new`, String(offsetMs));
  renameSync(`${file}-new`, file);
}

async function startSite(mqttPort: number): Promise<HubProcess> {
  const flags = ['--data-dir', join(home, 'site'), '--mqtt-port', String(mqttPort), '--https-port', '0'];
  const nodeArgs = ['--import', './test/faults/wrong-clock.js'];
  return startHubProcess([...flags, '--console-port', '0'], { nodeArgs });
}

function aDeployment(id: string, round: number): string {
  const $edgeAgent = { 'properties.desired': agentSection([], { round: String(round) }) };
  const content = { modulesContent: { $edgeAgent } };
  return JSON.stringify({ id, schemaVersion: '1.0', targetCondition: '*', priority: 5, content });
}

/** The hub did see those clocks. */
function expectJumps(dataDir: string): void {
  const store = openSiteStore(dataDir);
  const times = store.read.journal.list({ limit: 1_000_000 }).map(({ atMs }) => atMs);
  store.close();
  const seen = [times.some((ms) => ms < 0), times.some((ms) => ms > Date.now() + 9 * yearMs)];
  expect(seen).toEqual([true, true]);
}

test('when the clock jumps while devices work, none is put out, and the newer deployment wins at each time', async () => {
  home = mkdtempSync(join(tmpdir(), 'lanyard-clock-'));
  const dataDir = join(home, 'site');
  seedRoutes(dataDir, { ab: routeToB });
  hub = await startSite(await findFixedPort());
  const { mqttPort, ready } = hub;
  const call = serviceCaller(hub);
  const arrived: number[] = [];
  const connections: string[] = [];
  const open = (moduleId: typeof a): MqttClient => {
    const client = openClient({ deviceId, moduleId }, mqttPort, ready.caFile);
    client.on('connect', () => connections.push(moduleId));
    clients.push(client);
    return client;
  };
  const listener = open(b);
  listener.on('message', (_topic, payload) => arrived.push(Number(payload.toString())));
  await listener.subscribeAsync(moduleInputsFilter(deviceId, b), { qos: 1 });
  const sender = open(a);
  const reporting = startReporting({ index: 0, port: mqttPort, caFile: ready.caFile, window: 1 });
  device = reporting;

  for (const [index, [, offsetMs]] of jumps.entries()) {
    setClock(offsetMs);
    const round = index + 1;
    const from = reporting.acknowledged.size;
    await sender.publishAsync(telemetryTopic({ deviceId, moduleId: a }, {}), String(round), { qos: 1 });
    expect(await call('PUT', `/configurations/d-${round}`, aDeployment(`d-${round}`, round))).toMatchObject({
      status: 200,
    });
    await eventually(async () => {
      const { text } = await call('GET', `/twins/${deviceId}/modules/$edgeAgent`);
      const { properties } = JSON.parse(text) as { properties: { desired: { runtime: { settings: unknown } } } };
      expect(properties.desired.runtime.settings).toMatchObject({ round: String(round) });
    });
    await eventually(() => expect(reporting.acknowledged.size).toBeGreaterThan(from + 20));
    await eventually(() => expect(arrived.at(-1)).toBe(round));
  }
  expect(arrived).toEqual(jumps.map((_, index) => index + 1));
  expect(connections.toSorted()).toEqual(['a', 'b']);
  await reporting.finish();
  expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expectJumps(dataDir);
  const evidence = await readEvidence(dataDir, [reporting]);
  expect(disagreements([reporting], evidence)).toEqual([]);
  expect(evidence).toMatchObject({ firstBrokenSeq: null, integrity: 'ok' });
});

test('when the hub was run with clocks that were wrong, the next run takes up all that each of them wrote', async () => {
  home = mkdtempSync(join(tmpdir(), 'lanyard-clock-'));
  const dataDir = join(home, 'site');
  seedRoutes(dataDir, {});
  const port = await findFixedPort();
  for (const [index, [, offsetMs]] of jumps.entries()) {
    setClock(offsetMs);
    hub = await startSite(port);
    const body = aDeployment(`d-${index}`, index);
    expect(await serviceCaller(hub)('PUT', `/configurations/d-${index}`, body)).toMatchObject({ status: 200 });
    await hub.end(index % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
  }
  // The last clock is right: a device with a token of an hour gets in.
  hub = await startSite(port);
  const reporting = startReporting({ index: 0, port, caFile: hub.ready.caFile, window: 1 });
  device = reporting;
  await eventually(() => expect(reporting.acknowledged.size).toBeGreaterThan(20));
  await reporting.finish();
  expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });

  const store = openSiteStore(dataDir);
  expect(store.read.revisions.latest(deviceId)?.effective.base).toBe(`d-${jumps.length - 1}`);
  expect(store.read.deployments.list()).toHaveLength(jumps.length);
  expect(await store.read.journal.findBrokenSeq()).toBeNull();
  store.close();
  expectJumps(dataDir);
  expect(disagreements([reporting], await readEvidence(dataDir, [reporting]))).toEqual([]);
});
