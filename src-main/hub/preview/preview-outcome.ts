// What would become of one device: the evaluation that runs for real, on a site as it would be, and what came of it told.
// Nothing is written; two devices with equal outcomes have equal keys.
import { hash } from 'node:crypto';
import { AppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { ownValue, type Json, type JsonObject } from '#base/json.ts';
import { jsonEquals } from '#base/merge-patch.ts';
import type { AutomaticRecord } from '#domain/layering/automatic-record.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { notAppliedOf, type NotApplied } from '#domain/layering/not-applied.ts';
import type { DesiredSections } from '#domain/layering/preview-difference.ts';
import type { Device } from '#domain/records/registry.ts';
import { withValue } from '#domain/values/path-writes.ts';
import { problemsText } from '#domain/values/problem-text.ts';
import { newTwin, replaceSection } from '#domain/values/twin-change.ts';
import type { ConditionSubject } from '#domain/values/twin.ts';
import { changedValues } from '#domain/values/value-difference.ts';
import { automaticMatches } from '#hub/evaluation/automatic-evaluation.ts';
import { namedModules } from '#hub/evaluation/desired-writing.ts';
import { compareDevice, type DeviceDifference } from '#hub/evaluation/device-evaluation.ts';
import { turnsOf } from '#hub/evaluation/rollout-turns.ts';
import { withoutTerms } from '#hub/evaluation/terms-in-desired.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { StoreReaders } from '#store/store-types.ts';

export interface Outcome {
  readonly deviceId: DeviceId;
  /** The same for devices that have the same, and would get the same. */
  readonly key: string;
  readonly before: EffectiveConfiguration;
  readonly after: EffectiveConfiguration;
  /** What of all that matches does not apply, and why: as it is now, and then. */
  readonly notApplied: { readonly before: readonly NotApplied[]; readonly after: readonly NotApplied[] };
  /** Of twins that automatic configurations write to, what would change: as it is now, and then; '' is the device's own. */
  readonly automatic: { readonly before: DesiredSections; readonly after: DesiredSections };
  /** What evaluation would write; null when nothing, or when it would be refused. */
  readonly difference: DeviceDifference | null;
  /** Why it could not be written; null when it could. */
  readonly refusal: string | null;
  /** Whether a module's desired section is not what deployments gave it. */
  readonly isEditedByHand: boolean;
}

export interface Sites {
  /** As it is, at one moment. */
  readonly read: StoreReaders;
  readonly now: DeploymentCatalog;
  /** As it would be. */
  readonly nextRead: StoreReaders;
  readonly next: DeploymentCatalog;
}

const nothingEffective: EffectiveConfiguration = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };
const nothingAutomatic: AutomaticRecord = {};

export interface Foresight {
  /** Null: the same deployments would make the same of it. */
  outcomeOf(device: Pick<Device, 'deviceId' | 'isEdge'>): Outcome | null;
}

export function createForesight({ read, now, nextRead, next }: Sites): Foresight {
  const digestOf = createDigest();
  const refusalOf = createRefusals();

  function isAffected(subject: ConditionSubject, nextSubject: ConditionSubject, isEdge: boolean): boolean {
    const { deviceId } = subject;
    const before = now.match(subject, turnsOf(read, now, deviceId).admitted).effective;
    const after = next.match(nextSubject, turnsOf(nextRead, next, deviceId).admitted).effective;
    if (isEdge && digestOf(before) !== digestOf(after)) return true;
    return automaticKey(read, now, subject, isEdge) !== automaticKey(nextRead, next, nextSubject, isEdge);
  }

  return {
    outcomeOf({ deviceId, isEdge }) {
      const subject = read.twins.subject(deviceId);
      const nextSubject = nextRead.twins.subject(deviceId);
      if (subject === undefined || nextSubject === undefined || !isAffected(subject, nextSubject, isEdge)) return null;
      const latest = read.revisions.latest(deviceId);
      const before = latest?.effective ?? nothingEffective;
      const recordBefore = latest?.automatic ?? nothingAutomatic;
      const { difference, refusal } = evaluated(nextRead, next, deviceId, refusalOf);
      const { effective: after, automatic: recordAfter } = difference?.revision ?? {
        effective: before,
        automatic: recordBefore,
      };
      const notApplied = {
        before: notAppliedOf(before, recordBefore),
        after: notAppliedOf(after, recordAfter),
      };
      const automatic = automaticSections(read, difference);
      return {
        deviceId,
        key: `${digestOf(before)} ${digestOf(after)} ${refusal ?? ''} ${JSON.stringify([automatic, notApplied])}`,
        before,
        after,
        notApplied,
        automatic,
        difference: refusal === null ? difference : null,
        refusal,
        isEditedByHand: isEditedByHand(read, deviceId, before),
      };
    },
  };
}

/** What automatic configurations make of the twins of a device; '' where none matches. */
function automaticKey(
  read: StoreReaders,
  catalog: DeploymentCatalog,
  subject: ConditionSubject,
  isEdge: boolean,
): string {
  const missing = isEdge && catalog.hasModuleConfigurations() ? missingModules(read, catalog, subject) : [];
  const matches = automaticMatches(read, catalog, subject, missing);
  return matches.size === 0 ? '' : JSON.stringify([...matches]);
}

/** Those a device that is refused what it should have was never given: what is meant for them may be why. */
function missingModules(read: StoreReaders, catalog: DeploymentCatalog, subject: ConditionSubject) {
  const { base, modules } = catalog.match(subject, turnsOf(read, catalog, subject.deviceId).admitted).effective;
  if (base === null) return [];
  const known = new Set(read.modules.idsOf(subject.deviceId));
  return [...namedModules(subject.deviceId, modules)].filter((moduleId) => !known.has(moduleId));
}

function automaticSections(read: StoreReaders, difference: DeviceDifference | null): Outcome['automatic'] {
  const before = Object.create(null) as Record<string, JsonObject>;
  const after = Object.create(null) as Record<string, JsonObject>;
  if (difference === null) return { before, after };
  const { deviceId } = difference;
  for (const { moduleId, section, book, configurations } of difference.twins) {
    if (section === null || (book === null && configurations.length === 0)) continue;
    const changes = changedValues(read.twins.get({ deviceId, moduleId })?.desired.value ?? {}, section);
    before[moduleId ?? ''] = sectionOf(changes.map(({ path, before: value }) => ({ path, value })));
    after[moduleId ?? ''] = sectionOf(changes.map(({ path, after: value }) => ({ path, value })));
  }
  return { before, after };
}

/** Of a section only what changes: devices whose twins differ elsewhere belong together, and nothing is kept of the rest. */
function sectionOf(
  values: readonly { readonly path: readonly string[]; readonly value: Json | undefined }[],
): JsonObject {
  return values.reduce<JsonObject>(
    (section, { path, value }) => (value === undefined ? section : withValue(section, path, value)),
    {},
  );
}

function evaluated(
  read: StoreReaders,
  catalog: DeploymentCatalog,
  deviceId: DeviceId,
  refusalOf: (moduleId: string | null, section: JsonObject) => string | null,
): { readonly difference: DeviceDifference | null; readonly refusal: string | null } {
  try {
    const difference = compareDevice(read, catalog, deviceId);
    const refusals = (difference?.twins ?? []).flatMap(({ moduleId, section }) =>
      section === null ? [] : (refusalOf(moduleId, section) ?? []),
    );
    return { difference, refusal: refusals[0] ?? null };
  } catch (error) {
    // What evaluation would refuse for one device is an answer here, not the end of the preview.
    if (!(error instanceof AppError)) throw error;
    return { difference: null, refusal: error.message };
  }
}

/** A section's verdict depends on the section alone, and ten thousand devices share one: each is judged once. */
function createRefusals(): (moduleId: string | null, section: JsonObject) => string | null {
  const known = new WeakMap<JsonObject, string | null>();
  return (moduleId, section) => {
    const verdict = known.get(section);
    if (verdict !== undefined) return verdict;
    const { desired } = newTwin({ deviceId: '' as DeviceId, moduleId: null }, '');
    const result = replaceSection(desired, section, { nowIso: '', section: 'desired' });
    const refusal = result.ok
      ? null
      : `${moduleId === null ? 'Its own twin' : `The twin of its module '${moduleId}'`} would stay as it is: ${problemsText(result.problems)}`;
    known.set(section, refusal);
    return refusal;
  };
}

function createDigest(): (effective: EffectiveConfiguration) => string {
  const known = new WeakMap<EffectiveConfiguration, string>();
  return (effective) => {
    const found = known.get(effective) ?? hash('sha1', JSON.stringify(effective), 'base64url');
    known.set(effective, found);
    return found;
  };
}

function isEditedByHand(read: StoreReaders, deviceId: DeviceId, { modules }: EffectiveConfiguration): boolean {
  const desired = read.twins.desiredOf(deviceId);
  const books = read.configurationWrites.ofDevice(deviceId);
  return [...desired].some(([moduleId, section]) => {
    const given = ownValue(modules, moduleId);
    return given !== undefined && !books.has(moduleId) && !jsonEquals(given, withoutTerms(section));
  });
}
