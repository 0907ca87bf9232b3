// Who has a device in change, over all rollouts under way, and what of it each of them does not know yet.
// INVARIANT: a device has one owner. A way back takes it from a change; otherwise whoever had it first keeps it.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from './rollout-event.ts';
import type { RolloutDevice, RolloutState } from './rollout-state.ts';

interface Owner {
  readonly number: number;
  readonly deploymentId: DeploymentId;
  readonly isRollback: boolean;
}

interface Known {
  state: RolloutState;
  /** Its devices that may be in change by another than it knows. */
  readonly stale: Set<DeviceId>;
}

export class RolloutOwners {
  readonly #rollouts = new Map<number, Known>();
  readonly #owners = new Map<DeviceId, Owner>();
  /** Of those that take another back, which: they wait for it on no device. */
  readonly #takesBack = new Map<number, number>();
  /** Those that have devices in change which are another's now. */
  readonly #ousted = new Set<number>();

  /** One that begins, or went on when the last hub ended. */
  enter(number: number, state: RolloutState, takesBackNumber: number | null = null): void {
    if (takesBackNumber !== null) this.#takesBack.set(number, takesBackNumber);
    this.#rollouts.set(number, { state, stale: new Set(state.devices.keys()) });
    this.follow(number, state, state.devices.keys());
  }

  /** After each step of it. Returns whom others should look at: they may begin now, or must not. */
  follow(number: number, state: RolloutState, changed: Iterable<DeviceId>): readonly DeviceId[] {
    const known = this.#rollouts.get(number);
    if (known === undefined) return [];
    known.state = state;
    const touched: DeviceId[] = [];
    for (const deviceId of changed) {
      const device = state.devices.get(deviceId);
      if (device === undefined) continue;
      if (device.changedBy !== null || this.#owners.has(deviceId)) known.stale.add(deviceId);
      if (!this.#claim(number, state.deploymentId, deviceId, device)) continue;
      touched.push(deviceId);
      for (const { stale } of this.#rollouts.values()) stale.add(deviceId);
    }
    return this.#rollouts.size > 1 ? touched : [];
  }

  /** Who has to give way at once, before anything else happens. */
  takeOusted(): readonly number[] {
    const ousted = [...this.#ousted];
    this.#ousted.clear();
    return ousted;
  }

  isOwned(deviceId: DeviceId): boolean {
    return this.#owners.has(deviceId);
  }

  /** What it does not know: to be told before anything else that happens to it. */
  newsFor(number: number): readonly RolloutEvent[] {
    const known = this.#rollouts.get(number);
    if (known === undefined) return [];
    const { state, stale } = known;
    return [...stale].flatMap((deviceId): readonly RolloutEvent[] => {
      const device = state.devices.get(deviceId);
      const news = device === undefined ? null : this.#news(number, deviceId, device);
      if (news === null) stale.delete(deviceId);
      return news === null ? [] : [news];
    });
  }

  hasNews(number: number): boolean {
    return this.newsFor(number).length > 0;
  }

  /** Nothing can happen to it any more: it has nobody in change. */
  leave(number: number): void {
    this.#rollouts.delete(number);
    this.#takesBack.delete(number);
  }

  /** Whether the owner is another now. */
  #claim(number: number, deploymentId: DeploymentId, deviceId: DeviceId, device: RolloutDevice): boolean {
    const owner = this.#owners.get(deviceId);
    const isMine = owner?.number === number;
    if (!device.isChanging) return isMine && this.#owners.delete(deviceId);
    const isRollback = device.purpose === 'roll-back' || this.#takesBack.has(number);
    if (isMine && owner.isRollback === isRollback) return false;
    const isLost = owner !== undefined && !isMine && (owner.isRollback || !isRollback);
    if (owner !== undefined && !isMine) this.#ousted.add(isLost ? number : owner.number);
    if (isLost) return false;
    this.#owners.set(deviceId, { number, deploymentId, isRollback });
    return true;
  }

  #news(number: number, deviceId: DeviceId, { changedBy, isChanging }: RolloutDevice): RolloutEvent | null {
    const owner = this.#owners.get(deviceId);
    if (owner === undefined || owner.number === number || owner.number === this.#takesBack.get(number))
      return changedBy === null ? null : { kind: 'device-freed', deviceId };
    const { deploymentId, isRollback } = owner;
    const isKnown = changedBy?.deploymentId === deploymentId && changedBy.isRollback === isRollback && !isChanging;
    return isKnown ? null : { kind: 'device-taken', deviceId, by: deploymentId, isRollback };
  }
}
