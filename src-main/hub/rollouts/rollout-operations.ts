// Rollouts as a person orders them: made with a policy, watched, paused, let go on, taken back. The rules are the machine's; here
// it is refused what could never be meant.
import type { Clock } from '#base/clock.ts';
import { refused, unready } from '#base/errors.ts';
import { isDeploymentId, type DeviceId } from '#base/ids.ts';
import { isJsonObject, type Json } from '#base/json.ts';
import type { ConsoleRollouts, RolloutOrder, RolloutPlan, RolloutRequest } from '#contract/console-rollouts.ts';
import { largestPage } from '#contract/console-rows.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { isEdgeDeployment, type EdgeDeployment } from '#domain/records/deployment.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { RolloutEvent, RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { orderTargets } from '#domain/rollouts/rollout-order-targets.ts';
import { unfitOrder } from '#domain/rollouts/rollout-order.ts';
import { idlePolicyWarnings } from '#domain/rollouts/rollout-plan-warnings.ts';
import { isFinal, type RolloutNow } from '#domain/rollouts/rollout-state.ts';
import { waitedWave } from '#domain/rollouts/rollout-waiting.ts';
import { newRollout } from '#domain/rollouts/rollout.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { readDeployment } from '#hub/operations/deployment-checks.ts';
import { createDeployment } from '#hub/operations/deployment-operations.ts';
import { limitsInForce } from '#hub/operations/settings-operations.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store } from '#store/store-types.ts';
import { createAttemptLogView } from './attempt-log-view.ts';
import type { RolloutController } from './rollout-controller.ts';
import { plannedRivals } from './rollout-heirs.ts';
import { firstJoin } from './rollout-joining.ts';
import { plannedWaves, policyProblems, wayBackProblems } from './rollout-plan.ts';
import { orderKinds, requiredRollout } from './rollout-required.ts';
import { switchNow } from './rollout-switch.ts';
import { createTargetFinder, findTargets, isSameCondition } from './rollout-targets.ts';
import { aroundIn, rolloutDeviceRow, rolloutView } from './rollout-view.ts';
import { wayBackWarnings } from './way-back-warnings.ts';

export type RolloutOperations = Omit<ConsoleRollouts, 'groups' | 'setGroup' | 'deleteGroup' | 'setRings'>;

interface Parts {
  readonly store: Store;
  readonly clock: Clock;
  readonly controller: RolloutController;
  readonly limits?: Partial<DeploymentLimits>;
}

export function createRolloutOperations(parts: Parts): RolloutOperations {
  const { store, controller, clock } = parts;
  const { read } = store;
  const logs = createAttemptLogView(read);
  // Nothing is decided by it: sentences only.
  const now = (): RolloutNow => ({ wallMs: clock.nowMs(), runMs: 0 });
  const required = (deploymentId: string): Rollout => requiredRollout({ read, controller }, deploymentId);
  return {
    async planRollout(request) {
      // Its rivals are those that the controller carries on.
      await controller.turn();
      return (await planned(parts, request)).plan;
    },
    createRollout: async (request) => rolloutView(await create(parts, request, 'console'), now()),
    rollout: ({ deploymentId }) => rolloutView(required(deploymentId), now()),
    rollouts: () =>
      read.rollouts.heads(largestPage).map(({ state }) => {
        const { deploymentId, status, cause } = state;
        return { deploymentId, status, cause, waitsForPerson: waitedWave(state) };
      }),
    rolloutDevices({ deploymentId, after, limit }) {
      const rollout = required(deploymentId);
      const { number } = rollout;
      const page = read.rollouts.devices(number, { after: after as DeviceId | null, limit });
      const at = { now: now(), around: aroundIn(rollout.state, now()) };
      const rows = page.map(([deviceId, device]) => {
        const slice = logs.sliceOf(number, deviceId, device);
        return { ...rolloutDeviceRow(read, rollout, { deviceId, device, ...at }), slice };
      });
      return { rows, next: page.length < limit ? null : (page.at(-1)?.[0] ?? null) };
    },
    rolloutAttempts({ deploymentId, deviceId }) {
      const { number } = required(deploymentId);
      const kept = read.attemptLogs.keptOf(number, deviceId as DeviceId);
      return read.rollouts.attempts(number, deviceId as DeviceId).map((row) => {
        const { attempt, purpose, startedAtMs, endedAtMs, verdict, reason, bytes } = row;
        return { attempt, purpose, startedAtMs, endedAtMs, verdict, reason, bytes, hasLog: kept.has(attempt) };
      });
    },
    switchNow: (request) => switchNow(store, required(request.deploymentId), request),
    attemptLog: (request) => logs.page(required(request.deploymentId).number, request),
    async orderRollout({ deploymentId, order }) {
      await controller.turn();
      const { number, state } = required(deploymentId);
      const unfit = unfitOrder(state, orderKinds[order]);
      if (unfit !== null) throw refused('rollout.unfit', unfit, { subject: deploymentId });
      if (isFinal(state.status))
        throw refused(
          'rollout.final',
          `The rollout of '${deploymentId}' is ${state.status.replace('-', ' ')}, which is final: ${insteadOf(order, state)}.`,
          { subject: deploymentId },
        );
      const after = controller.order(number, eventOf(order), 'console');
      if (after === null)
        throw unready('rollout.unfit', 'The hub is ending, and nothing was ordered: say it again when it runs.');
      return rolloutView(after, now());
    },
  };
}

function eventOf(order: RolloutOrder): RolloutEvent {
  if (order === 'pause') return { kind: 'paused', by: 'console', keepsStopRule: true };
  return { kind: orderKinds[order], by: 'console' };
}

/** What a person can do to a rollout that came to its end. */
function insteadOf(order: RolloutOrder, state: Rollout['state']): string {
  const { deploymentId, status } = state;
  const failed = order === 'retryFailed' && status === 'finished' ? orderTargets(state, 'failed-retried').length : 0;
  if (failed > 0) return `roll it out again, as a new deployment, to the ${failed === 1 ? 'one' : failed} that failed`;
  if (order !== 'rollBack') return 'make a new one';
  if (status === 'rolled-back') return 'its devices were rolled back already';
  return `make a rollback of '${deploymentId}', device by device, or delete it, and its devices get at once what applies without it`;
}

interface Planned {
  readonly plan: RolloutPlan;
  readonly targets: readonly RolloutTarget[];
  readonly targetCondition: string;
}

async function planned(
  { store, clock, limits, controller }: Parts,
  { deployment, policy }: RolloutRequest,
): Promise<Planned> {
  const { read } = store;
  const own = deploymentOf(read, deployment, limitsInForce(read, limits));
  const { targetCondition, priority, content } = own;
  const problems = [...policyProblems(read, policy, clock.nowMs()), ...wayBackProblems(read, policy, own)];
  const isGrowing = policy.targets.kind === 'growing';
  if (problems.length > 0)
    return { plan: { problems, warnings: [], rivals: [], waves: [], isGrowing }, targets: [], targetCondition };
  const turns = createTurns(clock);
  const targets = await findTargets(read, createTargetFinder(read, targetCondition, policy), turns);
  const isBase = deploymentType(content) === 'base';
  const rivals = plannedRivals(read, controller.open(), { isBase, priority, targetCondition, targets });
  const waves = plannedWaves(policy, targets);
  const warnings = [
    ...idlePolicyWarnings({ policy, waves }),
    ...(await wayBackWarnings(read, { policy, targets, deploymentId: own.id }, turns)),
  ];
  return { plan: { problems, warnings, rivals, waves, isGrowing }, targets, targetCondition };
}

function deploymentOf(
  read: Store['read'],
  deployment: RolloutRequest['deployment'],
  limits: DeploymentLimits,
): Pick<EdgeDeployment, 'id' | 'targetCondition' | 'priority' | 'content'> {
  if (typeof deployment !== 'string' && isOfTwins(deployment.content)) throw refusedAutomatic(deployment.id);
  if (typeof deployment === 'string') return requireUnreached(read, deployment);
  const given = readDeployment(asGiven(deployment), limits);
  if (given.kind !== 'edge') throw refusedAutomatic(given.id);
  return given;
}

function isOfTwins(content: unknown): boolean {
  return isJsonObject(content) && (Object.hasOwn(content, 'deviceContent') || Object.hasOwn(content, 'moduleContent'));
}

function refusedAutomatic(id: string) {
  const sentence = `'${id}' is an automatic configuration, and rollouts are for deployments of modules: make it without a rollout.`;
  return refused('rollout.invalid', sentence, { subject: id });
}

/** With a rollout a deployment reaches nobody before its turn: one that devices have already would be taken from them. */
function requireUnreached(read: Store['read'], id: string) {
  const deployment = isDeploymentId(id) ? read.deployments.get(id) : undefined;
  const subject = { subject: id };
  if (deployment === undefined)
    throw refused('deployment.unknown', `There is no deployment '${id}' on this hub.`, subject);
  if (!isEdgeDeployment(deployment)) throw refusedAutomatic(id);
  if (read.rollouts.head(deployment.createdAtMs) !== undefined)
    throw refused('rollout.exists', `'${id}' has a rollout already: make a new deployment for another.`, subject);
  const { targetedCount } = read.deployments.counts(deployment.id);
  if (targetedCount === 0) return deployment;
  const sentence = `'${id}' reached ${targetedCount} devices already: make a new deployment together with its rollout.`;
  throw refused('rollout.invalid', sentence, subject);
}

/**
 * The deployment and its rollout in one change. A rollout that is under way for the same target condition gives way to it:
 * devices that it has not begun keep what they have until this one comes to them, and those in mid-change come to their end.
 */
async function create(parts: Parts, request: RolloutRequest, actor: Actor): Promise<Rollout> {
  const { store, clock, controller, limits } = parts;
  const { plan, targets } = await planned(parts, request);
  if (plan.problems.length > 0)
    throw refused(
      'rollout.invalid',
      `The policy cannot be carried out: ${problemsText(plan.problems.map((at) => ({ code: '', ...at })))}`,
    );
  if (targets.length === 0 && !plan.isGrowing)
    throw refused(
      'rollout.invalid',
      'No edge device matches the condition, and a fixed set would never have one: change it, or let the set grow.',
    );
  const { read } = store;
  await controller.turn();
  const made = controller.begin((write, { step }) => {
    const { deployment: given, policy } = request;
    const deployment =
      typeof given === 'string'
        ? requireUnreached(read, given)
        : createDeployment({ read, write, clock, limits: limitsInForce(read, limits), actor }, asGiven(given));
    if (!isEdgeDeployment(deployment)) throw refusedAutomatic(deployment.id);
    const { id, createdAtMs: number, targetCondition } = deployment;
    const cause = { by: actor, reason: 'A person made it.', atMs: clock.nowMs() };
    const fresh: Rollout = {
      number,
      targetCondition,
      state: newRollout(id, policy, cause),
      isOpen: true,
      redeployedNumber: null,
      takesBackNumber: null,
      ledByNumber: null,
    };
    write.rollouts.insert(fresh);
    const detail = { number, policy: policy as unknown as Json, cause };
    write.journal.append({ kind: 'rollout-created', actor, deploymentId: id, detail });
    for (const older of controller.open())
      if (isSameCondition(older.targetCondition, targetCondition) && older.number !== number)
        step(older, [{ kind: 'superseded', by: id }], actor);
    return step(fresh, [firstJoin(targets)], actor);
  });
  await controller.joined(made.number);
  return controller.get(made.number) ?? made;
}

function asGiven({ labels, ...given }: Exclude<RolloutRequest['deployment'], string>) {
  return { ...given, kind: 'edge' as const, labels: labels ?? null, metricQueries: {}, schemaVersion: '1.0' };
}
