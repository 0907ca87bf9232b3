// To which deployments a device is admitted once a rollout has come to it, or has gone from it: what the steps of the rollout would
// write (rollout-redeployment.ts), for one device and writing nothing.
import type { DeviceId } from '#base/ids.ts';
import type { StoreReaders } from '#store/store-types.ts';

export function admittedAfter(
  read: StoreReaders,
  deviceId: DeviceId,
  {
    number,
    isReached,
    admitted,
  }: { readonly number: number; readonly isReached: boolean; readonly admitted: Iterable<number> },
): ReadonlySet<number> {
  const after = new Set(admitted);
  const set = (of: number, isIn: boolean): void => void (isIn ? after.add(of) : after.delete(of));
  let next: number | null = number;
  // What a rollback took back comes again when it is itself taken back, and so on.
  for (let isIn = isReached; next !== null; isIn = !isIn) {
    set(next, isIn);
    for (const led of read.rollouts.ledBy(next)) if (read.rollouts.device(led, deviceId) !== undefined) set(led, isIn);
    next = read.rollouts.head(next)?.takesBackNumber ?? null;
  }
  return after;
}
