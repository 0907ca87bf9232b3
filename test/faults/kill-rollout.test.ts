// A rollout to real agents, whose hub is killed while they change: nobody is lost, nobody is counted twice, and what the tables say
// is what the journal says.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { Engine } from '#agent/engine.ts';
import { createSimulatedEngine } from '#agent/simulated-engine.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBase, deploymentId, deviceId } from '#test/support/hub-parts.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { foldedRollout } from '#test/support/journal-fold.ts';
import { newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { openSiteStore } from '#test/support/seed-site.ts';
import { findFixedPort } from './fixed-port.ts';

const devices = ['d1', 'd2', 'd3', 'd4', 'd5'];
const clock = createSystemClock();
const log = pino({ level: 'silent' });
const waves = [newWave({ name: 'first', members: { kind: 'percent', percent: 20 } }), newWave({ name: 'all' })];

let dataDir = '';
let hub: HubProcess | undefined;
const agents: Agent[] = [];
const engines = new Map<string, Engine>();

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop()));
  engines.clear();
  await hub?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

/** Five devices that run `v1`, and a rollout of `v2` that waits for them; returns their keys. */
async function seed(policy: Partial<RolloutPolicy>): Promise<ReadonlyMap<string, string>> {
  const store = openSiteStore(dataDir);
  const keys = new Map<string, string>();
  const registry = createRegistryOperations({ store, clock });
  for (const id of devices) {
    const { authentication } = registry.createDevice({ deviceId: deviceId(id), isEdge: true }, 'service');
    if (authentication.type === 'sas') keys.set(id, authentication.primaryKey);
  }
  createDeploymentOperations({ store, clock }).create(aBase('v1', { modules: ['web'] }), 'service');
  const controller = new RolloutController({ store, clock, log });
  controller.start();
  const operations = createRolloutOperations({ store, clock, controller });
  const {
    kind: _edge,
    metricQueries: _none,
    schemaVersion: _one,
    ...deployment
  } = aBase('v2', { priority: 5, modules: ['web', 'extra'] });
  await operations.createRollout({ deployment, policy: newPolicy({ waves, settleMs: 1000, ...policy }) });
  controller.stop();
  store.close();
  return keys;
}

async function startAgents({ ready }: HubProcess, keys: ReadonlyMap<string, string>, images: object): Promise<void> {
  for (const [index, id] of devices.entries()) {
    const quick = { sizeBytes: 1e6, bytesPerS: 10e6 };
    const engine = createSimulatedEngine({
      clock,
      seed: index,
      images: { web: quick, extra: { ...quick, ...images } },
    });
    engines.set(id, engine);
    const agent = createAgent({
      connectionString: `HostName=${new URL(ready.mqtts).host};DeviceId=${id};SharedAccessKey=${keys.get(id)}`,
      ca: readFileSync(ready.caFile, 'utf8'),
      engine,
      stateDir: join(dataDir, 'agents', id),
      clock,
      log,
      random: () => 0.1,
    });
    agents.push(agent);
    await agent.start();
  }
}

async function runs(id: string, module: string): Promise<void> {
  const containers = (await engines.get(id)?.containers()) ?? [];
  expect(containers.filter((found) => found.module === module && found.state === 'running')).toHaveLength(1);
}

/** Read beside the hub that runs, as its owner may. */
function told(): { readonly status: unknown; readonly standings: unknown } {
  const db = new Database(join(dataDir, 'hub.db'), { readonly: true });
  try {
    const status = db.prepare("SELECT status FROM rollouts WHERE deployment_id = 'v2'").pluck().get();
    const standings = db
      .prepare(
        `SELECT standing FROM rollout_devices JOIN rollouts ON rollouts.number = rollout_devices.rollout_number
         WHERE deployment_id = 'v2' ORDER BY device_id`,
      )
      .pluck()
      .all();
    return { status, standings };
  } finally {
    db.close();
  }
}

async function startKillable(): Promise<() => Promise<HubProcess>> {
  const flags = [
    '--data-dir',
    dataDir,
    '--mqtt-port',
    String(await findFixedPort()),
    '--https-port',
    '0',
    '--console-port',
    '0',
  ];
  return async () => {
    await hub?.end('SIGKILL');
    hub = await startHubProcess(flags);
    return hub;
  };
}

test('when the hub is killed while each wave changes, every device ends once, and the journal says the same', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'lanyard-rollout-'));
  const keys = await seed({});
  const startAnew = await startKillable();
  await startAgents(await startAnew(), keys, {});
  await eventually(() => runs('d1', 'extra'), 30_000);
  await startAnew();
  await eventually(() => runs('d3', 'extra'), 30_000);
  await startAnew();
  await eventually(() => expect(told().status).toBe('finished'), 45_000);
  await hub?.end('SIGTERM');
  const store = openSiteStore(dataDir);
  const number = store.read.rollouts.numberOf(deploymentId('v2')) ?? 0;
  const state = store.read.rollouts.get(number)?.state;
  const attempts = devices.map((id) =>
    store.read.rollouts.attempts(number, deviceId(id)).map(({ verdict }) => verdict),
  );
  const folded = foldedRollout(store.read, 'v2');
  store.close();
  expect(told().standings).toEqual(devices.map(() => 'success'));
  expect(attempts).toEqual(devices.map(() => ['done']));
  expect(folded).toEqual(state);
});

test('when the new module crashes, the first wave stops it, and its device runs the old set again', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'lanyard-rollout-'));
  const stop = { atLeastFailed: 1, comparison: '≥', percent: 50, action: { kind: 'roll-back' } } as const;
  const keys = await seed({ stop });
  const startAnew = await startKillable();
  await startAgents(await startAnew(), keys, { runsForMs: 300, exitCode: 139 });
  await eventually(() => expect(told().status).toBe('rolled-back'), 60_000);
  expect(told().standings).toEqual(['rolled-back', ...devices.slice(1).map(() => 'aborted')]);
  for (const id of devices) await eventually(() => runs(id, 'web'));
  for (const id of devices) await expect(runs(id, 'extra')).rejects.toThrow();
});
