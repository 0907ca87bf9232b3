// What the steps of one rollout do to other deployments. What brings devices back is deployed where a rollout turns back (way-back.ts);
// a rollback takes what it takes back from each device in the very step that reaches the device, brings the contents that go with
// it, and undoes both where it is itself taken back. So pace, windows and attempts are those of the rollout that acts.
import type { Clock } from '#base/clock.ts';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { RolloutNow } from '#domain/rollouts/rollout-state.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import { stepOf, writeStep, type RolloutStep } from './rollout-step.ts';
import { deployWayBack, giveContents, mostWayBackContents } from './way-back.ts';

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
  const made = asked === undefined ? undefined : deployWayBack(change, step.after, asked.deploymentId);
  const redeployedNumber = made ?? step.after.redeployedNumber;
  const written = redeployedNumber === null ? step : { ...step, after: { ...step.after, redeployedNumber } };
  writeStep(change.write, written, actor);
  const others = [...follow(change, written)];
  if (redeployedNumber !== null) others.push(...bringBack(change, written, redeployedNumber));
  return others.length === 0 ? written : { ...written, others };
}

/** Whoever the way back came to in this step is given what it brings. */
function bringBack(change: Change, { after, effects, now }: RolloutStep, lead: number): readonly RolloutStep[] {
  const { number: by, state } = after;
  const deviceIds = effects.flatMap((effect) => (effect.kind === 'withdraw' ? [effect.deviceId] : []));
  const left = giveContents(change, after, { lead, deviceIds, now });
  const because = `It came as '${state.deploymentId}' was rolled back.`;
  const tooMany = `${because} What it ran before would be one content more than the ${mostWayBackContents} that are made, so that it gets what applies below.`;
  const given = deviceIds.filter((deviceId) => !left.has(deviceId));
  return [
    ...pass(change, lead, { deviceIds: given, isReached: true, because, now, by }),
    ...pass(change, lead, { deviceIds: [...left], isReached: true, because: tooMany, now, by }),
  ];
}

interface Reach {
  readonly deviceIds: readonly DeviceId[];
  readonly isReached: boolean;
}

interface Passed extends Reach {
  readonly because: string;
  readonly now: RolloutNow;
  /** The rollout that takes itself back, and needs no telling. */
  readonly by?: number;
}

/** What follows for other rollouts from whom the deployment of this one reaches now, or no more. */
function follow(change: Change, step: RolloutStep, toldBy?: number): readonly RolloutStep[] {
  const { number, state, takesBackNumber } = step.after;
  const { deploymentId: by } = state;
  const { now } = step;
  return reachesOf(step).flatMap(({ deviceIds, isReached }) => {
    const because = isReached ? `It came with the rollout of '${by}'.` : `It went with the rollout of '${by}'.`;
    const steps = change.read.rollouts.ledBy(number).flatMap((led) => {
      const own = deviceIds.filter((deviceId) => change.read.rollouts.device(led, deviceId) !== undefined);
      return pass(change, led, { deviceIds: own, isReached, because, now });
    });
    if (takesBackNumber === null || takesBackNumber === toldBy) return steps;
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

function pass(change: Change, to: number, { deviceIds, isReached, because, now, by }: Passed): readonly RolloutStep[] {
  const rollout = deviceIds.length === 0 ? undefined : rolloutOf(change, to, deviceIds);
  if (rollout === undefined) return [];
  const step = stepOf(rollout, [{ kind: 'reach-changed', deviceIds, isReached, because }], now);
  writeStep(change.write, step, 'hub');
  if (change.openOf(to) !== undefined) change.moved?.(step.after);
  return [step, ...follow(change, step, by)];
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
