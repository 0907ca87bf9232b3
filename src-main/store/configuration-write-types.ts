// What automatic configurations wrote to twins and left there, for those who read and change it.
import type { DeploymentId, DeviceId, Identity, ModuleId } from '#base/ids.ts';
import type { StoredWrite } from '#domain/layering/automatic-writes.ts';
import type { RemovalRule } from '#domain/records/deployment.ts';

/** On how many twins stands what an automatic configuration wrote and left there. */
export interface LeftValues {
  readonly configurationId: DeploymentId;
  readonly twins: number;
  /** Somebody asked for it to be taken away, and these twins are still to come. */
  readonly isBeingRemoved: boolean;
}

export interface ConfigurationWriteReaders {
  /** Per twin of one device (null: its own). Twins to which nothing was written are absent. */
  ofDevice(deviceId: DeviceId): ReadonlyMap<ModuleId | null, readonly StoredWrite[]>;
  left(): readonly LeftValues[];
  /** Devices on whose twins stands what a configuration left there; by id, ascending. */
  devicesWithLeft(
    id: DeploymentId,
    page: { readonly after: DeviceId | null; readonly limit: number },
  ): readonly DeviceId[];
  countDevicesWithLeft(id: DeploymentId): number;
}

export interface ConfigurationWriteWriters {
  /** All that stands on one twin. */
  replace(identity: Identity, writes: readonly StoredWrite[]): void;
  /** The rule of what the configuration still writes, everywhere. */
  setRule(id: DeploymentId, rule: RemovalRule): void;
  /** What it left on a device is to be taken away when that is evaluated next. False: that was so before, or there is nothing. */
  removeLeft(id: DeploymentId, deviceId: DeviceId): boolean;
}
