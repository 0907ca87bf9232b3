// Who is still to come into a rollback of a large site: the devices of its contents, and whom it names. They are written part by part,
// each in a turn of its own, and what is left is on disk from the change that makes it: a hub that is killed meanwhile goes on with
// just them. No wave opens before all are in.
import type { DeviceId } from '#base/ids.ts';
import { isJsonObject, type Json } from '#base/json.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import type { RolloutEvent, RolloutTarget } from '#domain/rollouts/rollout-event.ts';
import { isFinal, type RolloutNow } from '#domain/rollouts/rollout-state.ts';
import type { RolloutHead } from '#store/rollout-types.ts';
import type { Store, StoreReaders, StoreWriters } from '#store/store-types.ts';
import { joinOutsiders } from './finished-rollout.ts';

const setting = 'rollbacks-joining';
const mostInOneChange = 250;

/** The rollout of a content's deployment, which the rollback leads, and who is to go back to it. */
interface ContentJoin {
  readonly rollout: RolloutHead;
  readonly deviceIds: readonly DeviceId[];
}

interface Begun {
  readonly lead: { readonly number: number; readonly deploymentId: string };
  readonly contents: readonly ContentJoin[];
  /** By id. */
  readonly targets: readonly RolloutTarget[];
  /** They are all whom the deployment that is taken back reaches. */
  readonly isForAll: boolean;
  readonly now: RolloutNow;
  readonly actor: Actor;
}

/** Writes as many devices of the contents as one change takes, and remembers the rest. Returns the first join of the rollback itself. */
export function beginJoin(change: Change, { lead, contents, targets, isForAll, now, actor }: Begun): RolloutEvent {
  let room = mostInOneChange;
  const left: [number, readonly DeviceId[]][] = [];
  for (const { rollout, deviceIds } of contents) {
    const first = deviceIds.slice(0, room);
    room -= first.length;
    if (first.length > 0) joinContent(change.write, rollout, { deviceIds: first, lead: lead.deploymentId, now, actor });
    if (first.length < deviceIds.length) left.push([rollout.number, deviceIds.slice(first.length)]);
  }
  if (left.length === 0 && targets.length <= room) return { kind: 'targets-joined', targets };
  const deviceIds = isForAll ? null : targets.map(({ deviceId }) => deviceId);
  if (left.length > 0 || deviceIds !== null) remember(change, lead.number, { deviceIds, contents: left });
  return { kind: 'targets-joined', targets: targets.slice(0, room), of: targets.length };
}

/** Those that it names; undefined: it is for all whom the deployment that it takes back reaches. */
export function namedBy(read: StoreReaders, number: number): ReadonlySet<DeviceId> | undefined {
  const deviceIds = keptOf(read)[number]?.deviceIds ?? null;
  return deviceIds === null ? undefined : new Set(deviceIds);
}

interface ContentsParts {
  readonly store: Pick<Store, 'read' | 'change'>;
  readonly now: () => RolloutNow;
  /** Does it in a turn of its own, if the rollback is still carried on then. */
  readonly inTurn: (work: () => void) => Promise<void>;
}

/** Whoever is left of the contents. It ends early where the rollback does. */
export async function joinContents({ store, now, inTurn }: ContentsParts, number: number): Promise<void> {
  const { read } = store;
  for (const [content, deviceIds] of keptOf(read)[number]?.contents ?? [])
    for (let first = 0; first < deviceIds.length; first += mostInOneChange)
      await inTurn(() => {
        const [lead, rollout] = [read.rollouts.head(number), read.rollouts.head(content)];
        if (lead === undefined || rollout === undefined || isFinal(lead.state.status)) return;
        const part = deviceIds.slice(first, first + mostInOneChange);
        const missing = part.filter((deviceId) => read.rollouts.device(content, deviceId) === undefined);
        const joined = { deviceIds: missing, lead: lead.state.deploymentId, now: now(), actor: 'hub' as const };
        if (missing.length > 0) store.change((write) => joinContent(write, rollout, joined));
      });
}

/** All are in. */
export function forgetJoining({ read, change }: Pick<Store, 'read' | 'change'>, number: number): void {
  if (keptOf(read)[number] !== undefined) change((write) => remember({ read, write }, number, null));
}

function joinContent(
  write: StoreWriters,
  rollout: RolloutHead,
  {
    lead,
    ...joined
  }: Pick<Begun, 'now' | 'actor'> & { readonly deviceIds: readonly DeviceId[]; readonly lead: string },
): void {
  const because = `It comes with the rollout of '${lead}', which tells how it goes.`;
  joinOutsiders(write, rollout, { ...joined, isReached: false, because });
}

interface Change {
  readonly read: StoreReaders;
  readonly write: StoreWriters;
}

interface Kept {
  readonly deviceIds: readonly DeviceId[] | null;
  /** Number of a content's rollout, and who was left for later. */
  readonly contents: readonly (readonly [number, readonly DeviceId[]])[];
}

/** Of those alone that go on joining: one that ended before all were in is forgotten with the next. */
function remember({ read, write }: Change, number: number, kept: Kept | null): void {
  const others = Object.entries(keptOf(read)).filter(([of]) => {
    const state = read.rollouts.head(Number(of))?.state;
    return Number(of) !== number && state !== undefined && state.joiningOf !== null && !isFinal(state.status);
  });
  const all = kept === null ? others : [...others, [String(number), kept] as const];
  write.settings.set(setting, Object.fromEntries(all) as unknown as Json);
}

function keptOf(read: StoreReaders): Readonly<Record<number, Kept>> {
  const kept = read.settings.get(setting);
  return isJsonObject(kept) ? (kept as unknown as Readonly<Record<number, Kept>>) : {};
}
