// A rollout that has nothing of its own to do: it only says whom its deployment reaches, which others bring and take. It is over from
// the moment it is made, and the journal has it like any other.
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

export function insertFinished(write: StoreWriters, made: Deployment, of: FinishedOf): Rollout {
  const rollout = finished(made, of);
  write.rollouts.insert(rollout);
  tellRollout(write, rollout, of.cause);
  return rollout;
}

type FinishedOf = Pick<Rollout['state'], 'policy' | 'cause'> &
  Partial<Pick<Rollout, 'ledByNumber' | 'takesBackNumber'>>;

export function finished(
  made: Deployment,
  { policy, cause, ledByNumber = null, takesBackNumber = null }: FinishedOf,
): Rollout {
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
    takesBackNumber,
    ledByNumber,
  };
}

interface Joined {
  readonly deviceIds: readonly DeviceId[];
  readonly isReached: boolean;
  readonly because: string;
  readonly now: RolloutNow;
  readonly actor: Actor;
}

/** Devices that no attempt of it is for, as its machine would take them in; ten thousand of them are one statement and one row. */
export function joinOutsiders(write: StoreWriters, rollout: RolloutHead, joined: Joined): void {
  const { deviceIds, isReached, because } = joined;
  write.rollouts.putSame(rollout.number, deviceIds, outsider(isReached, because));
  tellOutsiders(write, rollout, joined);
}

export function tellOutsiders(
  write: StoreWriters,
  { number, state }: RolloutHead,
  { deviceIds, isReached, because, now, actor }: Joined,
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
