// Compares devices with what their deployments say, one of each kind: devices that stand alike and match the same get the same, so
// that of a fleet only the first is worked out. INVARIANT: what is answered for a device is what comparing it alone would answer.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { createRecentMap } from '#base/recent-map.ts';
import type { DeviceLikeness } from '#store/device-likenesses.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { DesiredTwin } from '#store/twin-types.ts';
import type { DeploymentCatalog } from './deployment-catalog.ts';
import { compareDevice, type DeviceDifference } from './device-evaluation.ts';

/** So many kinds are remembered; each holds the desired values of the twins of a device, some 10 KB. */
const rememberedKinds = 64;
const readTogether = 16;

/** The differences of the devices asked for, worked out as they are taken; null: there is nothing to write, or no such device. */
export type AlikeComparison = (
  read: StoreReaders,
  catalog: DeploymentCatalog,
  deviceIds: readonly DeviceId[],
) => IterableIterator<DeviceDifference | null>;

export function createAlikeComparison(): AlikeComparison {
  const known = createRecentMap<string, DeviceDifference | null>(rememberedKinds);
  const numberOf = createNumbering();
  return function* compare(read, catalog, deviceIds) {
    // What has its own say for each device: attempts of rollouts, and configurations that read its modules.
    const areAlone = deviceIds.length === 1 || catalog.hasRollouts() || catalog.hasModuleConfigurations();
    if (areAlone) {
      for (const deviceId of deviceIds) yield compareDevice(read, catalog, deviceId);
      return;
    }
    for (const [deviceId, likeness] of likenessesOf(read, deviceIds)) {
      const compareAlone = (): DeviceDifference | null => compareDevice(read, catalog, deviceId);
      if (likeness === undefined || likeness.hasBooks) {
        yield compareAlone();
        continue;
      }
      const { subject, isEdge, text } = likeness;
      const matched = isEdge ? numberOf(catalog.match(subject)) : 0;
      const kind = `${matched} ${numberOf(catalog.matchDevice(subject))} ${text}`;
      yield asOf(likeness, known.getOrMake(kind, compareAlone));
    }
  };
}

/** A few at a time: who takes them may stop at any, and would have read the others for nothing. */
function* likenessesOf(
  read: StoreReaders,
  deviceIds: readonly DeviceId[],
): IterableIterator<readonly [DeviceId, DeviceLikeness | undefined]> {
  for (let from = 0; from < deviceIds.length; from += readTogether) {
    const some = deviceIds.slice(from, from + readTogether);
    const found = new Map(read.deviceLikenesses.of(some).map((likeness) => [likeness.deviceId, likeness]));
    for (const deviceId of some) yield [deviceId, found.get(deviceId)];
  }
}

/** What another of its kind is to be written, with the numbers of this one. */
function asOf(likeness: DeviceLikeness, difference: DeviceDifference | null): DeviceDifference | null {
  const { deviceId, revision: latest, versions } = likeness;
  if (difference === null) return null;
  const twinOf = (moduleId: ModuleId | null, { value }: DesiredTwin['desired']): DesiredTwin | undefined => {
    const found = versions.get(moduleId ?? '');
    return found && { deviceId, moduleId, version: found.version, desired: { value, version: found.desiredVersion } };
  };
  return {
    ...difference,
    deviceId,
    twins: difference.twins.map((of) => ({ ...of, twin: of.twin && twinOf(of.moduleId, of.twin.desired) })),
    revision: difference.revision && { ...difference.revision, latest },
  };
}

/** A number for each object, from 1: the catalog gives one object for one set of matches. */
function createNumbering(): (object: object) => number {
  const numbers = new WeakMap<object, number>();
  let last = 0;
  return (object) => {
    const number = numbers.get(object) ?? (last += 1);
    numbers.set(object, number);
    return number;
  };
}
