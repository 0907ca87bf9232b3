// Rollbacks as a person asks for them: planned, then made as deployments with a rollout of their own, so that waves, gates, windows,
// budgets and stop rules hold for the way back as for the way there.
import { refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { ConsoleRollbacks, RollbackRequest } from '#contract/console-rollbacks.ts';
import { isEdgeDeployment, type EdgeDeployment } from '#domain/records/deployment.ts';
import type { Actor, JournalKind } from '#domain/records/journal-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { Cause } from '#domain/rollouts/rollout-state.ts';
import { newRollout } from '#domain/rollouts/rollout.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { createDeployment } from '#hub/operations/deployment-operations.ts';
import { limitsInForce } from '#hub/operations/settings-operations.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import type { PlannedDeployment } from './rollback-deployments.ts';
import { beginJoin } from './rollback-joining.ts';
import { planRollback, type PlannedRollback, type RollbackParts } from './rollback-plan.ts';
import { requireSame, type RollbackSubject } from './rollback-subject.ts';
import { adopt, prepareAdoption } from './rollout-adoption.ts';
import type { RolloutClock } from './rollout-clock.ts';
import type { RolloutController } from './rollout-controller.ts';
import { insertFinished, tellRollout } from './finished-rollout.ts';
import type { StepWriter } from './rollout-step.ts';
import { createTargetFinder, isSameCondition } from './rollout-targets.ts';
import { rolloutView } from './rollout-view.ts';

interface Parts extends RollbackParts {
  readonly controller: RolloutController;
}

export function createRollbackOperations(parts: Parts): ConsoleRollbacks {
  // Two at once would write over each other's preparations.
  const underWay = new Set<string>();
  return {
    planRollback: async (request) => (await planRollback(parts, request)).plan,
    async createRollback(request) {
      const planned = await planRollback(parts, request);
      const { problems } = planned.plan;
      if (problems.length > 0)
        throw refused(
          'rollback.invalid',
          `The rollback cannot be made: ${problemsText(problems.map((problem) => ({ code: '', ...problem })))}`,
        );
      const subject = subjectText(planned.subject);
      if (underWay.has(subject))
        throw refused('rollback.exists', `${subject} is being rolled back at this moment: wait until that is made.`);
      underWay.add(subject);
      return create(parts, request, planned).finally(() => underWay.delete(subject));
    },
  };
}

/** All of it in one change, but for devices of a large site, which join part by part. */
async function create(
  { store, clock, controller, limits }: Parts,
  { policy }: RollbackRequest,
  planned: PlannedRollback,
) {
  const { read } = store;
  const actor: Actor = 'console';
  const deploymentIds: string[] = [];
  // Who joins later is found by what the deployment reaches: some of them alone are named now.
  const isForAll = planned.targets.length === planned.reached.length;
  await prepare({ store, controller }, planned, { policy, actor });
  await controller.turn();
  const made = controller.begin((write, { step, time }) => {
    deploymentIds.length = 0;
    const { subject, targets } = planned;
    requireSame(read, subject);
    const change = { read, write, clock, limits: limitsInForce(read, limits), actor };
    const deployments = planned.deployments.map((one): { deployment: EdgeDeployment; planned: PlannedDeployment } => {
      const deployment = createDeployment(change, one.deployment);
      if (!isEdgeDeployment(deployment)) throw refused('rollback.invalid', 'A rollback deploys modules.');
      deploymentIds.push(deployment.id);
      return { deployment, planned: one };
    });
    const [first, ...others] = deployments;
    if (first === undefined) throw refused('rollback.invalid', 'There is nothing to roll back.');
    const lead = first.deployment;
    const cause: Cause = { by: actor, reason: reasonOf(subject), atMs: clock.nowMs() };
    makeWay({ read, write, step, time, controller }, { planned, lead, policy, actor });
    const why = { ...cause, reason: `It goes with the rollout of '${lead.id}'.` };
    const contents = others.map(({ deployment, planned: { deviceIds } }) => {
      const rollout = insertFinished(write, deployment, { policy, cause: why, ledByNumber: lead.createdAtMs });
      return { rollout, deviceIds: deviceIds ?? [] };
    });
    const fresh: Rollout = {
      number: lead.createdAtMs,
      targetCondition: lead.targetCondition,
      state: newRollout(lead.id, policy, cause),
      isOpen: true,
      redeployedNumber: null,
      takesBackNumber: subject.kind === 'deployment' ? subject.deployment.createdAtMs : null,
      ledByNumber: null,
    };
    write.rollouts.insert(fresh);
    tellRollout(write, fresh, cause);
    const begun = { lead: { number: fresh.number, deploymentId: lead.id }, contents, targets, isForAll };
    return step(fresh, [beginJoin({ read, write }, { ...begun, now: time.now(), actor })], actor);
  });
  await controller.joined(made.number);
  const rollout = controller.get(made.number) ?? made;
  return { deploymentIds, rollout: rolloutView(rollout, { wallMs: clock.nowMs(), runMs: 0 }) };
}

async function prepare(
  { store, controller }: Pick<Parts, 'store' | 'controller'>,
  { subject, deployments: [lead], reached }: PlannedRollback,
  { policy, actor }: Pick<Way, 'policy' | 'actor'>,
): Promise<void> {
  const adopts = toAdopt(store.read, subject);
  if (adopts === null || lead === undefined) return;
  const deviceIds = reached.map(({ deviceId }) => deviceId);
  const turn = (): Promise<void> => controller.turn();
  await prepareAdoption({ store, turn }, adopts, { policy, actor, lead: lead.deployment, deviceIds });
}

function subjectText(subject: RollbackSubject): string {
  return subject.kind === 'revision' ? `Device '${subject.deviceId}'` : `'${subject.deployment.id}'`;
}

function reasonOf(subject: RollbackSubject): string {
  return subject.kind === 'revision'
    ? `A person set '${subject.deviceId}' back to its revision ${subject.revision.revision}.`
    : `A person took '${subject.deployment.id}' back.`;
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly step: StepWriter;
  readonly time: RolloutClock;
  readonly controller: RolloutController;
}

interface Way {
  readonly planned: PlannedRollback;
  readonly lead: EdgeDeployment;
  readonly policy: RolloutPolicy;
  readonly actor: Actor;
}

/** Rollouts for the same devices end; a deployment without one is given one that reaches whom it reached. */
function makeWay(change: Change, { planned, lead, policy, actor }: Way): void {
  const { read, write, step, time, controller } = change;
  const { subject } = planned;
  const own = subject.kind === 'deployment' ? subject.deployment : undefined;
  for (const open of controller.open())
    if (open.number === own?.createdAtMs || isSameCondition(open.targetCondition, lead.targetCondition))
      step(open, [{ kind: 'superseded', by: lead.id }], actor);
  const adopts = toAdopt(read, subject);
  if (adopts === null) return;
  const prepared = new Set(planned.reached.map(({ deviceId }) => deviceId));
  const deviceIds = reachedNow(read, planned, adopts);
  adopt(write, adopts, { policy, actor, lead, deviceIds, prepared, now: time.now() });
}

/** The deployment that is taken back, where it has no rollout yet. */
function toAdopt(read: StoreReaders, subject: RollbackSubject): EdgeDeployment | null {
  if (subject.kind === 'revision' || read.rollouts.head(subject.deployment.createdAtMs) !== undefined) return null;
  return subject.deployment;
}

const changesReach: ReadonlySet<JournalKind> = new Set([
  'device-created',
  'device-updated',
  'tags-changed',
  'reported-changed',
]);

/** Those of the plan, and whoever came to match since: what they were given must not be taken from them unasked. */
function reachedNow(
  read: StoreReaders,
  { reached, asOf }: PlannedRollback,
  own: EdgeDeployment,
): ReadonlySet<DeviceId> {
  const deviceIds = new Set(reached.map(({ deviceId }) => deviceId));
  const finder = createTargetFinder(read, own.targetCondition, { waves: [], budgets: [] });
  let after = asOf;
  for (;;) {
    const page = read.journal.list({ after, limit: 1000 });
    for (const { kind, deviceId, moduleId } of page)
      if (deviceId !== null && moduleId === null && changesReach.has(kind) && finder.targetOf(deviceId) !== null)
        deviceIds.add(deviceId);
    after = page.at(-1)?.seq ?? 0;
    if (after === 0) return deviceIds;
  }
}
