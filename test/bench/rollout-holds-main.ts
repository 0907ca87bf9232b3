// A rollout on a site of 10,000 devices, in a process of its own, by the hub's own controllers: made, opened to all, told of 250 ends,
// followed by another, taken back; then a deployment without one is taken back. Of each how long it took, and the longest it held
// the event loop.
import { pino } from 'pino';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { readRolloutTerms } from '#contract/rollout-terms.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { EvaluationController } from '#hub/evaluation/evaluation-controller.ts';
import { RolloutController } from '#hub/rollouts/rollout-controller.ts';
import { createRolloutOperations, type RolloutOperations } from '#hub/rollouts/rollout-operations.ts';
import { createDeploymentOperations } from '#hub/operations/deployment-operations.ts';
import { createRollbackOperations } from '#hub/rollouts/rollback-operations.ts';
import { createTwinOperations } from '#hub/records/twin-operations.ts';
import type { RolloutDevice } from '#domain/rollouts/rollout-state.ts';
import type { Store } from '#store/store-types.ts';
import { aDeployment } from '#test/support/build-deployment.ts';
import { eventually } from '#test/support/eventually.ts';
import { newGate, newPolicy, newWave } from '#test/support/rollout-fleet.ts';
import { deviceIdAt, edgeAgentId, openSiteStore } from '#test/support/seed-site.ts';
import { answerWith } from './bench-process.ts';
import { measured, type LongWork } from './longest-turn.ts';
import { revisionContent } from './revisions.ts';

const reportsAtOnce = 250;
const longestMs = 240_000;

interface Site {
  readonly store: Store;
  readonly controller: RolloutController;
  readonly evaluation: EvaluationController;
  readonly operations: RolloutOperations;
  readonly devices: number;
}

answerWith(async ({ dir, devices }: { readonly dir: string; readonly devices: number }) => {
  const site = openSite(dir, devices);
  await site.evaluation.settled();
  const measures = [
    await measured('made', async () => {
      await rollOut(site, 1);
      await reaches(site, 1, ({ wave }) => wave !== null);
    }),
    await measured('opened to all', async () => {
      await site.operations.orderRollout({ deploymentId: 'revision-1', order: 'releaseWave' });
      await reaches(site, 1, ({ attempt }) => attempt === 1);
    }),
    await measured(`${reportsAtOnce} ends at once`, () => endPart(site, 0)),
    await measured('followed by another', async () => {
      await rollOut(site, 2);
      await reaches(site, 2, ({ wave }) => wave !== null);
      await site.evaluation.settled();
    }),
    await measured('the other opened to all, as they end', async () => {
      await site.operations.orderRollout({ deploymentId: 'revision-2', order: 'releaseWave' });
      // Who is in mid-change comes to its end first.
      for (let first = reportsAtOnce; first < devices; first += reportsAtOnce) await endPart(site, first);
      await reaches(site, 2, ({ attempt }) => attempt === 1);
    }),
    await measured('taken back from all', async () => {
      await site.operations.orderRollout({ deploymentId: 'revision-2', order: 'rollBack' });
      await reaches(site, 2, ({ purpose, attempt }) => purpose === 'roll-back' && attempt === 2);
    }),
    ...(await takenBackPlainly(site)),
  ];
  return { measures };
});

/** A deployment without a rollout, which is given one to be taken back by. */
async function takenBackPlainly({ store, evaluation, controller }: Site): Promise<readonly LongWork[]> {
  const clock = createSystemClock();
  const deployments = createDeploymentOperations({ store, clock });
  const given = aDeployment({ targetCondition: '*', content: revisionContent(3), priority: 30 });
  deployments.create(given, 'service');
  await evaluation.settled();
  const gate = newGate({ needsPerson: true });
  const waves = [newWave({ name: 'one', members: { kind: 'count', count: 1 }, gate }), newWave({ name: 'all' })];
  const way = { kind: 'without', deploymentId: given.id, deviceIds: null, withoutBase: 'keep' } as const;
  const rollbacks = createRollbackOperations({ store, clock, controller });
  return [
    await measured('a plain deployment taken back', () =>
      rollbacks.createRollback({ way, policy: newPolicy({ waves }) }),
    ),
  ];
}

function openSite(dir: string, devices: number): Site {
  const store = openSiteStore(dir);
  const clock = createSystemClock();
  const log = pino({ level: 'error' });
  store.change((write) => {
    for (let index = 0; index < devices; index += 1)
      write.devices.setPresence({ deviceId: deviceIdAt(index), moduleId: edgeAgentId }, 'Connected', clock.nowMs());
  });
  const evaluation = new EvaluationController({ store, clock, log, random: Math.random });
  const controller = new RolloutController({ store, clock, log });
  evaluation.start();
  controller.start();
  return { store, controller, evaluation, devices, operations: createRolloutOperations({ store, clock, controller }) };
}

/** One device first, and all others when a person says so. */
async function rollOut({ operations }: Site, revision: number): Promise<void> {
  const content = revisionContent(revision);
  const deployment = { id: `revision-${revision}`, priority: 20 + revision, targetCondition: '*', content };
  const gate = newGate({ needsPerson: true });
  const waves = [newWave({ name: 'one', members: { kind: 'count', count: 1 }, gate }), newWave({ name: 'all' })];
  await operations.createRollout({ deployment, policy: newPolicy({ waves }) });
}

/** Every device of it, and what evaluation makes of that. */
async function reaches(
  { store, controller, evaluation, devices }: Site,
  revision: number,
  isThere: (device: RolloutDevice) => boolean,
): Promise<void> {
  const number = store.read.rollouts.numberOf(`revision-${revision}` as DeploymentId) ?? 0;
  await eventually(() => {
    const of = controller.get(number)?.state.devices ?? new Map<never, RolloutDevice>();
    let there = 0;
    for (const device of of.values()) if (isThere(device)) there += 1;
    if (there < devices) throw new Error(`only ${there} of ${devices} devices are there`);
  }, longestMs);
  await evaluation.settled();
}

/** So many devices, from `first` on, tell that the first revision runs. */
async function endPart({ store, devices }: Site, first: number): Promise<void> {
  const twins = createTwinOperations({ store, clock: createSystemClock() });
  const length = Math.min(reportsAtOnce, devices - first);
  const ids = Array.from({ length }, (_, index) => deviceIdAt(first + index));
  const reports: Promise<unknown>[] = [];
  for (const [index, deviceId] of ids.entries()) {
    // As they come from sockets: the turns that are measured are the hub's.
    if (index % 16 === 15) await new Promise((resolve) => setImmediate(resolve));
    const identity = { deviceId, moduleId: edgeAgentId };
    const { desired } = twins.get(identity);
    const attempt = readRolloutTerms(desired.value['lanyard']).terms?.attempt ?? 0;
    const ended = { version: desired.version, attempt, number: 1, step: 'ended', verdict: 'done' };
    reports.push(twins.report(identity, { lanyard: { attempt: ended } }));
  }
  await Promise.all(reports);
  const number = store.read.rollouts.numberOf('revision-1' as DeploymentId) ?? 0;
  // Each by itself: one that is over is read from disk as a whole, by this process that is measured.
  const isLate = (id: DeviceId): boolean => store.read.rollouts.device(number, id)?.standing !== 'success';
  await eventually(() => {
    const late = ids.find(isLate);
    if (late !== undefined) throw new Error(`${late} did not end`);
  }, longestMs);
}
