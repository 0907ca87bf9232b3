// What automatic configurations wrote to twins and left there, for those who read and change it.
import type { DeploymentId, DeviceId, Identity, ModuleId } from '#base/ids.ts';
import type { StoredWrite } from '#domain/automatic-writes.ts';
import type { RemovalRule } from '#domain/deployment.ts';

/** On how many twins stands what an automatic configuration wrote and left there. */
export interface LeftValues {
  readonly configurationId: DeploymentId;
  readonly twins: number;
}

export interface ConfigurationWriteReaders {
  /** Per twin of one device (null: its own). Twins to which nothing was written are absent. */
  ofDevice(deviceId: DeviceId): ReadonlyMap<ModuleId | null, readonly StoredWrite[]>;
  left(): readonly LeftValues[];
  /** Devices on whose twins stands what a configuration left there. */
  devicesWithLeft(id: DeploymentId): readonly DeviceId[];
}

export interface ConfigurationWriteWriters {
  /** All that stands on one twin. */
  replace(identity: Identity, writes: readonly StoredWrite[]): void;
  /** The rule of what the configuration still writes, everywhere. */
  setRule(id: DeploymentId, rule: RemovalRule): void;
  /** What it left is to be taken away when its devices are evaluated next. */
  removeLeft(id: DeploymentId): void;
}
