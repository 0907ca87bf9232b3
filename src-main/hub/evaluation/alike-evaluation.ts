// Compares devices with what their deployments say, one of each kind: devices that stand alike and match the same get the same, so
// that of a fleet only the first is worked out. INVARIANT: what is answered for a device is what comparing it alone would answer.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { DeploymentCatalog } from '#hub/records/deployment-catalog.ts';
import type { DeviceLikeness } from '#store/device-likenesses.ts';
import type { DeviceTurns, RolloutAttempt } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';
import type { DesiredTwin } from '#store/twin-types.ts';
import { compareDevice, type DeviceDifference } from './device-evaluation.ts';
import { turnsOf, wellnessOf } from './rollout-turns.ts';

const readTogether = 32;

/** The differences of the devices asked for, worked out as they are taken; null: there is nothing to write, or no such device. */
export type AlikeComparison = (
  read: StoreReaders,
  catalog: DeploymentCatalog,
  deviceIds: readonly DeviceId[],
) => IterableIterator<DeviceDifference | null>;

/** How one device stands and what it matches: what its difference follows from. */
interface Kind {
  readonly matched: readonly (object | null)[];
  readonly texts: DeviceLikeness['texts'];
}

export function createAlikeComparison(): AlikeComparison {
  const known = createKindMemory<DeviceDifference | null>();
  return function* compare(read, catalog, deviceIds) {
    // Configurations that read modules have their own say for each device.
    if (deviceIds.length === 1 || catalog.hasModuleConfigurations()) {
      for (const deviceId of deviceIds) yield compareDevice(read, catalog, deviceId);
      return;
    }
    for (const [deviceId, likeness] of likenessesOf(read, deviceIds)) {
      const compareAlone = (): DeviceDifference | null => compareDevice(read, catalog, deviceId);
      if (likeness === undefined || likeness.hasBooks) {
        yield compareAlone();
        continue;
      }
      const { subject, isEdge, texts } = likeness;
      const turns = turnsOf(read, catalog, deviceId);
      const matched = [isEdge ? catalog.match(subject, turns.admitted) : null, catalog.matchDevice(subject)];
      const kind = {
        matched,
        texts: catalog.hasRollouts() ? [...texts, textOf(turns, wellnessOf(read, deviceId, turns))] : texts,
      };
      yield asOf(read, { ...likeness, turns }, known(kind, compareAlone));
    }
  };
}

const rememberedKinds = 8;

/** The last few kinds, the newest first: devices come in rows that are alike, and most need one look. */
function createKindMemory<Made>(): (kind: Kind, make: () => Made) => Made {
  let kept: { readonly kind: Kind; readonly made: Made }[] = [];
  return (kind, make) => {
    const index = kept.findIndex((entry) => isSameKind(entry.kind, kind));
    const found = kept[index] ?? { kind, made: make() };
    if (index !== 0) kept = [found, ...kept.filter((entry) => entry !== found)].slice(0, rememberedKinds);
    return found.made;
  };
}

/** What evaluation goes by of the attempts of a device, all but which device they are of and when they were; and how it runs. */
function textOf({ admitted, newest, sent }: DeviceTurns, runsWell: boolean | null): string {
  const said = [newest, sent].map((attempt) => attempt && factsOf(attempt));
  return JSON.stringify([[...admitted], ...said, runsWell]);
}

function factsOf({
  id: _id,
  deviceId: _ofDevice,
  startedAtMs: _at,
  sentVersion,
  endedAtMs,
  ...others
}: RolloutAttempt) {
  return { ...others, isSent: sentVersion !== null, isOver: endedAtMs !== null };
}

/** The catalog gives one object for one set of matches. */
function isSameKind(left: Kind, right: Kind): boolean {
  return (
    left.texts.length === right.texts.length &&
    left.matched.every((match, index) => match === right.matched[index]) &&
    left.texts.every((text, index) => text === right.texts[index])
  );
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
function asOf(
  read: StoreReaders,
  { deviceId, revision: latest, agent, turns }: DeviceLikeness & { readonly turns: DeviceTurns },
  difference: DeviceDifference | null,
): DeviceDifference | null {
  if (difference === null) return null;
  const { carried, revision } = difference;
  const twinOf = (moduleId: ModuleId | null, { value }: DesiredTwin['desired']): DesiredTwin | undefined => {
    const found = moduleId === '$edgeAgent' ? agent : read.twins.versions({ deviceId, moduleId });
    if (found === undefined || found === null) return undefined;
    return { deviceId, moduleId, version: found.version, desired: { value, version: found.desiredVersion } };
  };
  return {
    ...difference,
    deviceId,
    twins: difference.twins.map((of) => ({ ...of, twin: of.twin && twinOf(of.moduleId, of.twin.desired) })),
    revision: revision && { ...revision, latest },
    carried: carried && { ...carried, attempt: turns.newest ?? carried.attempt },
  };
}
