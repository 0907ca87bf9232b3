// Twins as a person edits them: the values with the etag to change them by, and who else writes there and would write again.
import { refused } from '#base/errors.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import { ownValue } from '#base/json.ts';
import type { DeviceTwinView, OwnedPath } from '#contract/console-device-page.ts';
import { largestPage } from '#contract/console-rows.ts';
import { etagOf, versionOf } from '#contract/etag.ts';
import type { TwinSection } from '#domain/values/twin.ts';
import type { IfMatch, TwinChange, TwinOperations } from '#hub/hub-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

interface TwinEdit {
  readonly etag: string;
  readonly change: TwinChange;
}

export function createDevicePageTwins(read: StoreReaders, twins: TwinOperations) {
  function view(identity: Identity): DeviceTwinView {
    const { version, tags, desired, reported } = twins.get(identity);
    const { deviceId, moduleId } = identity;
    return {
      moduleId,
      moduleIds: read.modules.idsOf(deviceId).slice(0, largestPage),
      etag: etagOf(version),
      tags,
      desired: { value: desired.value, version: desired.version },
      reported: { value: reported.value, version: reported.version, atMs: updatedAtMs(reported) },
      owned: ownedPaths(read, identity),
    };
  }
  return {
    read: view,
    change(identity: Identity, { etag, change }: TwinEdit): DeviceTwinView {
      twins.patch(identity, change, ifMatchOf(etag, identity), 'console');
      return view(identity);
    },
  };
}

function ifMatchOf(etag: string, identity: Identity): IfMatch {
  if (etag === '*') return '*';
  const version = versionOf(etag);
  if (version !== undefined) return version;
  throw refused('request.invalid', `'${etag}' is no etag of a twin: read the twin again.`, {
    subject: identityKey(identity),
  });
}

function updatedAtMs({ metadata }: TwinSection): number | null {
  const text = ownValue(metadata, '$lastUpdated');
  const atMs = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isFinite(atMs) ? atMs : null;
}

/** As of the newest revision: what deployments of modules give the twin, and what automatic configurations do. */
function ownedPaths(read: StoreReaders, { deviceId, moduleId }: Identity): readonly OwnedPath[] {
  const latest = read.revisions.latest(deviceId);
  if (latest === undefined) return [];
  const key = moduleId ?? '';
  // A device without a base keeps what it has, and nobody writes it again.
  const given = latest.effective.base === null ? [] : (ownValue(latest.effective.origins, key) ?? []);
  const automatic = ownValue(latest.automatic ?? {}, key)?.writes ?? [];
  return [...given, ...automatic].slice(0, largestPage).map(({ path, writtenBy }) => ({ path, writtenBy }));
}
