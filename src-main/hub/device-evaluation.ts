// What one device is to run, compared with what the store says of it; only the difference is written.
// Level-triggered: it reads the present state alone, so that repeating it changes nothing (spec: layering.md rules 6 and 9).
import type { Clock } from '#base/clock.ts';
import { broken, type AppError } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { ownValue, type Json, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { DeploymentStatuses } from '#domain/deployment-status.ts';
import type { EffectiveConfiguration } from '#domain/effective-configuration.ts';
import type { ConditionSubject } from '#domain/twin.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import type { DeploymentCatalog } from './deployment-catalog.ts';
import { namedModules, writeDesired } from './desired-writing.ts';
import { addModule } from './new-module.ts';
import { requireTwin } from './twin-operations.ts';

/** What has to be written so that a device stands as its deployments say. */
export interface DeviceDifference {
  readonly deviceId: DeviceId;
  readonly missingModules: readonly ModuleId[];
  /** Module id → the desired section it is to have, where that is not what it has. */
  readonly sections: ReadonlyMap<ModuleId, JsonObject>;
  /** Null: they are right. */
  readonly statuses: DeploymentStatuses | null;
  readonly revision: EffectiveConfiguration | null;
}

const nothingEffective: EffectiveConfiguration = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };

/** Null when there is nothing to write, or no such device any more. */
export function compareDevice(
  read: StoreReaders,
  catalog: DeploymentCatalog,
  deviceId: DeviceId,
): DeviceDifference | null {
  const device = read.devices.get(deviceId);
  if (device === undefined) return null;
  const before = read.revisions.latest(deviceId)?.effective ?? nothingEffective;
  const match = device.isEdge
    ? catalog.match(requireSubject(read, deviceId))
    : { statuses: {}, effective: nothingEffective };
  // Without a base the device keeps what it runs: the revision says so, and the next base still knows what to take back.
  const isManaged = match.effective.base !== null;
  const effective = isManaged
    ? match.effective
    : { ...match.effective, modules: before.modules, origins: before.origins };
  const known = new Set(read.modules.idsOf(deviceId));
  const named = isManaged ? namedModules(deviceId, effective.modules) : new Set<ModuleId>();
  const statuses = statusesOn(new Set<string>([...known, ...named]), match.statuses);
  const difference: DeviceDifference = {
    deviceId,
    missingModules: [...named].filter((moduleId) => !known.has(moduleId)),
    sections: isManaged ? wrongSections(read, deviceId, effective, before) : new Map(),
    statuses: isSame(statuses, read.deployments.statuses(deviceId)) ? null : statuses,
    revision: isSame(effective, before) ? null : effective,
  };
  const isNothing =
    difference.missingModules.length === 0 &&
    difference.sections.size === 0 &&
    difference.statuses === null &&
    difference.revision === null;
  return isNothing ? null : difference;
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
}

/** Writes the difference and its journal entries, as the hub. */
export function writeDifference({ read, write, clock }: Change, difference: DeviceDifference): void {
  const { deviceId, revision } = difference;
  const nowMs = clock.nowMs();
  for (const moduleId of difference.missingModules)
    addModule({ write, clock }, { deviceId, moduleId, managedBy: 'iotEdge', authentication: undefined }, 'hub');
  for (const [moduleId, section] of difference.sections)
    writeDesired(write, requireTwin(read, { deviceId, moduleId }), section, new Date(nowMs).toISOString(), 'hub');
  if (difference.statuses !== null) write.deployments.replaceStatuses(deviceId, difference.statuses);
  if (revision === null) return;
  const { base, applied, notApplied } = revision;
  const written = write.revisions.append(deviceId, nowMs, revision);
  const detail: JsonObject = { revision: written.revision, base, applied, notApplied: { ...notApplied } };
  write.journal.append({ kind: 'configuration-changed', actor: 'hub', deviceId, detail });
}

function requireSubject(read: StoreReaders, deviceId: DeviceId): ConditionSubject {
  const subject = read.twins.subject(deviceId);
  if (subject !== undefined) return subject;
  throw broken(`Device '${deviceId}' has no twin.`, { subject: deviceId });
}

export interface Refusal {
  readonly deviceId: DeviceId;
  readonly error: AppError;
  /** False: the journal has it already. */
  readonly isNews: boolean;
}

/**
 * Writes that a device cannot be given what its deployments make of it: it keeps what it has, what is new to it stands as
 * Targeted, and the journal says why.
 */
export function writeRefusal(
  { read, write }: Change,
  catalog: DeploymentCatalog,
  { deviceId, error, isNews }: Refusal,
): void {
  if (read.devices.get(deviceId) === undefined) return;
  const { statuses } = catalog.match(requireSubject(read, deviceId));
  const before = read.deployments.statuses(deviceId);
  const kept = Object.entries(statusesOn(new Set(read.modules.idsOf(deviceId)), statuses)).map(
    ([moduleId, matched]) => {
      const ofModule = Object.keys(matched).map((id) => [id, before[moduleId]?.[id] ?? 'Targeted'] as const);
      return [moduleId, Object.fromEntries(ofModule)] as const;
    },
  );
  const next = Object.fromEntries(kept);
  if (!isSame(next, before)) write.deployments.replaceStatuses(deviceId, next);
  const detail = { code: error.code, reason: error.message };
  if (isNews) write.journal.append({ kind: 'configuration-refused', actor: 'hub', deviceId, detail });
}

/** A deployment that does not apply may name modules the device does not have: they have no twin to stand on. */
function statusesOn(modules: ReadonlySet<string>, statuses: DeploymentStatuses): DeploymentStatuses {
  return Object.fromEntries(Object.entries(statuses).filter(([moduleId]) => modules.has(moduleId)));
}

/** A module no longer named gives back what deployments wrote to it; one they never named is left alone. */
function wrongSections(
  read: StoreReaders,
  deviceId: DeviceId,
  effective: EffectiveConfiguration,
  before: EffectiveConfiguration,
): ReadonlyMap<ModuleId, JsonObject> {
  const sections = new Map<ModuleId, JsonObject>();
  const desired = read.twins.desiredOf(deviceId);
  for (const moduleId of namedModules(deviceId, { ...before.modules, ...effective.modules })) {
    const named = ownValue(effective.modules, moduleId);
    const wanted = named ?? (ownValue(before.modules, moduleId) === undefined ? undefined : {});
    const actual = desired.get(moduleId);
    if (wanted === undefined) continue;
    // A module that is to be created anew starts empty; one that is gone and not named stays gone.
    const isGone = actual === undefined && named === undefined;
    if (!isGone && !jsonEquals(wanted, actual ?? {})) sections.set(moduleId, wanted);
  }
  return sections;
}

/** Compared as the store gives them back: as JSON. */
function isSame(left: object, right: object): boolean {
  return jsonEquals(left as Json, right as Json);
}
