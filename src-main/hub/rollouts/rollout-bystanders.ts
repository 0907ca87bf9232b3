// Devices of groups with a disruption budget that are none of the rollout's: how many of them are up counts too. They are
// remembered once found, and looked at again when something of them changes.
import type { DeviceId } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { RolloutState } from '#domain/rollouts/rollout-state.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { isAwake, isUp } from './rollout-targets.ts';

export interface Bystanders {
  /** Unless it is in no group. */
  watch(deviceId: DeviceId, groups: readonly string[]): void;
  /** Something of a device may have changed. */
  look(deviceId: DeviceId): void;
  /** It is one of the rollout's now. */
  leave(deviceId: DeviceId): void;
  clear(): void;
  /** The groups whose number is another than the rollout knows. */
  counted(state: RolloutState): readonly RolloutEvent[];
}

/** `isInChange`: by another rollout. Such a device counts as down. */
export function createBystanders(
  read: StoreReaders,
  { budgets }: RolloutPolicy,
  isInChange: (deviceId: DeviceId) => boolean,
): Bystanders {
  const watched = new Map<DeviceId, { readonly groups: readonly string[]; readonly isUp: boolean }>();
  const standing = (deviceId: DeviceId): boolean =>
    !isInChange(deviceId) && isAwake(read, deviceId) && isUp(read, deviceId);
  return {
    watch(deviceId, groups) {
      if (groups.length > 0) watched.set(deviceId, { groups, isUp: standing(deviceId) });
    },
    look(deviceId) {
      const known = watched.get(deviceId);
      if (known !== undefined) watched.set(deviceId, { ...known, isUp: standing(deviceId) });
    },
    leave: (deviceId) => void watched.delete(deviceId),
    clear: () => watched.clear(),
    counted({ bystandersUp }) {
      return budgets.flatMap(({ groupId }): readonly RolloutEvent[] => {
        let up = 0;
        for (const device of watched.values()) if (device.isUp && device.groups.includes(groupId)) up += 1;
        return up === (ownValue(bystandersUp, groupId) ?? 0) ? [] : [{ kind: 'bystanders-counted', groupId, up }];
      });
    },
  };
}
