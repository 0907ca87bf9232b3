// What automatic configurations make of the twins of one device, on top of what its deployments write there whole: first the
// deployments' section, then the configurations' values in it, so that one evaluation comes to rest.
import type { DeploymentId, DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { AutomaticResult } from '#domain/layering/automatic-configuration.ts';
import { standingOf, type AutomaticRecord, type AutomaticStanding } from '#domain/layering/automatic-record.ts';
import { isSameBook, settleTwin, type StoredWrite } from '#domain/layering/automatic-writes.ts';
import type { DeploymentStatuses } from '#domain/layering/deployment-status.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { DesiredTwin } from '#store/twin-types.ts';

/** One twin that does not hold what it is to hold, or whose book does not say so. */
export interface TwinDifference {
  /** Null: the device's own twin. */
  readonly moduleId: ModuleId | null;
  /** As it was compared; undefined: it is not there yet. */
  readonly twin: DesiredTwin | undefined;
  /** The whole desired section it is to have; null: it has it. */
  readonly section: JsonObject | null;
  /** What configurations wrote to it and left on it; null: the store has it so. */
  readonly book: readonly StoredWrite[] | null;
  /** The configurations that write to it, lowest path first. */
  readonly configurations: readonly DeploymentId[];
}

/** Module id (null: the device's own twin) → what its configurations make of it. Twins that none matches are absent. */
export type AutomaticMatches = ReadonlyMap<ModuleId | null, AutomaticResult>;

/** `$edgeAgent` and `$edgeHub` belong to the deployments: configurations never match them. */
export function automaticMatches(
  read: StoreReaders,
  catalog: DeploymentCatalog,
  subject: ConditionSubject,
  missingModules: readonly ModuleId[],
): AutomaticMatches {
  const { deviceId } = subject;
  const results = new Map<ModuleId | null, AutomaticResult>();
  const note = (moduleId: ModuleId | null, result: AutomaticResult): void => {
    if (Object.keys(result.statuses).length > 0) results.set(moduleId, result);
  };
  note(null, catalog.matchDevice(subject));
  if (!catalog.hasModuleConfigurations()) return results;
  for (const module of read.twins.moduleSubjects(deviceId)) note(module.moduleId, catalog.matchModule(module));
  // They are made in the same evaluation, with nothing in their twins.
  for (const moduleId of missingModules.filter((id) => !id.startsWith('$')))
    note(moduleId, catalog.matchModule({ deviceId, moduleId, tags: {}, reported: {} }));
  return results;
}

/** The statuses of deployments and configurations together, twin by twin. */
export function withAutomatic(ofModules: DeploymentStatuses, automatic: AutomaticMatches): DeploymentStatuses {
  if (automatic.size === 0) return ofModules;
  const statuses = Object.assign(Object.create(null) as Record<string, DeploymentStatuses[string]>, ofModules);
  for (const [moduleId, result] of automatic)
    statuses[moduleId ?? ''] = { ...statuses[moduleId ?? ''], ...result.statuses };
  return statuses;
}

interface Wanted {
  /** The sections that deployments write whole. */
  readonly wholes: ReadonlyMap<ModuleId, JsonObject>;
  readonly automatic: AutomaticMatches;
}

export interface TwinComparison {
  readonly differences: readonly TwinDifference[];
  /** What configurations write and left, once that is written. */
  readonly record: AutomaticRecord;
}

export function compareTwins(read: StoreReaders, deviceId: DeviceId, { wholes, automatic }: Wanted): TwinComparison {
  const books = read.configurationWrites.ofDevice(deviceId);
  const concerned = new Set<ModuleId | null>([...wholes.keys(), ...automatic.keys(), ...books.keys()]);
  const record = Object.create(null) as Record<string, AutomaticStanding>;
  if (concerned.size === 0) return { differences: [], record };
  const ofModules = read.twins.desiredTwinsOf(deviceId);
  const differences: TwinDifference[] = [];
  for (const moduleId of concerned) {
    const twin = moduleId === null ? read.twins.desired({ deviceId, moduleId }) : ofModules.get(moduleId);
    const actual = twin?.desired.value ?? {};
    const whole = moduleId === null ? undefined : wholes.get(moduleId);
    const stored = books.get(moduleId) ?? [];
    const wanted = automatic.get(moduleId)?.writes ?? [];
    const settled = settleTwin({ section: whole ?? actual, stored, wanted, isWhole: whole !== undefined });
    const section = jsonEquals(settled.section, actual) ? null : settled.section;
    const book = isSameBook(settled.stored, stored) ? null : settled.stored;
    const configurations = [...new Set(wanted.map(({ writtenBy }) => writtenBy))];
    if (section !== null || book !== null) differences.push({ moduleId, twin, section, book, configurations });
    const standing = standingOf({ writes: wanted, ...settled });
    if (standing.writes.length + standing.left.length > 0) record[moduleId ?? ''] = standing;
  }
  return { differences, record };
}
