// How far devices' clocks are off: real agents over the real link, each by a clock of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { DeviceId } from '#base/ids.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createConsoleDevicePage } from '#hub/console/console-device-page.ts';
import { createDeviceClocks, type DeviceClocks } from '#hub/console/device-clocks.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeEngine } from '#test/support/fake-engine.ts';
import { addDevice, connectionString, connectMqtt, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

const hour = 3_600_000;
const log = pino({ level: 'silent' });
const clock = createSystemClock();
const named = (id: string) => id as DeviceId;

let hub: SiteHub;
let dir: string;
let clocks: DeviceClocks;
const agents: Agent[] = [];

beforeEach(async () => {
  hub = await startSiteHub();
  dir = mkdtempSync(join(tmpdir(), 'device-clocks-'));
  clocks = createDeviceClocks({ store: hub.store, methods: hub.link.methods, clock, log });
  clocks.start();
});
afterEach(async () => {
  clocks.stop();
  await Promise.all(agents.splice(0).map((agent) => agent.stop()));
  await hub.stop();
  rmSync(dir, { recursive: true });
});

async function startAgent(id: string, offsetMs: number): Promise<Agent> {
  addDevice(hub, id);
  const agent = createAgent({
    connectionString: connectionString(hub, id),
    ca: hub.ca.certificatePem,
    engine: createFakeEngine(() => clock.nowMs()),
    stateDir: join(dir, id),
    clock: { ...clock, nowMs: () => clock.nowMs() + offsetMs },
    log,
    random: () => 0.1,
    reconnectLimitMs: 50,
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

const page = () => {
  const { registry, twins, link, store, host } = hub;
  const { methods, cloudMessages } = link;
  return createConsoleDevicePage({
    store,
    clock,
    hub: { registry, twins, methods, cloudMessages, clocks },
    deviceHost: () => host,
  });
};

test('when agents connect, their clocks are known within half a round trip, also one whose tokens had expired', async () => {
  await startAgent('late', -3 * hour);
  await startAgent('right', 0);
  await eventually(() => expect([...clocks.all()].map(([id]) => id).toSorted()).toEqual(['late', 'right']));
  const [late, right] = [clocks.of(named('late')), clocks.of(named('right'))];
  expect(Math.abs((late?.offsetMs ?? 0) + 3 * hour)).toBeLessThanOrEqual((late?.withinMs ?? 0) + 1);
  expect(Math.abs(right?.offsetMs ?? hour)).toBeLessThanOrEqual((right?.withinMs ?? 0) + 1);
  expect([late?.offSinceMs, right?.offSinceMs]).toEqual([late?.measuredAtMs, null]);
  expect(hub.reasons()).toContain('token-expired');
  // What the hub asks by itself is nobody's call.
  expect(hub.journal('method-called')).toEqual([]);
});

test('when the clock of the hub is set, what is known of the others goes with it; a deleted device is forgotten', async () => {
  await startAgent('right', 0);
  await eventually(() => expect(clocks.of(named('right'))).not.toBeNull());
  const byMs = -2 * hour;
  hub.store.change((write) => write.journal.append({ kind: 'clock-jumped', actor: 'hub', detail: { byMs } }));
  await eventually(() => expect(clocks.of(named('right'))?.offsetMs).toBeGreaterThan(hour));
  expect(clocks.of(named('right'))?.offSinceMs).not.toBeNull();
  hub.registry.deleteDevice(named('right'), '*', 'service');
  await eventually(() => expect(clocks.of(named('right'))).toBeNull());
});

test('when the agent is not ours, its clock is not known and it is left in peace', async () => {
  addDevice(hub, 'edge');
  const client = await connectMqtt(hub, 'edge/$edgeAgent');
  const asked: string[] = [];
  client.on('message', (topic) => asked.push(topic));
  await client.subscribeAsync('$iothub/methods/POST/#');
  expect(await clocks.ask(named('edge'))).toBeNull();
  expect(asked).toEqual([]);
});

test('when somebody looks at a device that went, the last that is known of it is told, with its time', async () => {
  const agent = await startAgent('pump', 30_000);
  await eventually(() => expect(clocks.of(named('pump'))).not.toBeNull());
  const before = clocks.of(named('pump'));
  await agent.stop();
  agents.splice(0);
  expect(await page().contact({ deviceId: 'pump' })).toEqual({ clock: before, refusal: null });
});

test('when a device is turned away, its page tells when and why, until it comes in', async () => {
  addDevice(hub, 'pump');
  await expect(connectMqtt(hub, 'pump', { password: 'SharedAccessSignature sr=a&sig=b&se=1' })).rejects.toThrow();
  await eventually(async () =>
    expect(await page().contact({ deviceId: 'pump' })).toMatchObject({
      clock: null,
      refusal: { moduleId: null, reason: 'wrong-key', address: '127.0.0.1' },
    }),
  );
  await connectMqtt(hub, 'pump');
  await eventually(async () => expect((await page().contact({ deviceId: 'pump' })).refusal).toBeNull());
});
