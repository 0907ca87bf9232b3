// Two moments beside one another, as far as the journal tells: of a device its twins, revision and connection, of the site what was
// deployed. What cannot be told is said.
import type { Clock } from '#base/clock.ts';
import { ownValue } from '#base/json.ts';
import type {
  ConsoleHistory,
  DeploymentAtMoment,
  DeviceMoment,
  DeviceMoments,
  SectionChanges,
  SiteMoments,
} from '#contract/console-history.ts';
import type { JournalSearch } from '#domain/journal/journal-search.ts';
import { noTwins, type TwinMoment, twinMomentKinds, withEntry } from '#domain/journal/twin-moment.ts';
import type { JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { numberAt } from '#domain/updates/module-standing.ts';
import { changedValues } from '#domain/values/value-difference.ts';
import { assertAsked } from '#hub/turns/asked.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { Store } from '#store/store-types.ts';

/** A device that reports every second is told of for hours; what it holds for longer is said to be unknown. */
const mostRows = 20_000;
const mostChanges = 200;
const mostSections = 60;
/** Of both moments together: what two panes can hold and a person can read through. */
const mostDocumentBytes = 256 * 1024;

type Signal = AbortSignal | undefined;

interface MomentNeeds {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
}

export function createMoments(needs: MomentNeeds): ConsoleHistory['moments'] {
  return ({ deviceId, atMs, otherMs }, signal) =>
    deviceId === null
      ? siteMoments(needs, [atMs, otherMs], signal)
      : deviceMoments(needs, deviceId, [atMs, otherMs], signal);
}

type TwoTimes = readonly [number, number];

async function deviceMoments(
  needs: MomentNeeds,
  deviceId: string,
  [atMs, otherMs]: TwoTimes,
  signal: Signal,
): Promise<DeviceMoments> {
  const toMs = Math.max(atMs, otherMs);
  const kinds: readonly JournalKind[] = [...twinMomentKinds, 'device-connected', 'device-disconnected'];
  const { seqs, isAll } = await numbersOf(needs, { ...anySearch, toMs, kinds, deviceId }, signal);
  const first = createDeviceFold(atMs);
  const second = createDeviceFold(otherMs);
  await inOrder(needs, seqs, signal, (entry) => {
    first.take(entry);
    second.take(entry);
  });
  const untold = [
    ...(isAll
      ? []
      : [`Of its rows the newest ${mostRows} were read: values that were set before and never since are missing.`]),
    ...(isAll && !second.moment().isFromBirth && !first.moment().isFromBirth && seqs.length > 0
      ? ['The row that added it was not found: values from before the journal began are missing.']
      : []),
  ];
  return {
    kind: 'device',
    first: first.told(),
    second: second.told(),
    sections: changedSections(first.moment(), second.moment()),
    untold,
  };
}

/** Of one device up to one moment. */
function createDeviceFold(atMs: number) {
  let moment = noTwins;
  let isConnected: boolean | null = null;
  let revision: number | null = null;
  return {
    take(entry: JournalEntry): void {
      if (entry.atMs > atMs) return;
      moment = withEntry(moment, entry);
      const ofDevice = entry.moduleId === null || entry.moduleId === '$edgeAgent';
      if (entry.kind === 'device-connected' && ofDevice) isConnected = true;
      if (entry.kind === 'device-disconnected' && ofDevice) isConnected = false;
      if (entry.kind === 'configuration-changed') revision = numberAt(entry.detail, 'revision');
      if (entry.kind === 'device-created' || entry.kind === 'device-deleted') revision = null;
    },
    moment: (): TwinMoment => moment,
    told: (): DeviceMoment => ({ atMs, exists: moment.exists, isConnected, revision }),
  };
}

function changedSections(before: TwinMoment, after: TwinMoment): readonly SectionChanges[] {
  let bytes = 0;
  return (['tags', 'desired', 'reported'] as const)
    .flatMap((section) => {
      const names = new Set([...Object.keys(before[section]), ...Object.keys(after[section])]);
      return [...names].sort().map((name): SectionChanges => {
        const first = ownValue(before[section], name) ?? {};
        const second = ownValue(after[section], name) ?? {};
        const changes = changedValues(first, second);
        if (changes.length > 0) bytes += JSON.stringify(first).length + JSON.stringify(second).length;
        const documents = bytes <= mostDocumentBytes ? { first, second } : null;
        return {
          section,
          moduleId: name || null,
          changes: changes.slice(0, mostChanges),
          count: changes.length,
          documents,
        };
      });
    })
    .filter(({ count }) => count > 0)
    .slice(0, mostSections);
}

const siteKinds: readonly JournalKind[] = [
  'device-created',
  'device-deleted',
  'deployment-created',
  'deployment-updated',
  'deployment-deleted',
  'rollout-created',
];

async function siteMoments(needs: MomentNeeds, [atMs, otherMs]: TwoTimes, signal: Signal): Promise<SiteMoments> {
  const search = { ...anySearch, toMs: Math.max(atMs, otherMs), kinds: siteKinds };
  const { seqs, isAll } = await numbersOf(needs, search, signal);
  const first = createSiteFold(atMs);
  const second = createSiteFold(otherMs);
  await inOrder(needs, seqs, signal, (entry) => {
    first.take(entry);
    second.take(entry);
  });
  return {
    kind: 'site',
    first: first.told(),
    second: second.told(),
    deployments: deploymentsOf(first.deployments, second.deployments),
    untold: [
      'Who was connected is told device by device.',
      ...(isAll ? [] : [`Of the site's rows the newest ${mostRows} were read: what came before is missing.`]),
    ],
  };
}

function createSiteFold(atMs: number) {
  const devices = new Set<string>();
  /** Its newest row: another one says that it was changed. */
  const deployments = new Map<string, number>();
  let rollouts = 0;
  return {
    deployments,
    take({ atMs: ofRow, kind, seq, deviceId, deploymentId }: JournalEntry): void {
      if (ofRow > atMs) return;
      if (kind === 'rollout-created') rollouts += 1;
      else if (kind === 'device-created' && deviceId !== null) devices.add(deviceId);
      else if (kind === 'device-deleted' && deviceId !== null) devices.delete(deviceId);
      else if (kind === 'deployment-deleted' && deploymentId !== null) deployments.delete(deploymentId);
      else if (deploymentId !== null) deployments.set(deploymentId, seq);
    },
    told: () => ({ atMs, devices: devices.size, deployments: deployments.size, rollouts }),
  };
}

function deploymentsOf(
  first: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
): readonly DeploymentAtMoment[] {
  return [...new Set([...first.keys(), ...second.keys()])].sort().map((id) => {
    const before = first.get(id);
    const after = second.get(id);
    if (before === undefined) return { id, stands: 'second' };
    if (after === undefined) return { id, stands: 'first' };
    return { id, stands: before === after ? 'both' : 'changed' };
  });
}

const anySearch: JournalSearch = {
  fromMs: null,
  toMs: null,
  kinds: [],
  actors: [],
  deviceId: null,
  deploymentId: null,
  words: [],
};

/** The numbers of the rows that fit, oldest first; `isAll` false: of the newest alone. */
async function numbersOf(
  { store: { read }, clock }: MomentNeeds,
  search: JournalSearch,
  signal: Signal,
): Promise<{ readonly seqs: readonly number[]; readonly isAll: boolean }> {
  const turns = createTurns(clock);
  const seqs: number[] = [];
  let before: number | null = null;
  do {
    assertAsked(signal);
    const look = read.journalSearch.look(search, { before, limit: mostRows - seqs.length });
    seqs.push(...look.rows.map(({ seq }) => seq));
    before = look.next;
    await turns.next();
  } while (before !== null && seqs.length < mostRows);
  return { seqs: seqs.toReversed(), isAll: before === null };
}

async function inOrder(
  { store: { read }, clock }: MomentNeeds,
  seqs: readonly number[],
  signal: Signal,
  take: (entry: JournalEntry) => void,
): Promise<void> {
  const turns = createTurns(clock);
  for (const seq of seqs) {
    assertAsked(signal);
    const entry = read.journalSearch.entry(seq);
    if (entry !== undefined) take(entry);
    await turns.next();
  }
}
