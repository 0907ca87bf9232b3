// What the store offers for groups of devices: waves, rings and disruption budgets name them.
import type { DeviceId } from '#base/ids.ts';

/** Static: a list. Dynamic: whoever the condition matches. */
export interface DeviceGroup {
  readonly id: string;
  /** Null: a static group. */
  readonly condition: string | null;
  /** Its place among the quality rings, from 0; null: it is none. */
  readonly ring: number | null;
  readonly createdAtMs: number;
}

export interface GroupReaders {
  get(id: string): DeviceGroup | undefined;
  /** Rings first in their order, then by id. */
  list(): readonly DeviceGroup[];
  /** Of a static group, by id, ascending. */
  members(id: string): readonly DeviceId[];
  /** The static groups a device is in. */
  ofDevice(deviceId: DeviceId): readonly string[];
}

export interface GroupWriters {
  insert(group: DeviceGroup): void;
  /** Its condition. */
  update(group: DeviceGroup): void;
  delete(id: string): void;
  /** The whole list of a static group. */
  setMembers(id: string, members: readonly DeviceId[]): void;
  /** The whole order: groups not named are no rings. */
  setRings(ids: readonly string[]): void;
}
