// Ten thousand devices join a rollout part by part, and others are served in between. What has joined is on disk: a hub that is
// killed meanwhile leaves a rollout that goes on with whoever is not in it yet, and no wave opens before all are.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { RolloutEvent, RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { isFinal } from '#domain/rollouts/rollout-state.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { OpenRollout } from './open-rollout.ts';
import { meantBy } from './rollback-devices.ts';
import { findTargets } from './rollout-targets.ts';
import { createTurns, type Turns } from '../turns/turns.ts';

const mostInOneStep = 250;

/** All of them, or the first part. They are in order of their ids. */
export function firstJoin(targets: readonly RolloutTarget[]): RolloutEvent {
  if (targets.length <= mostInOneStep) return { kind: 'targets-joined', targets };
  return { kind: 'targets-joined', targets: targets.slice(0, mostInOneStep), of: targets.length };
}

interface JoinParts {
  readonly store: { readonly read: StoreReaders };
  readonly clock: Clock;
  readonly log: Logger;
}

type JoinStep = (event: RolloutEvent) => Promise<void>;

/** Everybody else; `step` writes one part, in a turn of its own. It ends early where the rollout does. */
export async function joinRest(open: OpenRollout, { store, clock, log }: JoinParts, step: JoinStep): Promise<void> {
  try {
    await join(open, await missing(open, store.read, createTurns(clock)), step);
  } catch (error) {
    // The edge of this work: who has not joined is looked for again.
    log.error({ err: error }, 'devices could not join a rollout, and are looked for again');
  }
}

async function missing(open: OpenRollout, read: StoreReaders, turns: Turns): Promise<readonly RolloutTarget[]> {
  const { devices } = open.rollout.state;
  const isMeant = meantBy(read, open.rollout);
  const targets: RolloutTarget[] = [];
  for (const target of await findTargets(read, open.finder, turns)) {
    if (!devices.has(target.deviceId) && isMeant(target.deviceId)) targets.push(target);
    // Whether it is meant is read from disk.
    await turns.next();
  }
  return targets;
}

async function join(open: OpenRollout, targets: readonly RolloutTarget[], step: JoinStep): Promise<void> {
  const of = open.rollout.state.devices.size + targets.length;
  for (let first = 0; ; first += mostInOneStep) {
    if (isFinal(open.rollout.state.status)) return;
    const part = targets.slice(first, first + mostInOneStep);
    const isLast = first + mostInOneStep >= targets.length;
    await step({ kind: 'targets-joined', targets: part, ...(!isLast && { of }) });
    if (isLast) return;
  }
}
