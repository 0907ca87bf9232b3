// What the store offers for twins: whole, or as much of one as somebody needs.
import type { DeviceId, Identity, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { ModuleSubject } from '#domain/conditions/condition-module.ts';
import type { ConditionSubject, Twin, TwinSection } from '#domain/values/twin.ts';

/** A twin as far as a new desired section is written with it. Equal values may be one object. */
export interface DesiredTwin extends Pick<Twin, 'deviceId' | 'moduleId' | 'version'> {
  readonly desired: Pick<TwinSection, 'value' | 'version'>;
}

export interface TwinReaders {
  get(identity: Identity): Twin | undefined;
  /** Only the reported section. */
  reported(identity: Identity): TwinSection | undefined;
  /** Only what a new desired section is written with. */
  desired(identity: Identity): DesiredTwin | undefined;
  /** Only the numbers that a new desired section is written with: the twin's own version and that of the section. */
  versions(identity: Identity): { readonly version: number; readonly desiredVersion: number } | undefined;
  /** What target conditions read of a device, and nothing more. */
  subject(deviceId: DeviceId): ConditionSubject | undefined;
  /** The same of many, by device id, ascending. */
  subjects(page: { readonly after?: DeviceId | undefined; readonly limit: number }): readonly ConditionSubject[];
  /** What module conditions read of the modules of one device; `$edgeAgent` and `$edgeHub` are not among them. */
  moduleSubjects(deviceId: DeviceId): readonly ModuleSubject[];
  /** The same as `desired` of the modules of one device, by module id. */
  desiredTwinsOf(deviceId: DeviceId): ReadonlyMap<ModuleId, DesiredTwin>;
  /** Module id → desired values, of the modules of one device. Equal documents may be one object. */
  desiredOf(deviceId: DeviceId): ReadonlyMap<ModuleId, JsonObject>;
}

export interface TwinWriters {
  insert(twin: Twin): void;
  update(twin: Twin): void;
  /** Only the desired section, and the twin's version. */
  updateDesired(twin: Pick<Twin, 'deviceId' | 'moduleId' | 'version'>, desired: TwinSection): void;
  /** The same of a module of many devices: each twin's version goes up by one. */
  updateDesiredAlike(deviceIds: readonly DeviceId[], moduleId: ModuleId | null, desired: TwinSection): void;
  /** Only the reported section. */
  updateReported(identity: Identity, reported: TwinSection): void;
}
