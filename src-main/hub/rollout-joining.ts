// Ten thousand devices join a rollout part by part, and others are served in between. What has joined is on disk: a hub that is
// killed meanwhile leaves a rollout that goes on with whoever is not in it yet, and no wave opens before all are.
import type { RolloutEvent, RolloutTarget } from '#domain/rollout-event.ts';
import { isFinal } from '#domain/rollout-state.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { OpenRollout } from './open-rollout.ts';
import { meantBy } from './rollback-devices.ts';
import { findTargets } from './rollout-targets.ts';
import type { Turns } from './turns.ts';

const mostInOneStep = 250;

/** All of them, or the first part. They are in order of their ids. */
export function firstJoin(targets: readonly RolloutTarget[]): RolloutEvent {
  if (targets.length <= mostInOneStep) return { kind: 'targets-joined', targets };
  return { kind: 'targets-joined', targets: targets.slice(0, mostInOneStep), of: targets.length };
}

/** Everybody else; `step` writes one part. It ends early where the rollout does. */
export async function joinRest(
  open: OpenRollout,
  {
    read,
    turns,
    step,
  }: { readonly read: StoreReaders; readonly turns: Turns; readonly step: (event: RolloutEvent) => void },
): Promise<void> {
  const { devices } = open.rollout.state;
  const isMeant = meantBy(read, open.rollout);
  const found = await findTargets(read, open.finder, turns);
  const targets = found.filter(({ deviceId }) => !devices.has(deviceId) && isMeant(deviceId));
  const of = devices.size + targets.length;
  for (let first = 0; ; first += mostInOneStep) {
    if (isFinal(open.rollout.state.status)) return;
    const part = targets.slice(first, first + mostInOneStep);
    const isLast = first + mostInOneStep >= targets.length;
    step({ kind: 'targets-joined', targets: part, ...(!isLast && { of }) });
    if (isLast) return;
    await turns.rest();
  }
}
