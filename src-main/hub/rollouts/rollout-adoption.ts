// A deployment without a rollout is given one that reaches whom it reaches, so that it can be taken back device by device. On a large
// site its devices are written part by part, each in a turn of its own: nobody is told of it before it is whole.
import type { DeviceId } from '#base/ids.ts';
import type { EdgeDeployment } from '#domain/records/deployment.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { outsider } from '#domain/rollouts/rollback-reach.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutNow } from '#domain/rollouts/rollout-state.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { finished, tellOutsiders, tellRollout } from './finished-rollout.ts';

const mostAtOnce = 250;
const because = 'It had it before the deployment was given a rollout.';

interface Adoption {
  readonly policy: RolloutPolicy;
  readonly actor: Actor;
  /** By which it is to be taken back. */
  readonly lead: Pick<EdgeDeployment, 'id' | 'createdAtMs'>;
}

/** Writes who is reached. What is left of one that is not `adopt`ed reaches nobody and is gone with the next try. */
export async function prepareAdoption(
  { store, turn }: { readonly store: Pick<Store, 'change' | 'read'>; readonly turn: () => Promise<void> },
  own: EdgeDeployment,
  { deviceIds, ...of }: Adoption & { readonly deviceIds: readonly DeviceId[] },
): Promise<void> {
  const rollout = adopted(own, of);
  await turn();
  // Made by somebody else meanwhile: what is to follow is refused.
  if (store.read.rollouts.head(rollout.number) !== undefined) return;
  store.change((write) => write.rollouts.prepare(rollout));
  for (let first = 0; first < deviceIds.length; first += mostAtOnce) {
    await turn();
    const part = deviceIds.slice(first, first + mostAtOnce);
    store.change((write) => write.rollouts.putSame(rollout.number, part, outsider(true, because)));
  }
}

/** With whoever is reached since; the rest is `prepared`. */
export function adopt(
  write: StoreWriters,
  own: EdgeDeployment,
  {
    deviceIds,
    prepared,
    now,
    ...of
  }: Adoption & {
    readonly deviceIds: ReadonlySet<DeviceId>;
    readonly prepared: ReadonlySet<DeviceId>;
    readonly now: RolloutNow;
  },
): void {
  const rollout = adopted(own, of);
  const newcomers = [...deviceIds].filter((deviceId) => !prepared.has(deviceId));
  write.rollouts.putSame(rollout.number, newcomers, outsider(true, because));
  write.rollouts.updateHead(rollout);
  tellRollout(write, rollout, rollout.state.cause);
  const joined = { deviceIds: [...deviceIds].toSorted(), isReached: true, because, now, actor: of.actor };
  tellOutsiders(write, rollout, joined);
}

function adopted(own: EdgeDeployment, { policy, actor, lead }: Adoption) {
  const reason = `It was given a rollout to be rolled back by '${lead.id}'.`;
  return finished(own, { policy, cause: { by: actor, reason, atMs: lead.createdAtMs } });
}
