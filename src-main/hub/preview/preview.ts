// What would change if: deployments and tags not yet changed, for the whole fleet, touching nothing. One snapshot is read, in
// short turns, by the code that evaluates for real; so the answer is of one moment and is what would happen.
// INVARIANT: one preview at a time; a person who types asks again sooner than it is answered, and cancels the one before.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { largestPage } from '#contract/console-rows.ts';
import type {
  ConditionMatches,
  DeviceIdPage,
  DevicePreview,
  PreviewAnswer,
  PreviewGroup,
} from '#contract/preview-view.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import { limitsInForce } from '#hub/operations/settings-operations.ts';
import { createBreath, type Breathe } from '#hub/turns/preview-slices.ts';
import type { Store, StoreSnapshot } from '#store/store-types.ts';
import { matchesOf, type MatchRequest } from './condition-matches.ts';
import { foreseeDevice } from './preview-device.ts';
import { foreseeFleet } from './preview-fleet.ts';
import { addToGroups, countsOf, previewGroup, type OutcomeGroup } from './preview-groups.ts';

// A list of devices per group: the last few previews are kept, so that one can page through what one just saw.
const previewsKept = 8;

interface GroupPage {
  readonly previewId: number;
  readonly group: number;
  /** The last device of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

export interface PreviewOperations {
  /** Rejects (`preview.cancelled`) when the signal aborts. */
  preview(changes: readonly PreviewChange[], signal?: AbortSignal): Promise<PreviewAnswer>;
  /** All that one device is given now and would be given; refused (`device.unknown`). Rejects when the signal aborts. */
  previewDevice(changes: readonly PreviewChange[], deviceId: string, signal?: AbortSignal): Promise<DevicePreview>;
  /** The devices of one group of a preview, by id. Refused (`preview.gone`) when that preview is no longer kept. */
  previewDevices(page: GroupPage): DeviceIdPage;
  /** The devices or modules a condition means, as it stands while it is typed. Rejects (`preview.cancelled`) when the signal aborts. */
  matchesOf(request: MatchRequest, signal?: AbortSignal): Promise<ConditionMatches>;
}

interface PreviewParts {
  readonly store: Pick<Store, 'read' | 'snapshot'>;
  readonly clock: Clock;
  /** Of this run alone; they go before those of the site. */
  readonly limits?: Partial<DeploymentLimits>;
}

export function createPreviewOperations({ store, clock, limits }: PreviewParts): PreviewOperations {
  const kept = new Map<number, readonly OutcomeGroup[]>();
  const onSnapshot = createSnapshotLine(store, clock);
  let lastId = 0;

  function keep(groups: readonly OutcomeGroup[]): number {
    lastId += 1;
    kept.set(lastId, groups);
    kept.delete(lastId - previewsKept);
    return lastId;
  }

  async function previewOn(
    { read, asOf }: StoreSnapshot,
    changes: readonly PreviewChange[],
    breathe: Breathe,
  ): Promise<PreviewAnswer> {
    const byKey = new Map<string, OutcomeGroup>();
    const asked = { read, changes, clock, breathe, limits: limitsInForce(read, limits) };
    const site = await foreseeFleet(asked, (outcome) => addToGroups(byKey, outcome));
    if (!site.ok) return site;
    const groups = [...byKey.values()].toSorted((left, right) => right.deviceIds.length - left.deviceIds.length);
    const told: PreviewGroup[] = [];
    for (const [index, group] of groups.slice(0, largestPage).entries()) {
      told.push(previewGroup(group, index));
      await breathe();
    }
    const groupsLeftOut = groups.length - told.length;
    return { ok: true, previewId: keep(groups), asOf, counts: countsOf(groups, site), groups: told, groupsLeftOut };
  }

  return {
    preview: (changes, signal) => onSnapshot(signal, (snapshot, breathe) => previewOn(snapshot, changes, breathe)),
    previewDevice: (changes, deviceId, signal) =>
      onSnapshot(signal, ({ read }, breathe) =>
        foreseeDevice({ read, changes, clock, breathe, limits: limitsInForce(read, limits) }, deviceId),
      ),
    previewDevices({ previewId, group, after, limit }) {
      const deviceIds = kept.get(previewId)?.[group]?.deviceIds;
      if (deviceIds === undefined)
        throw refused('preview.gone', 'That preview is no longer kept: ask for the preview again.');
      const rest = after === null ? deviceIds : deviceIds.filter((deviceId) => deviceId > after);
      const rows = rest.slice(0, limit);
      return { deviceIds: rows, next: rows.length < rest.length ? (rows.at(-1) ?? null) : null };
    },
    matchesOf: (request, signal) => matchesOf({ read: store.read, clock }, request, signal),
  };
}

/** Runs work one after the other, each over the site of one moment. */
function createSnapshotLine(store: PreviewParts['store'], clock: Clock) {
  const oneByOne = createLine();
  return <T>(
    signal: AbortSignal | undefined,
    work: (snapshot: StoreSnapshot, breathe: Breathe) => Promise<T>,
  ): Promise<T> =>
    oneByOne(async () => {
      const breathe = createBreath(clock, signal);
      await breathe();
      const snapshot = store.snapshot();
      try {
        return await work(snapshot, breathe);
      } finally {
        snapshot.close();
      }
    });
}

/** Runs pieces of work one after the other; one that fails holds up none. */
function createLine(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    // The failure goes to who asked; whoever is next only waits for the end.
    last = turn.catch(() => undefined);
    return turn;
  };
}
