// A rollout over a fleet whose hub is killed again and again: who fails is known beforehand, so the counts at the end are exact or wrong.
// LANYARD_FLEET says how many devices (with 1,000 and more the hub is killed ten times), LANYARD_SEED which of all the nights.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { RolloutPolicy, WavePlan } from '#domain/rollouts/rollout-policy.ts';
import { aBase as aBaseDeployment } from '#test/support/build-deployment.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import { aBase } from '#test/support/hub-parts.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { newGate, newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { seededRandom } from '#test/support/seeded-random.ts';
import type { SimulatedDevice } from '#test/support/simulated-fleet-device.ts';
import { readFleetEvidence } from '#test/support/simulated-fleet-evidence.ts';
import { planFleet, startFleet, type PlannedDevice, type SimulatedFleet } from '#test/support/simulated-fleet.ts';
import { findFixedPort } from './fixed-port.ts';

const fleetSize = Number(process.env['LANYARD_FLEET'] ?? '150');
const kills = fleetSize >= 1000 ? 10 : 3;
const seed = Number(process.env['LANYARD_SEED'] ?? '4');
const rolloutId = 'v2';

let dataDir = '';
let hub: HubProcess | undefined;
let fleet: SimulatedFleet | undefined;

afterEach(async () => {
  fleet?.stop();
  await hub?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test(
  `when the hub is killed ${kills} times in a rollout to ${fleetSize} devices, every device is counted once, as it ended`,
  { timeout: 60_000 + fleetSize * 500 },
  async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'lanyard-fleet-'));
    const plan = planFleet({ devices: fleetSize, seed });
    seedPlan(plan);
    const flags = ['--data-dir', dataDir, '--mqtt-port', String(await findFixedPort()), ...freePorts];
    hub = await startHubProcess(flags);
    fleet = startFleet(plan, { port: hub.mqttPort, caFile: hub.ready.caFile });
    await eventually(() => expect(told().connected).toBeGreaterThanOrEqual(fleetSize * 0.9), 60_000 + fleetSize * 200);
    await createRollout(hub, plan);

    const startsMs: number[] = [];
    for (const { ends, afterMs } of planKills(plan)) {
      await fleet.toldEnds(ends);
      await delay(afterMs);
      await hub.end('SIGKILL');
      const startedAtMs = performance.now();
      hub = await startHubProcess(flags);
      startsMs.push(performance.now() - startedAtMs);
    }
    await eventually(() => expect(told()).toMatchObject({ status: 'finished' }), 60_000 + fleetSize * 200);
    // Once it is over, whoever failed for good is given what applies without it.
    const { devices } = fleet;
    await eventually(() => expect(devices.map(waysBack)).toEqual(plan.map(plannedWaysBack)), 60_000);
    fleet.stop();
    expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });
    say(fleet, startsMs);
    expectFleet(plan, fleet);
    await expectEvidence(plan, fleet);
  },
);

const freePorts = ['--https-port', '0', '--console-port', '0'];

function seedPlan(plan: readonly PlannedDevice[]): void {
  const ours = aBaseDeployment({ id: 'v1', priority: 1, targetCondition: '*' }, { web: 'web:1' });
  const pinned = { id: 'pinned', priority: 100, createdAtMs: 2, targetCondition: "tags.pinned = 'yes'" };
  seedSite({
    dir: dataDir,
    devices: plan.length,
    isEdge: true,
    tags: (index) => plan[index]?.tags ?? {},
    deployments: [ours, aBaseDeployment(pinned, { web: 'web:pinned' })],
  });
}

const successPercent = 80;
/** Each of another kind. */
const waves: readonly WavePlan['members'][] = [
  { kind: 'count', count: 10 },
  { kind: 'percent', percent: 10 },
  { kind: 'group', groupId: 'line' },
  { kind: 'condition', condition: "tags.ring = 'early'" },
  { kind: 'rest' },
];

/** The stop rule would fire at one failed device more than there are. */
function policyOf(plan: readonly PlannedDevice[]): RolloutPolicy {
  const gate = newGate({ successPercent, soakMs: 500 });
  return newPolicy({
    waves: waves.map((members) => newWave({ name: members.kind, members, gate })),
    concurrency: Math.ceil(plan.length / 5),
    retries: 1,
    stop: { atLeastFailed: count(plan, 'failure') + 1, comparison: '≥', percent: 3, action: { kind: 'pause' } },
    settleMs: 1000,
  });
}

async function createRollout({ ready }: HubProcess, plan: readonly PlannedDevice[]): Promise<void> {
  const window = await openConsoleWindow(ready.console);
  const deviceIds = plan.flatMap(({ deviceId }, index) => (index % 6 === 1 ? [deviceId] : []));
  await window.client.setGroup.mutate({ id: 'line', members: { deviceIds } });
  const { id, priority, targetCondition, content } = aBase(rolloutId, { priority: 5, modules: ['web', 'extra'] });
  const policy = policyOf(plan) as never;
  await window.client.createRollout.mutate({ deployment: { id, priority, targetCondition, content }, policy });
  window.close();
}

/** Random moments all over the rollout: after so many attempts came to their end, and a little later. */
function planKills(plan: readonly PlannedDevice[]): readonly { readonly ends: number; readonly afterMs: number }[] {
  const random = seededRandom(seed + 1);
  const ends = plan.reduce((sum, { verdicts }) => sum + verdicts.length, 0);
  const moments = Array.from({ length: kills }, () => Math.floor(random() * ends * 0.9));
  return moments.sort((left, right) => left - right).map((at) => ({ ends: at, afterMs: random() * 400 }));
}

/** Read beside the hub, as its owner may. */
function told(): { readonly status: unknown; readonly connected: number; readonly standings: unknown } {
  const db = new Database(join(dataDir, 'hub.db'), { readonly: true });
  try {
    const status = db.prepare('SELECT status FROM rollouts WHERE deployment_id = ?').pluck().get(rolloutId);
    const connected = db
      .prepare("SELECT count(*) FROM modules WHERE connection_state = 'Connected' AND module_id = '$edgeAgent'")
      .pluck()
      .get();
    const standings = db
      .prepare(
        'SELECT wave, standing, is_awake, is_changing, count(*) AS devices FROM rollout_devices GROUP BY 1, 2, 3, 4',
      )
      .all();
    return { status, connected: Number(connected), standings };
  } finally {
    db.close();
  }
}

/** By the devices' own account. */
function expectFleet(plan: readonly PlannedDevice[], { devices, story }: SimulatedFleet): void {
  expect(devices.flatMap(({ problems }) => problems)).toEqual([]);
  const changes = devices.map(({ deviceId, seen }) => [deviceId, seen.filter(({ attempt }) => attempt > 0)] as const);
  // One version for each attempt, and each with what was rolled out.
  expect(changes.map(([id, seen]) => [id, seen.map(({ attempt }) => attempt)])).toEqual(
    plan.map(({ deviceId, verdicts }) => [deviceId, verdicts.map((_, index) => index + 1)]),
  );
  for (const [, seen] of changes) for (const { modules } of seen) expect(modules).toEqual(['extra', 'web']);
  expect(devices.map(waysBack)).toEqual(plan.map(plannedWaysBack));
  // What it ran before, unless its turn came between its login and its first look.
  for (const { seen } of devices) expect(seen.findIndex(({ attempt }) => attempt > 0)).toBeLessThanOrEqual(1);
  expect(story.filter(({ kind }) => kind === 'ended')).toHaveLength(plan.flatMap(({ verdicts }) => verdicts).length);
}

/**
 * By the devices' own account too: when the first of a wave was given the change, enough of each wave before it had ended well. Of a
 * wave count those that were never switched off, for of the others it depends on the moment.
 */
function expectWaves(
  plan: readonly PlannedDevice[],
  { story }: SimulatedFleet,
  waveOf: ReadonlyMap<string, number>,
): void {
  const counted = waves.map(
    (_, wave) =>
      plan.filter(({ deviceId, course, standing }) => {
        return waveOf.get(deviceId) === wave && course.nap === null && standing !== 'not-applicable';
      }).length,
  );
  const ended = waves.map(() => 0);
  for (const moment of story) {
    const wave = waveOf.get(moment.deviceId) ?? 0;
    if (moment.kind === 'ended') ended[wave] = (ended[wave] ?? 0) + (moment.verdict === 'done' ? 1 : 0);
    else
      for (const [before, count] of counted.slice(0, wave).entries())
        expect(ended[before], `${moment.deviceId} of wave ${wave}`).toBeGreaterThanOrEqual(
          (count * successPercent) / 100,
        );
  }
  expect(counted.every((count) => count > 0)).toBe(true);
}

/** Versions of no attempt that came after one. */
function waysBack({ seen }: SimulatedDevice): number {
  const first = seen.findIndex(({ attempt }) => attempt > 0);
  return first === -1 ? 0 : seen.slice(first).filter(({ attempt }) => attempt === 0).length;
}

function plannedWaysBack({ standing }: PlannedDevice): number {
  return standing === 'failure' ? 1 : 0;
}

async function expectEvidence(plan: readonly PlannedDevice[], fleet: SimulatedFleet): Promise<void> {
  const deviceIds = plan.map(({ deviceId }) => deviceId);
  const evidence = await readFleetEvidence(dataDir, rolloutId, deviceIds);
  const standings = [...(evidence.state?.devices ?? [])].map(([id, { standing }]) => [id, standing]);
  expect(standings).toEqual(plan.map(({ deviceId, standing }) => [deviceId, standing]));
  expect([...evidence.attempts]).toEqual(plan.map(({ deviceId, verdicts }) => [deviceId, verdicts]));
  expect(evidence.problems).toEqual([]);
  expect(evidence.folded).toEqual(evidence.state);
  const waveOf = new Map([...evidence.folded.devices].map(([id, { wave }]) => [id, wave ?? -1]));
  expectWaves(plan, fleet, waveOf);
  expect(evidence.state?.cause.reason).toBe(
    `All devices came to their end: ${count(plan, 'success')} succeeded, ${count(plan, 'failure')} failed, ` +
      `${count(plan, 'not-applicable')} excluded.`,
  );
  for (const device of fleet.devices) {
    const twin = evidence.twins.get(device.deviceId);
    expect(device.desired()).toEqual({ value: twin?.desired.value, version: twin?.desired.version });
  }
  expect(evidence.firstBrokenSeq).toBeNull();
  expect(evidence.integrity).toBe('ok');
}

function count(plan: readonly PlannedDevice[], standing: PlannedDevice['standing']): number {
  return plan.filter((device) => device.standing === standing).length;
}

function say({ devices }: SimulatedFleet, startsMs: readonly number[]): void {
  const lost = devices.reduce((sum, device) => sum + device.lost, 0);
  const starts = startsMs.map(Math.round).join(', ');
  console.info(`${fleetSize} devices, ${kills} kills: ${lost} reports on their way were lost; starts in ms: ${starts}`);
}
