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

/** Who takes them stops when the turn is over, and would have read the others for nothing. */
const readTogether = 64;

/** Devices that are to be written the same thing over the same numbers. */
interface AlikeDevices {
  readonly deviceIds: readonly DeviceId[];
  /** One for each of them, which differ in the device and its own attempt alone; null: nothing is to be written. */
  readonly differences: readonly DeviceDifference[] | null;
}

/** Each of the devices asked for once, worked out as they are taken. One that is not there is written nothing. */
export type AlikeComparison = (
  read: StoreReaders,
  catalog: DeploymentCatalog,
  deviceIds: readonly DeviceId[],
) => IterableIterator<AlikeDevices>;

/** How one device stands and what it matches: what its difference follows from. */
interface Kind {
  readonly matched: readonly (object | null)[];
  readonly texts: DeviceLikeness['texts'];
}

type Standing = DeviceLikeness & { readonly turns: DeviceTurns };

export function createAlikeComparison(): AlikeComparison {
  const known = createKindMemory<DeviceDifference | null>();
  return function* compare(read, catalog, deviceIds) {
    const compareAlone = (deviceId: DeviceId) => compareDevice(read, catalog, deviceId);
    // Configurations that read modules have their own say for each device.
    if (deviceIds.length === 1 || catalog.hasModuleConfigurations()) {
      for (const deviceId of deviceIds) yield alone(deviceId, compareAlone(deviceId));
      return;
    }
    for (let from = 0; from < deviceIds.length; from += readTogether) {
      const { kinds, others } = kindsOf(read, catalog, deviceIds.slice(from, from + readTogether));
      for (const deviceId of others) yield alone(deviceId, compareAlone(deviceId));
      for (const { kind, standings } of kinds) {
        const [{ deviceId }] = standings;
        const difference = known(kind, () => compareAlone(deviceId));
        if (difference === null) yield { deviceIds: standings.map((standing) => standing.deviceId), differences: null };
        else yield* withSameNumbers(standings.map((standing) => asOf(read, standing, difference)));
      }
    }
  };
}

function alone(deviceId: DeviceId, difference: DeviceDifference | null): AlikeDevices {
  return { deviceIds: [deviceId], differences: difference === null ? null : [difference] };
}

interface DevicesOfKind {
  readonly kind: Kind;
  readonly standings: [Standing, ...Standing[]];
}

/** `others` are compared each by itself. */
function kindsOf(read: StoreReaders, catalog: DeploymentCatalog, deviceIds: readonly DeviceId[]) {
  const kinds: DevicesOfKind[] = [];
  const likenesses = read.deviceLikenesses.of(deviceIds);
  const found = new Set<DeviceId>();
  for (const likeness of likenesses) {
    if (likeness.hasBooks) continue;
    const { deviceId, subject, isEdge, texts } = likeness;
    found.add(deviceId);
    const turns = turnsOf(read, catalog, deviceId);
    const kind = {
      matched: [isEdge ? catalog.match(subject, turns.admitted) : null, catalog.matchDevice(subject)],
      texts: catalog.hasRollouts() ? [...texts, textOf(turns, wellnessOf(read, deviceId, turns))] : texts,
    };
    const standing = { ...likeness, turns };
    const same = kinds.find((other) => isSameKind(other.kind, kind));
    if (same === undefined) kinds.push({ kind, standings: [standing] });
    else same.standings.push(standing);
  }
  return { kinds, others: deviceIds.filter((deviceId) => !found.has(deviceId)) };
}

/** Devices that stand alike may have come there by more or by fewer changes. */
function* withSameNumbers(differences: readonly DeviceDifference[]): IterableIterator<AlikeDevices> {
  const byNumbers = Map.groupBy(differences, ({ revision, twins }) =>
    [revision?.latest, ...twins.map(({ twin }) => twin?.desired.version)].join(),
  );
  for (const alike of byNumbers.values())
    yield { deviceIds: alike.map(({ deviceId }) => deviceId), differences: alike };
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

/** What another of its kind is to be written, with the numbers of this one. */
function asOf(
  read: StoreReaders,
  { deviceId, revision: latest, agent, turns }: Standing,
  difference: DeviceDifference,
): DeviceDifference {
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
