// The effective view of one device: what it was given at a revision and who wrote each value, beside what its twins hold now.
import { refused } from '#base/errors.ts';
import { isDeviceId } from '#base/ids.ts';
import { largestPage } from '#contract/console-rows.ts';
import type {
  EffectiveView,
  OutrankedRow,
  RevisionComparison,
  RevisionPage,
  RevisionRow,
} from '#contract/effective-view.ts';
import { writersIn, type AutomaticRecord } from '#domain/layering/automatic-record.ts';
import type { EffectiveConfiguration } from '#domain/layering/effective-configuration.ts';
import { leftValues, withAutomaticWrites } from '#domain/layering/effective-view-automatic.ts';
import { compareEffective } from '#domain/layering/effective-view-compare.ts';
import { compareRows, effectiveValues, type EffectiveValue } from '#domain/layering/effective-view.ts';
import { notAppliedOf } from '#domain/layering/not-applied.ts';
import { outrankedOn, outrankedText } from '#domain/layering/outranked.ts';
import type { Device } from '#domain/records/registry.ts';
import { requireDevice } from '#hub/records/registry-lookup.ts';
import type { Revision, StoreReaders } from '#store/store-types.ts';
import { automaticAt, contentReader, desiredNow, type DesiredNow } from './effective-sources.ts';
import { keptByRollouts } from './rollout-waiting.ts';

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
// Of one deployment on one twin; the rest is counted.
const mostPaths = 50;

export function createEffectiveOperations(read: StoreReaders): EffectiveOperations {
  return {
    effective({ deviceId, revision, after, limit }) {
      const device = knownDevice(read, deviceId);
      const latest = read.revisions.latest(device.deviceId);
      const shown = revision === null ? latest : requireRevision(read, device, revision);
      const isLatest = shown?.revision === latest?.revision;
      const given = shown?.effective ?? nothingEffective;
      const { base, applied } = given;
      const actual = desiredNow(read, device.deviceId);
      const automatic = automaticAt(read, device.deviceId, { shown, isLatest, actual });
      const runsRevision = shown === undefined ? null : runningRevision(read, shown);
      const outranked = outrankedRows(given, automatic ?? {});
      const contentOf = contentReader(read, revision === null ? null : (shown?.atMs ?? null));
      const kept = revision === null ? keptByRollouts(read, device) : [];
      const values = valuesOf({ given, automatic: automatic ?? {}, actual, isLatest, contentOf });
      return {
        deviceId,
        revision: shown?.revision ?? null,
        atMs: shown?.atMs ?? null,
        isLatest,
        base,
        applied,
        notApplied: [...notAppliedOf(given, automatic ?? {}), ...kept],
        outranked: outranked.slice(0, largestPage),
        totalOutranked: outranked.length,
        notKnown: automatic === null ? notKnownText(shown === undefined ? [] : [shown]) : null,
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
    compareRevisions({ deviceId, from, to, after: skipped, limit }) {
      const device = knownDevice(read, deviceId);
      const [older, newer] = [requireRevision(read, device, from), requireRevision(read, device, to)];
      const unknown = [older, newer].filter(({ automatic }) => automatic === null);
      const [before, after] = [older, newer].map(({ effective, automatic }) =>
        automatic === null || unknown.length > 0 ? effective : withAutomaticWrites(effective, automatic),
      );
      const changes = compareEffective(before ?? nothingEffective, after ?? nothingEffective);
      return {
        deviceId,
        from: revisionRow(older),
        to: revisionRow(newer),
        notKnown: unknown.length > 0 ? notKnownText(unknown) : null,
        changes: changes.slice(skipped, skipped + limit),
        totalChanges: changes.length,
        next: nextAfter(changes.length, skipped + limit),
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

interface ValueParts {
  readonly given: EffectiveConfiguration;
  readonly automatic: AutomaticRecord;
  readonly actual: DesiredNow;
  readonly isLatest: boolean;
  readonly contentOf: ReturnType<typeof contentReader>;
}

function valuesOf({ given, automatic, actual, isLatest, contentOf }: ValueParts): readonly EffectiveValue[] {
  const values = effectiveValues({
    effective: withAutomaticWrites(given, automatic),
    actual,
    wholeModules: new Set(Object.keys(given.modules)),
    contentOf,
  });
  // What somebody changed since is left no more; of a past revision it is told that it was.
  const left = Object.entries(automatic)
    .flatMap(([moduleId, standing]) => leftValues(moduleId, standing.left, actual.get(moduleId) ?? {}))
    .filter(({ differs }) => !isLatest || !differs);
  return left.length === 0 ? values : [...values, ...left].toSorted(compareRows);
}

/** Where others wrote over something of a deployment; configurations of which nothing shows are among them. */
function outrankedRows(given: EffectiveConfiguration, automatic: AutomaticRecord): readonly OutrankedRow[] {
  const { deployments, configurations } = outrankedOn(given, automatic);
  return [...deployments, ...configurations].map(({ paths, ...row }) => ({
    ...row,
    paths: paths.slice(0, mostPaths),
    totalPaths: paths.length,
    reason: outrankedText(paths),
  }));
}

function notKnownText(revisions: readonly Revision[]): string {
  const numbers = revisions.map(({ revision }) => revision).join(' and ');
  return (
    `not known of revision ${numbers}: what automatic configurations wrote, for the version of Lanyard that made it ` +
    'did not keep that. What deployments of modules gave is whole.'
  );
}

function revisionRow({ revision, atMs, effective, automatic }: Revision): RevisionRow {
  const configurations = automatic === null ? null : writersIn(automatic);
  return { revision, atMs, base: effective.base, applied: effective.applied, configurations };
}

function nextAfter(total: number, end: number): number | null {
  return end < total ? end : null;
}
