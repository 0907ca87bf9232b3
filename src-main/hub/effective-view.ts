// The effective view of one device: what it was given at a revision and who wrote each value, beside what its twins hold now.
import { refused } from '#base/errors.ts';
import { isDeviceId, type DeviceId } from '#base/ids.ts';
import { ownValue, type JsonObject } from '#base/json.ts';
import type { EffectiveView, RevisionComparison, RevisionPage, RevisionRow } from '#contract/effective-view.ts';
import type { EffectiveConfiguration } from '#domain/effective-configuration.ts';
import { leftValues, withAutomaticWrites } from '#domain/effective-view-automatic.ts';
import { compareEffective } from '#domain/effective-view-compare.ts';
import { compareRows, effectiveValues, type EffectiveValue } from '#domain/effective-view.ts';
import { notAppliedText } from '#domain/layering.ts';
import type { Device } from '#domain/registry.ts';
import type { Revision, StoreReaders } from '#store/store-types.ts';
import { requireDevice } from './registry-lookup.ts';

interface EffectiveRequest {
  readonly deviceId: string;
  /** Null: the newest. */
  readonly revision: number | null;
  /** How many values were on the pages before. */
  readonly after: number;
  readonly limit: number;
}

interface RevisionsRequest {
  readonly deviceId: string;
  /** Revisions below this number; null from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

interface ComparisonRequest {
  readonly deviceId: string;
  readonly from: number;
  readonly to: number;
  readonly after: number;
  readonly limit: number;
}

export interface EffectiveOperations {
  /** Refused (`device.unknown`, `revision.unknown`) in one sentence. */
  effective(request: EffectiveRequest): EffectiveView;
  revisions(request: RevisionsRequest): RevisionPage;
  compareRevisions(request: ComparisonRequest): RevisionComparison;
}

const nothingEffective: EffectiveConfiguration = { base: null, applied: [], notApplied: {}, modules: {}, origins: {} };

export function createEffectiveOperations(read: StoreReaders): EffectiveOperations {
  return {
    effective({ deviceId, revision, after, limit }) {
      const device = knownDevice(read, deviceId);
      const latest = read.revisions.latest(device.deviceId);
      const shown = revision === null ? latest : requireRevision(read, device, revision);
      const isLatest = shown?.revision === latest?.revision;
      const { base, applied, notApplied } = shown?.effective ?? nothingEffective;
      const runsRevision = shown === undefined ? null : runningRevision(read, shown);
      const values = valuesOf(read, device, shown, isLatest);
      return {
        deviceId,
        revision: shown?.revision ?? null,
        atMs: shown?.atMs ?? null,
        isLatest,
        base,
        applied,
        notApplied: Object.entries(notApplied).map(([id, reason]) => ({ id, reason: notAppliedText(reason) })),
        unmanaged: base === null ? unmanagedText(device, runsRevision) : null,
        runsRevision,
        values: values.slice(after, after + limit),
        totalValues: values.length,
        next: nextAfter(values.length, after + limit),
      };
    },
    revisions({ deviceId, before, limit }) {
      const device = knownDevice(read, deviceId);
      const rows = read.revisions.list(device.deviceId, { before: before ?? undefined, limit });
      const last = rows.at(-1)?.revision ?? 1;
      return { rows: rows.map(revisionRow), next: rows.length === limit && last > 1 ? last : null };
    },
    compareRevisions({ deviceId, from, to, after, limit }) {
      const device = knownDevice(read, deviceId);
      const [older, newer] = [requireRevision(read, device, from), requireRevision(read, device, to)];
      const changes = compareEffective(older.effective, newer.effective);
      return {
        deviceId,
        from: revisionRow(older),
        to: revisionRow(newer),
        changes: changes.slice(after, after + limit),
        totalChanges: changes.length,
        next: nextAfter(changes.length, after + limit),
      };
    },
  };
}

function knownDevice(read: StoreReaders, deviceId: string): Device {
  if (isDeviceId(deviceId)) return requireDevice(read, deviceId);
  throw refused('device.unknown', 'There is no device of that id on this hub: no device can have it.');
}

function requireRevision(read: StoreReaders, { deviceId }: Device, revision: number): Revision {
  const found = read.revisions.get(deviceId, revision);
  if (found !== undefined) return found;
  const newest = read.revisions.latest(deviceId)?.revision;
  const known = newest === undefined ? 'it has none yet' : `its revisions are 1 to ${newest}`;
  throw refused('revision.unknown', `Device '${deviceId}' has no revision ${revision}: ${known}.`, {
    subject: deviceId,
  });
}

function runningRevision(read: StoreReaders, { deviceId, revision, effective }: Revision): number | null {
  return effective.base === null ? (read.revisions.lastManaged(deviceId, revision) ?? null) : revision;
}

function unmanagedText({ isEdge }: Device, runsRevision: number | null): string {
  if (runsRevision !== null) return `unmanaged: keeps what it runs since revision ${runsRevision}`;
  if (!isEdge) return 'unmanaged: it is no edge device, and no deployment of modules concerns it';
  return 'unmanaged: no base deployment was ever given to it';
}

/** Automatic configurations write to the twins as they are now: at a past revision they are not known. */
function valuesOf(
  read: StoreReaders,
  { deviceId }: Device,
  shown: Revision | undefined,
  isLatest: boolean,
): readonly EffectiveValue[] {
  const actual = desiredSections(read, deviceId);
  const given = shown?.effective ?? nothingEffective;
  const books = isLatest ? [...read.configurationWrites.ofDevice(deviceId)] : [];
  const writes = books.map(([moduleId, stored]) => [moduleId ?? '', stored] as const);
  const effective = withAutomaticWrites(given, new Map(writes));
  const left = writes.flatMap(([moduleId, stored]) => leftValues(moduleId, stored, actual.get(moduleId) ?? {}));
  const values = effectiveValues({
    effective,
    actual,
    wholeModules: new Set(Object.keys(given.modules)),
    contentOf: (id, moduleId) => contentAt(read, shown, id, moduleId),
  });
  return left.length === 0 ? values : [...values, ...left].toSorted(compareRows);
}

function desiredSections(read: StoreReaders, deviceId: DeviceId): ReadonlyMap<string, JsonObject> {
  const own = read.twins.get({ deviceId, moduleId: null })?.desired.value ?? {};
  return new Map<string, JsonObject>([['', own], ...read.twins.desiredOf(deviceId)]);
}

/** A deployment made after the revision is another one that took the id. */
function contentAt(
  read: StoreReaders,
  shown: Revision | undefined,
  id: Parameters<StoreReaders['deployments']['get']>[0],
  moduleId: string,
): JsonObject | undefined {
  const deployment = read.deployments.get(id);
  if (deployment === undefined) return undefined;
  if (deployment.kind !== 'edge') return deployment.content;
  return shown !== undefined && deployment.createdAtMs <= shown.atMs
    ? ownValue(deployment.content, moduleId)
    : undefined;
}

function revisionRow({ revision, atMs, effective }: Revision): RevisionRow {
  return { revision, atMs, base: effective.base, applied: effective.applied };
}

function nextAfter(total: number, end: number): number | null {
  return end < total ? end : null;
}
