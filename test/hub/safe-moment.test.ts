// Held switches over real MQTT: a hub with its evaluation and rollouts, and real agents whose engines are in memory. What a person
// says reaches whoever is connected, and whoever sleeps when it wakes; a hub that goes changes nothing on a device.
import { mkdtempSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { SwitchNowAnswer } from '#contract/console-switch.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeEngine, type FakeEngine } from '#test/support/fake-engine.ts';
import { agentSection, aModule, aNewDeployment } from '#test/support/hub-parts.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { addDevice, connectionString, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

const clock = createSystemClock();
const log = pino({ level: 'silent' });
let home: string;
let hub: SiteHub;
let evaluation: EvaluationController;
let rollouts: RolloutController;
const agents = new Map<string, Agent>();
const engines = new Map<string, FakeEngine>();

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'safe-moment-'));
  hub = await startSiteHub();
  const { store } = hub;
  evaluation = new EvaluationController({ store, clock, log, random: () => 0.5 });
  rollouts = new RolloutController({ store, clock, log });
  evaluation.start();
  rollouts.start();
});
afterEach(async () => {
  await Promise.all([...agents.values()].map((agent) => agent.stop()));
  agents.clear();
  engines.clear();
  rollouts.stop();
  await evaluation.stop();
  await hub.stop();
  rmSync(home, { recursive: true, force: true });
});

const stateDir = (id: string): string => join(home, id);

async function wake(id: string): Promise<void> {
  const engine = engines.get(id) ?? createFakeEngine(() => clock.nowMs());
  engines.set(id, engine);
  for (const image of ['press:1', 'press:2']) engine.registry.add(image);
  const agent = createAgent({
    connectionString: connectionString(hub, id),
    ca: hub.ca.certificatePem,
    engine,
    stateDir: stateDir(id),
    clock,
    log,
    random: () => 0.1,
    reconnectLimitMs: 200,
    settleMs: 50,
  });
  agents.set(id, agent);
  await agent.start();
}

async function sleep(id: string): Promise<void> {
  await agents.get(id)?.stop();
  agents.delete(id);
}

const running = (id: string): readonly string[] =>
  (engines.get(id)?.all ?? []).filter(({ state }) => state === 'running').map(({ image }) => image);
const runs = (id: string, image: string): Promise<void> => eventually(() => expect(running(id)).toEqual([image]));

const labels = { Labels: { 'lanyard.lock': 'true' } };
const contentOf = (image: string) => {
  const press = { ...aModule(image), settings: { image, createOptions: JSON.stringify(labels) } };
  return { $edgeAgent: { 'properties.desired': { ...agentSection(), modules: { press } } } };
};
const operations = () => createRolloutOperations({ store: hub.store, clock, controller: rollouts });

async function runFirst(ids: readonly string[]): Promise<void> {
  for (const id of ids) addDevice(hub, id);
  const deployments = createDeploymentOperations({ store: hub.store, clock });
  deployments.create(aNewDeployment('v1', { content: contentOf('press:1') }), 'service');
  await Promise.all(ids.map(wake));
  for (const id of ids) await runs(id, 'press:1');
}

async function rollOutSecond(policy: Partial<RolloutPolicy> = {}): Promise<void> {
  const deployment = { id: 'v2', priority: 5, targetCondition: '*', content: contentOf('press:2') };
  await operations().createRollout({ deployment, policy: newPolicy({ settleMs: 0, ...policy }) });
}

const switchNow = (deviceIds: string[] | null, isForced = false): SwitchNowAnswer =>
  operations().switchNow({ deploymentId: 'v2', deviceIds, isForced });
const explained = (id: string): string | undefined =>
  operations()
    .rolloutDevices({ deploymentId: 'v2', after: null, limit: 10 })
    .rows.find(({ deviceId }) => deviceId === id)?.explanation;
const isHeld = (id: string, says: string): Promise<void> => eventually(() => expect(explained(id)).toContain(says));
const lockOf = (id: string): string => join(stateDir(id), 'locks', 'press', 'lock');

test('when a person says now to one, it alone switches; to all, the others do, and one that slept when it wakes', async () => {
  await runFirst(['d1', 'd2', 'd3']);
  await rollOutSecond({ needsPersonToSwitch: true });
  for (const id of ['d1', 'd2', 'd3']) await isHeld(id, 'the rollout leaves the moment to a person');
  await sleep('d3');
  expect(switchNow(['d1'])).toEqual({ told: ['d1'], held: [] });
  await runs('d1', 'press:2');
  await isHeld('d1', 'It runs what was rolled out');
  expect([running('d2'), running('d3')]).toEqual([['press:1'], ['press:1']]);
  expect(switchNow(null)).toEqual({ told: ['d2', 'd3'], held: [] });
  await runs('d2', 'press:2');
  expect(running('d3')).toEqual(['press:1']);
  await wake('d3');
  await runs('d3', 'press:2');
  await eventually(() => expect(rollouts.open()).toEqual([]));
});

test('when a module has its lock, the hub says so, also after both started anew, and force passes it', async () => {
  await runFirst(['d1']);
  await writeFile(lockOf('d1'), 'cycle 12 of 40');
  await rollOutSecond();
  const says =
    "holds its switch: module 'press' says 'cycle 12 of 40'. It goes on when that lock is gone, or a person says now by force.";
  await isHeld('d1', says);
  rollouts.stop();
  await sleep('d1');
  rollouts = new RolloutController({ store: hub.store, clock, log });
  rollouts.start();
  await wake('d1');
  await isHeld('d1', says);
  expect(running('d1')).toEqual(['press:1']);
  expect(switchNow(null).held).toEqual([
    { deviceId: 'd1', reason: expect.stringContaining('cycle 12 of 40') as string },
  ]);
  expect(switchNow(['d1'], true)).toEqual({ told: ['d1'], held: [] });
  await runs('d1', 'press:2');
  await isHeld('d1', 'It runs what was rolled out');
});

test('when the hub goes while it is held, the old one runs on and nothing fails, until somebody at the device says now', async () => {
  await runFirst(['d1']);
  await rollOutSecond({ needsPersonToSwitch: true });
  await isHeld('d1', 'leaves the moment to a person');
  await hub.link.stop();
  await hub.listener.stop();
  await sleep('d1');
  await wake('d1');
  await eventually(() => expect(engines.get('d1')?.all.map(({ name }) => name)).toContain('press.next'));
  expect(running('d1')).toEqual(['press:1']);
  await writeFile(join(stateDir('d1'), 'switch-now'), '');
  await runs('d1', 'press:2');
  await eventually(() => expect(engines.get('d1')?.all.map(({ name }) => name)).toEqual(['press']));
  await expect(rm(join(stateDir('d1'), 'switch-now'))).rejects.toThrow('ENOENT');
});
