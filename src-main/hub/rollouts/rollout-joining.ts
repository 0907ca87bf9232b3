// Ten thousand devices join a rollout part by part, and others are served in between. What has joined is on disk: a hub that is
// killed meanwhile leaves a rollout that goes on with whoever is not in it yet, and no wave opens before all are.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { RolloutEvent, RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { isFinal, type RolloutNow } from '#domain/rollouts/rollout-state.ts';
import { createTurns, type Turns } from '#hub/turns/turns.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import type { OpenRollout } from './open-rollout.ts';
import { meantBy } from './rollback-devices.ts';
import { forgetJoining, joinContents } from './rollback-joining.ts';
import { findTargets } from './rollout-targets.ts';

const mostInOneStep = 250;

/** All of them, or the first part. They are in order of their ids. */
export function firstJoin(targets: readonly RolloutTarget[]): RolloutEvent {
  if (targets.length <= mostInOneStep) return { kind: 'targets-joined', targets };
  return { kind: 'targets-joined', targets: targets.slice(0, mostInOneStep), of: targets.length };
}

interface JoinParts {
  readonly store: Pick<Store, 'read' | 'change'>;
  readonly clock: Clock;
  readonly log: Logger;
}

interface JoinWays {
  readonly now: () => RolloutNow;
  /** Does it in a turn of its own, if the rollout is still carried on then. */
  readonly inTurn: (work: () => void) => Promise<void>;
  /** Writes one part, within a turn. */
  readonly step: (event: RolloutEvent) => void;
}

/** Everybody else. It ends early where the rollout does. */
export async function joinRest(open: OpenRollout, { store, clock, log }: JoinParts, ways: JoinWays): Promise<void> {
  const { inTurn, step } = ways;
  const { number } = open.rollout;
  try {
    await joinContents({ store, ...ways }, number);
    const targets = await missing(open, store.read, createTurns(clock));
    await join(open, targets, (event) => inTurn(() => step(event)));
    await inTurn(() => forgetJoining(store, number));
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

async function join(
  open: OpenRollout,
  targets: readonly RolloutTarget[],
  step: (event: RolloutEvent) => Promise<void>,
): Promise<void> {
  const of = open.rollout.state.devices.size + targets.length;
  for (let first = 0; ; first += mostInOneStep) {
    if (isFinal(open.rollout.state.status)) return;
    const part = targets.slice(first, first + mostInOneStep);
    const isLast = first + mostInOneStep >= targets.length;
    await step({ kind: 'targets-joined', targets: part, ...(!isLast && { of }) });
    if (isLast) return;
  }
}
