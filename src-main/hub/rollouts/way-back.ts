// What a rollout deploys that goes back by itself or by a person's order: a deployment with a label, by which the history has the
// rollback, and where its stop rule asks for it the contents that devices ran before, each made as the first device comes to need it.
// INVARIANT: a way back is never refused: whoever no content can be made for gets what applies without the deployment.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import {
  createContentGroups,
  emptiedContent,
  nothingWritten,
  wholeContent,
} from '#domain/deployments/rollback-content.ts';
import { deploymentType } from '#domain/deployments/deployment-content.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { layer } from '#domain/layering/layering.ts';
import type { EdgeDeployment, ModulesContent } from '#domain/records/deployment.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutNow } from '#domain/rollouts/rollout-state.ts';
import { canonicalJson } from '#domain/values/canonical-json.ts';
import type { Rollout, RolloutHead } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import { freeId, insertFinished, joinOutsiders } from './finished-rollout.ts';
import { lastGoodBefore } from './rollback-last-good.ts';

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
}

const highestPriority = 2 ** 31 - 1;
/** More would be a site of devices that have nothing in common; a plan says so before. */
export const mostWayBackContents = 100;

/** Number of the deployment by which the history has the rollback; undefined: what is to be taken back is gone. */
export function deployWayBack(change: Change, rollout: Rollout, earlierId: DeploymentId | null): number | undefined {
  const { read } = change;
  const own = ownOf(read, rollout);
  if (own === undefined) return undefined;
  const earlier = earlierId === null ? undefined : read.deployments.get(earlierId);
  const shape =
    earlier?.kind === 'edge'
      ? { id: freeId(read, { of: earlier.id, word: 'again' }), content: earlier.content, priority: own.priority }
      : {
          id: freeId(read, { of: own.id, word: 'back' }),
          content: nothingWritten,
          priority: Math.min(own.priority + 1, highestPriority),
        };
  const labels = earlier?.kind === 'edge' ? earlier.labels : null;
  const reason = `It takes '${own.id}' back. ${rollout.state.cause.reason}`;
  return deploy(change, rollout, { own, ...shape, labels, reason, links: { takesBackNumber: rollout.number } }).number;
}

/** The deployment of the rollout, if it is still that one. */
function ownOf(read: StoreReaders, { number, state }: Rollout): EdgeDeployment | undefined {
  const own = read.deployments.get(state.deploymentId);
  return own?.kind === 'edge' && own.createdAtMs === number ? own : undefined;
}

interface Deployed extends Pick<EdgeDeployment, 'id' | 'content' | 'priority' | 'labels'> {
  readonly own: EdgeDeployment;
  readonly reason: string;
  readonly links: Partial<Pick<Rollout, 'takesBackNumber' | 'ledByNumber'>>;
}

function deploy(
  { write, clock }: Change,
  { state }: Rollout,
  { own, labels, reason, links, ...shape }: Deployed,
): Rollout {
  const nowMs = clock.nowMs();
  const made = write.deployments.insert({
    ...shape,
    kind: 'edge',
    targetCondition: own.targetCondition,
    labels: { ...labels, 'takes-back': own.id },
    metricQueries: {},
    schemaVersion: '1.0',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
  });
  const { id, priority, targetCondition } = made;
  const detail = { priority, targetCondition, type: deploymentType(shape.content) };
  write.journal.append({ kind: 'deployment-created', actor: 'hub', deploymentId: id, detail });
  return insertFinished(write, made, {
    policy: state.policy,
    cause: { ...state.cause, by: 'hub', reason },
    ...links,
  });
}

interface Given {
  /** Number of the deployment by which the history has the rollback. */
  readonly lead: number;
  readonly deviceIds: readonly DeviceId[];
  readonly now: RolloutNow;
}

/**
 * Devices that the way back has just come to are put to the contents that they ran before; it brings these with itself. Returns those
 * for whom there would have been one too many.
 */
export function giveContents(change: Change, rollout: Rollout, { lead, deviceIds, now }: Given): ReadonlySet<DeviceId> {
  const { read, write } = change;
  const left = new Set<DeviceId>();
  const own = ownOf(read, rollout);
  const head = read.rollouts.head(lead);
  const giving = givingBack(rollout.state.policy);
  if (own === undefined || head === undefined || giving === null || deviceIds.length === 0) return left;
  const groups = createContentGroups();
  const highest = new Map<DeviceId, number>();
  const contentOf = createGiver(read, rollout, own, giving);
  for (const deviceId of deviceIds) {
    const given = contentOf(deviceId);
    if (given === null) continue;
    groups.add(deviceId, given.content);
    highest.set(deviceId, given.highest);
  }
  const made = madeFor(read, lead);
  for (const group of groups.groups()) {
    const priority = group.deviceIds.reduce((most, deviceId) => Math.max(most, highest.get(deviceId) ?? 0), 0);
    const text = canonicalJson(group.content);
    let content = made.find((one) => one.text === text && one.priority >= priority)?.rollout;
    if (content === undefined && made.length >= mostWayBackContents) {
      for (const deviceId of group.deviceIds) left.add(deviceId);
      continue;
    }
    if (content === undefined) {
      const id = freeId(read, { of: own.id, word: 'back' });
      const reason = `It goes with '${head.state.deploymentId}', which takes '${own.id}' back.`;
      const shape = { own, id, content: group.content, priority, labels: null, reason };
      content = deploy(change, rollout, { ...shape, links: { ledByNumber: lead } });
      made.push({ rollout: content, text, priority });
    }
    const because = `It comes with the rollout of '${own.id}', which is rolled back and tells how it goes.`;
    joinOutsiders(write, content, { deviceIds: group.deviceIds, isReached: false, because, now, actor: 'hub' });
  }
  return left;
}

interface MadeContent {
  readonly rollout: RolloutHead;
  readonly text: string;
  readonly priority: number;
}

function madeFor(read: StoreReaders, lead: number): MadeContent[] {
  return read.rollouts.ledBy(lead).flatMap((number) => {
    const rollout = read.rollouts.head(number);
    const deployment = rollout === undefined ? undefined : read.deployments.get(rollout.state.deploymentId);
    if (rollout === undefined || deployment?.kind !== 'edge' || deployment.createdAtMs !== number) return [];
    return [{ rollout, text: canonicalJson(deployment.content), priority: deployment.priority }];
  });
}

type Giving = Extract<
  NonNullable<RolloutPolicy['stop']>['action'],
  { readonly kind: 'roll-back' | 'roll-back-to-last-good' }
>;

/** Null: nobody is given a content of its own. */
function givingBack({ stop }: RolloutPolicy): Giving | null {
  if (stop?.action.kind === 'roll-back-to-last-good') return stop.action;
  const isPlain = stop?.action.kind !== 'roll-back' || (stop.action.withoutBase ?? 'keep') === 'keep';
  return isPlain ? null : stop.action;
}

/** What a device is to run, as a base that outranks all that matches it (`highest`); null: what applies without the deployment. */
function createGiver(
  read: StoreReaders,
  { number, takesBackNumber }: Rollout,
  own: EdgeDeployment,
  giving: Giving,
): (deviceId: DeviceId) => { readonly content: ModulesContent; readonly highest: number } | null {
  const leaving = new Set<string>([own.id, ...read.rollouts.ledBy(number).flatMap((led) => idOf(read, led) ?? [])]);
  const wholes = new WeakMap<EffectiveConfiguration, ModulesContent>();
  const wholeOf = (effective: EffectiveConfiguration): ModulesContent => {
    const whole = wholes.get(effective) ?? wholeContent(effective.modules);
    wholes.set(effective, whole);
    return whole;
  };
  const folded = new Map<string, EffectiveConfiguration>();
  const appliesWithout = (deployments: readonly EdgeDeployment[]): EffectiveConfiguration => {
    const key = deployments.map(({ createdAtMs }) => createdAtMs).join();
    const found = folded.get(key) ?? layer(deployments);
    folded.set(key, found);
    return found;
  };
  const wantedFor = (deviceId: DeviceId, effective: EffectiveConfiguration, without: EffectiveConfiguration) => {
    const isBaseLeft = without.base !== null;
    if (giving.kind === 'roll-back' && isBaseLeft) return null;
    const asksLastGood = giving.kind === 'roll-back-to-last-good' || giving.withoutBase === 'last-good';
    const good = asksLastGood ? lastGoodBefore(read, deviceId, own)?.effective : undefined;
    if (good !== undefined) return isBaseLeft && jsonEquals(without.modules, good.modules) ? null : wholeOf(good);
    return isBaseLeft || giving.withoutBase !== 'empty' ? null : emptiedContent(effective.modules);
  };
  return (deviceId) => {
    const effective = read.revisions.latest(deviceId)?.effective;
    // What does not apply, and left nothing that is kept, takes nothing away.
    if (effective === undefined || !givenBy(read, deviceId).some((id) => leaving.has(id))) return null;
    const matched = matchedOf(read, deviceId, { effective, isReturning: takesBackNumber !== null });
    const without = appliesWithout(matched.filter(({ id }) => !leaving.has(id)));
    const content = wantedFor(deviceId, effective, without);
    if (content === null) return null;
    return { content, highest: matched.reduce((most, { priority }) => Math.max(most, priority), 0) };
  };
}

/** Which deployments gave a device what it runs, also where it keeps that because no base applies any more. */
function givenBy(read: StoreReaders, deviceId: DeviceId): readonly DeploymentId[] {
  const latest = read.revisions.latest(deviceId);
  if (latest === undefined || latest.effective.base !== null) return latest?.effective.applied ?? [];
  const managed = read.revisions.lastManaged(deviceId, latest.revision);
  return (managed === undefined ? undefined : read.revisions.get(deviceId, managed))?.effective.applied ?? [];
}

/** By what the newest evaluation found; with what a rollback had taken away, and gives again in this very change. */
function matchedOf(
  read: StoreReaders,
  deviceId: DeviceId,
  { effective, isReturning }: { readonly effective: EffectiveConfiguration; readonly isReturning: boolean },
): readonly EdgeDeployment[] {
  const { admitted } = isReturning ? read.rollouts.admittedTo(deviceId) : { admitted: [] };
  const returning = [...admitted].flatMap((number) => idOf(read, number) ?? []);
  const ids = new Set<string>([...effective.applied, ...Object.keys(effective.notApplied), ...returning]);
  return [...ids].flatMap((id) => {
    const deployment = read.deployments.get(id as DeploymentId);
    return deployment?.kind === 'edge' ? [deployment] : [];
  });
}

function idOf(read: StoreReaders, number: number): DeploymentId | undefined {
  return read.rollouts.head(number)?.state.deploymentId;
}
