// What one device is to run and its twins are to hold, compared with what the store says; only the difference is written.
// Level-triggered: it reads the present state alone, so that repeating it changes nothing (spec: layering.md rules 6 and 9).
import type { Clock } from '#base/clock.ts';
import { broken, type AppError } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { ownValue, type Json, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { DesiredChange } from '#domain/journal/desired-change.ts';
import type { AutomaticRecord } from '#domain/layering/automatic-record.ts';
import type { DeploymentStatuses } from '#domain/layering/deployment-status.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import type { Device } from '#domain/records/registry.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import { addModule } from '#hub/records/new-module.ts';
import { requireTwin } from '#hub/records/twin-operations.ts';
import type { DeviceTurns } from '#store/rollout-types.ts';
import type { StoreReaders, StoreWriters } from '#store/store-types.ts';
import { automaticMatches, compareTwins, withAutomatic, type TwinDifference } from './automatic-evaluation.ts';
import { namedModules, type DesiredReplacer } from './desired-writing.ts';
import type { RevisionTeller } from './revision-telling.ts';
import { carryTurn, noteCarried, turnsOf, type CarriedAttempt } from './rollout-turns.ts';
import { withoutTerms } from './terms-in-desired.ts';

/** What a device is given, and what automatic configurations make of its twins. */
interface NewRevision {
  /** Number of the one before; 0: there is none. */
  readonly latest: number;
  readonly effective: EffectiveConfiguration;
  readonly automatic: AutomaticRecord;
}

/** What has to be written so that a device stands as its deployments say. */
export interface DeviceDifference {
  readonly deviceId: DeviceId;
  readonly missingModules: readonly ModuleId[];
  /** The twins that do not hold what they are to hold. */
  readonly twins: readonly TwinDifference[];
  /** Of all twins of the device, '' for its own; null: they are right. */
  readonly statuses: DeploymentStatuses | null;
  readonly statusesBefore: DeploymentStatuses;
  readonly revision: NewRevision | null;
  /** The attempt of a rollout that is carried out by it; null: none. */
  readonly carried: CarriedAttempt | null;
  /** A manifest that was set on the device by hand gives way to a deployment. */
  readonly takesOver: boolean;
}

const nothingEffective: EffectiveConfiguration = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const nothingMatched = { statuses: {}, effective: nothingEffective };

/** Null when there is nothing to write, or no such device any more. */
export function compareDevice(
  read: StoreReaders,
  catalog: DeploymentCatalog,
  deviceId: DeviceId,
): DeviceDifference | null {
  const device = read.devices.get(deviceId);
  if (device === undefined) return null;
  const latest = read.revisions.latest(deviceId);
  const before = latest?.effective ?? nothingEffective;
  const subject = requireSubject(read, deviceId);
  const turns = turnsOf(read, catalog, deviceId);
  const match = matchEdge(catalog, device, subject, turns);
  // Without a base the device keeps what it runs: the revision says so, and the next base still knows what to take back.
  const isManaged = match.effective.base !== null;
  const effective = isManaged
    ? match.effective
    : { ...match.effective, modules: before.modules, origins: before.origins };
  const known = new Set(read.modules.idsOf(deviceId));
  const named = isManaged ? namedModules(deviceId, effective.modules) : new Set<ModuleId>();
  const missingModules = [...named].filter((moduleId) => !known.has(moduleId));
  const automatic = automaticMatches(read, catalog, subject, missingModules);
  const wholes = isManaged ? wholeSections(deviceId, known, effective, before) : new Map<ModuleId, JsonObject>();
  const ofModules = statusesOn(new Set<string>([...known, ...named]), match.statuses);
  const statuses = withAutomatic(ofModules, automatic);
  const statusesBefore = read.deployments.statuses(deviceId);
  const { comparison, carried } = carryTurn({
    device: { read, deviceId },
    turns,
    applied: effective.applied,
    wholes,
    isManaged,
    compare: (sections) => compareTwins(read, deviceId, { wholes: sections, automatic }),
  });
  const { differences: twins, record } = comparison;
  // A revision of an older hub does not know what configurations did: that nothing is there needs no new one.
  const isSameGift = isSame(effective, before) && isSame(record, latest?.automatic ?? {});
  const difference: DeviceDifference = {
    deviceId,
    missingModules,
    twins,
    statuses: isSame(statuses, statusesBefore) ? null : statuses,
    statusesBefore,
    revision: isSameGift ? null : { latest: latest?.revision ?? 0, effective, automatic: record },
    carried,
    takesOver: isManaged && before.base === null && hasOwnManifest(read, deviceId, before),
  };
  const isNothing =
    missingModules.length === 0 &&
    difference.twins.length === 0 &&
    difference.statuses === null &&
    difference.revision === null &&
    carried === null;
  return isNothing ? null : difference;
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
  readonly clock: Clock;
}

export interface Evaluation extends Change {
  /** The instant of all that is written: one for the devices of a turn, so that they can share it. */
  readonly nowMs: number;
  readonly nowIso: string;
  readonly replaceDesired: DesiredReplacer;
  readonly tellRevision: RevisionTeller;
}

/** Writes the difference and its journal entries, as the hub. */
export function writeDifference(evaluation: Evaluation, difference: DeviceDifference): void {
  const { read, write, clock } = evaluation;
  const { deviceId, statuses, statusesBefore } = difference;
  for (const moduleId of difference.missingModules)
    addModule({ write, clock }, { deviceId, moduleId, managedBy: 'iotEdge', authentication: undefined }, 'hub');
  const changes = writeTwins(evaluation, difference);
  if (statuses !== null) write.deployments.replaceStatuses(deviceId, statuses, statusesBefore);
  if (difference.carried !== null) noteCarried({ read, write }, deviceId, difference.carried);
  if (difference.revision !== null) writeRevision(evaluation, difference, changes);
  else
    for (const { moduleId, ...detail } of changes)
      write.journal.append({ kind: 'desired-changed', actor: 'hub', deviceId, moduleId, detail });
}

/** Returns the changes of desired sections, for the journal. */
function writeTwins({ read, write, nowIso, replaceDesired }: Evaluation, difference: DeviceDifference) {
  const { deviceId } = difference;
  const changes: DesiredChange[] = [];
  for (const { moduleId, twin: compared, section, book, configurations } of difference.twins) {
    const identity = { deviceId, moduleId };
    if (section !== null) {
      const twin = compared ?? requireTwin(read, identity);
      const wanted = { value: section, nowIso, configurations };
      const next = replaceDesired(twin, wanted);
      write.twins.updateDesired({ ...identity, version: twin.version + 1 }, next.section);
      changes.push(next.change);
    }
    if (book !== null) write.configurationWrites.replace(identity, book);
  }
  return changes;
}

/** One row of the journal for the revision and all that came with it: of a fleet every further row counts. */
function writeRevision(
  { write, nowMs, tellRevision }: Evaluation,
  { deviceId, revision: given, takesOver }: DeviceDifference,
  desired: readonly DesiredChange[],
): void {
  if (given === null) return;
  const { latest, effective, automatic } = given;
  const { revision } = write.revisions.append(deviceId, nowMs, effective, automatic, latest);
  const detail = tellRevision({ revision, effective, automatic, takesOver, desired });
  write.journal.append({ kind: 'configuration-changed', actor: 'hub', deviceId, detail });
}

function requireSubject(read: StoreReaders, deviceId: DeviceId): ConditionSubject {
  const subject = read.twins.subject(deviceId);
  if (subject !== undefined) return subject;
  throw broken(`Device '${deviceId}' has no twin.`, { subject: deviceId });
}

/** Modules run on edge devices alone. */
function matchEdge(catalog: DeploymentCatalog, device: Device, subject: ConditionSubject, { admitted }: DeviceTurns) {
  return device.isEdge ? catalog.match(subject, admitted) : nothingMatched;
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
  const device = read.devices.get(deviceId);
  if (device === undefined) return;
  const subject = requireSubject(read, deviceId);
  const { statuses } = matchEdge(catalog, device, subject, turnsOf(read, catalog, deviceId));
  const before = read.deployments.statuses(deviceId);
  const ofModules = statusesOn(new Set(read.modules.idsOf(deviceId)), statuses);
  const matched = withAutomatic(ofModules, automaticMatches(read, catalog, subject, []));
  const kept = Object.entries(matched).map(([moduleId, ofTwin]) => {
    const asBefore = Object.keys(ofTwin).map((id) => [id, before[moduleId]?.[id] ?? 'Targeted'] as const);
    return [moduleId, Object.fromEntries(asBefore)] as const;
  });
  const next = Object.fromEntries(kept);
  if (!isSame(next, before)) write.deployments.replaceStatuses(deviceId, next, before);
  const detail = { code: error.code, reason: error.message };
  if (isNews) write.journal.append({ kind: 'configuration-refused', actor: 'hub', deviceId, detail });
}

/** A deployment that does not apply may name modules the device does not have: they have no twin to stand on. */
function statusesOn(modules: ReadonlySet<string>, statuses: DeploymentStatuses): DeploymentStatuses {
  return Object.fromEntries(Object.entries(statuses).filter(([moduleId]) => modules.has(moduleId)));
}

/**
 * The sections that deployments write whole. A module no longer named gives back what they wrote to it, and one that is gone
 * stays gone; one they never named is left alone.
 */
function wholeSections(
  deviceId: DeviceId,
  known: ReadonlySet<ModuleId>,
  effective: EffectiveConfiguration,
  before: EffectiveConfiguration,
): ReadonlyMap<ModuleId, JsonObject> {
  const sections = new Map<ModuleId, JsonObject>();
  for (const moduleId of namedModules(deviceId, { ...before.modules, ...effective.modules })) {
    const named = ownValue(effective.modules, moduleId);
    if (named !== undefined) sections.set(moduleId, named);
    else if (ownValue(before.modules, moduleId) !== undefined && known.has(moduleId)) sections.set(moduleId, {});
  }
  return sections;
}

/** Whether the agent was given modules by somebody else than a deployment. */
function hasOwnManifest(read: StoreReaders, deviceId: DeviceId, before: EffectiveConfiguration): boolean {
  const actual = withoutTerms(read.twins.get({ deviceId, moduleId: '$edgeAgent' as ModuleId })?.desired.value ?? {});
  return Object.keys(actual).length > 0 && !jsonEquals(actual, ownValue(before.modules, '$edgeAgent') ?? {});
}

/** Compared as the store gives them back: as JSON. */
function isSame(left: object, right: object): boolean {
  return jsonEquals(left as Json, right as Json);
}
