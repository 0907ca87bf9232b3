// What the steps of one rollout do to other deployments. An earlier deployment's content is deployed anew where a stop rule goes
// back to it; a rollback takes what it takes back from each device in the very step that reaches the device, brings the contents
// that go with it, and undoes both where it is itself taken back. So pace, windows and attempts are those of the rollout that acts.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { Deployment } from '#domain/records/deployment.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { outsider } from '#domain/rollouts/rollback-reach.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { Cause, RolloutNow } from '#domain/rollouts/rollout-state.ts';
import { newRollout } from '#domain/rollouts/rollout.ts';
import type { Rollout, RolloutHead } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import { stepOf, writeStep, type RolloutStep } from './rollout-step.ts';

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
  /** Those in memory: their state there is the one that goes on. */
  readonly openOf: (number: number) => Rollout | undefined;
  readonly moved?: (rollout: Rollout) => void;
}

/** Writes the step, and what it does to other rollouts as steps of theirs, in the same change. */
export function writeWithOthers(given: Change, step: RolloutStep, actor: Actor): RolloutStep {
  // Several steps of one rollout may come of it, each from where the one before left it.
  const moved = new Map<number, Rollout>();
  const openOf = (number: number) => moved.get(number) ?? given.openOf(number);
  const change: Change = { ...given, openOf, moved: (rollout) => void moved.set(rollout.number, rollout) };
  const asked = step.effects.find((effect) => effect.kind === 'redeploy');
  const made = asked === undefined ? undefined : redeploy(change, step.after, asked.deploymentId);
  const redeployedNumber = made ?? step.after.redeployedNumber;
  const written = redeployedNumber === null ? step : { ...step, after: { ...step.after, redeployedNumber } };
  writeStep(change.write, written, actor);
  const others = [...follow(change, written)];
  const because = `It came as '${step.after.state.deploymentId}' was rolled back.`;
  const deviceIds = step.effects.flatMap((effect) => (effect.kind === 'withdraw' ? [effect.deviceId] : []));
  if (redeployedNumber !== null)
    others.push(...pass(change, redeployedNumber, { deviceIds, isReached: true, because, now: step.now }));
  return others.length === 0 ? written : { ...written, others };
}

interface Reach {
  readonly deviceIds: readonly DeviceId[];
  readonly isReached: boolean;
}

interface Passed extends Reach {
  readonly because: string;
  readonly now: RolloutNow;
}

/** What follows for other rollouts from whom the deployment of this one reaches now, or no more. */
function follow(change: Change, step: RolloutStep): readonly RolloutStep[] {
  const { number, state, takesBackNumber } = step.after;
  const { deploymentId: by } = state;
  const { now } = step;
  return reachesOf(step).flatMap(({ deviceIds, isReached }) => {
    const because = isReached ? `It came with the rollout of '${by}'.` : `It went with the rollout of '${by}'.`;
    const steps = change.read.rollouts.ledBy(number).flatMap((led) => {
      const own = deviceIds.filter((deviceId) => change.read.rollouts.device(led, deviceId) !== undefined);
      return pass(change, led, { deviceIds: own, isReached, because, now });
    });
    if (takesBackNumber === null) return steps;
    const back = { deviceIds, isReached: !isReached, because: takenBackText(by, isReached), now };
    return [...steps, ...pass(change, takesBackNumber, back)];
  });
}

/** A deployment that was deleted gives nothing back: as everywhere, the next lower one applies. */
function reachesOf({ before, after, changed, events }: RolloutStep): readonly Reach[] {
  const moved = changed.filter((deviceId) => isReachedBy(before, deviceId) !== isReachedBy(after, deviceId));
  const isDeleted = events.some(({ kind }) => kind === 'deployment-deleted');
  const reaches = [
    { isReached: true, deviceIds: moved.filter((deviceId) => isReachedBy(after, deviceId)) },
    { isReached: false, deviceIds: isDeleted ? [] : moved.filter((deviceId) => isReachedBy(before, deviceId)) },
  ];
  return reaches.filter(({ deviceIds }) => deviceIds.length > 0);
}

function isReachedBy({ state }: Rollout, deviceId: DeviceId): boolean {
  return state.devices.get(deviceId)?.isAdmitted === true;
}

function pass(change: Change, to: number, { deviceIds, isReached, because, now }: Passed): readonly RolloutStep[] {
  const rollout = deviceIds.length === 0 ? undefined : rolloutOf(change, to, deviceIds);
  if (rollout === undefined) return [];
  const step = stepOf(rollout, [{ kind: 'reach-changed', deviceIds, isReached, because }], now);
  writeStep(change.write, step, 'hub');
  if (change.openOf(to) !== undefined) change.moved?.(step.after);
  return [step, ...follow(change, step)];
}

function takenBackText(by: DeploymentId, isTaken: boolean): string {
  return isTaken
    ? `It was rolled back by deployment '${by}'.`
    : `It has it again: deployment '${by}', which had taken it back, reaches it no more.`;
}

/** One that is over is read for the devices concerned alone: nothing else of it can move. */
function rolloutOf({ read, openOf }: Change, number: number, deviceIds: readonly DeviceId[]): Rollout | undefined {
  const open = openOf(number);
  const head = open === undefined ? read.rollouts.head(number) : undefined;
  if (head === undefined) return open;
  const devices = deviceIds.flatMap((deviceId) => {
    const device = read.rollouts.device(number, deviceId);
    return device === undefined ? [] : [[deviceId, device] as const];
  });
  return { ...head, state: { ...head.state, devices: new Map(devices) } };
}

function redeploy(change: Change, { number, state }: Rollout, earlierId: DeploymentId): number | undefined {
  const { read, write, clock } = change;
  const earlier = read.deployments.get(earlierId);
  const current = read.deployments.get(state.deploymentId);
  if (earlier?.kind !== 'edge' || current?.createdAtMs !== number) return undefined;
  const nowMs = clock.nowMs();
  const made = write.deployments.insert({
    ...earlier,
    id: freeId(read, { of: earlierId, word: 'again' }),
    priority: current.priority,
    targetCondition: current.targetCondition,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
  });
  const detail = { priority: made.priority, targetCondition: made.targetCondition, type: 'base' };
  write.journal.append({ kind: 'deployment-created', actor: 'hub', deploymentId: made.id, detail });
  const why = { ...state.cause, by: 'hub' as const, reason: `It is where '${state.deploymentId}' is rolled back to.` };
  insertFinished(write, made, { policy: state.policy, cause: why });
  return made.createdAtMs;
}

/** A rollout that has nothing of its own to do: it only says whom the deployment reaches. */
export function insertFinished(write: StoreWriters, made: Deployment, of: FinishedOf): Rollout {
  const rollout = finished(made, of);
  write.rollouts.insert(rollout);
  tellRollout(write, rollout, of.cause);
  return rollout;
}

type FinishedOf = Pick<Rollout['state'], 'policy' | 'cause'> & { readonly ledByNumber?: number | null };

export function finished(made: Deployment, { policy, cause, ledByNumber = null }: FinishedOf): Rollout {
  const { id, createdAtMs: number, targetCondition } = made;
  const gate = { successPercent: 100, soakMs: 0, needsPerson: false };
  const plain: RolloutPolicy = {
    ...policy,
    targets: { kind: 'fixed' },
    waves: [{ name: 'way back', members: { kind: 'rest' }, gate }],
    stop: null,
    budgets: [],
    startsAtMs: null,
  };
  const end = { status: 'finished' as const, cause };
  return {
    number,
    targetCondition,
    state: { ...newRollout(id, plain, cause), ...end, history: [end] },
    isOpen: false,
    redeployedNumber: null,
    takesBackNumber: null,
    ledByNumber,
  };
}

/** Devices that no attempt of it is for, as its machine would take them in; ten thousand of them are one statement and one row. */
export function joinOutsiders(
  write: StoreWriters,
  rollout: RolloutHead,
  joined: Passed & { readonly actor: Actor },
): void {
  const { deviceIds, isReached, because } = joined;
  write.rollouts.putSame(rollout.number, deviceIds, outsider(isReached, because));
  tellOutsiders(write, rollout, joined);
}

export function tellOutsiders(
  write: StoreWriters,
  { number, state }: RolloutHead,
  { deviceIds, isReached, because, now, actor }: Passed & { readonly actor: Actor },
): void {
  const event: RolloutEvent = { kind: 'reach-changed', deviceIds, isReached, because };
  // Nothing is evaluated: they have what they are said to have.
  const detail = { number, events: [event] as unknown as Json, now: { ...now }, evaluate: [] };
  write.journal.append({ kind: 'rollout-advanced', actor, deploymentId: state.deploymentId, detail });
}

/** The row from which the rollout's first state is made again. */
export function tellRollout(write: StoreWriters, { number, state, ...links }: Rollout, cause: Cause): void {
  const { takesBackNumber, ledByNumber } = links;
  const detail = {
    number,
    policy: state.policy as unknown as Json,
    cause: { ...cause },
    ...(state.status === 'finished' && { status: state.status }),
    ...(takesBackNumber !== null && { takesBackNumber }),
    ...(ledByNumber !== null && { ledByNumber }),
  };
  write.journal.append({ kind: 'rollout-created', actor: cause.by, deploymentId: state.deploymentId, detail });
}

/** `old` → `old-again-1`, or the next number that is free; `old-again-1` → `old-again-2`. */
export function freeId(
  read: StoreReaders,
  { of, word, isTaken = () => false }: { of: string; word: 'again' | 'back'; isTaken?: (id: string) => boolean },
): DeploymentId {
  const stem = of.slice(0, stemLength).replace(new RegExp(`-${word}-\\d+$`), '');
  for (let number = 1; ; number += 1) {
    const candidate = `${stem}-${word}-${number}` as DeploymentId;
    if (read.deployments.get(candidate) === undefined && !isTaken(candidate)) return candidate;
  }
}

const stemLength = 110;
