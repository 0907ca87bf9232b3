// What the page knows of the site, as a pure function of what the hub said: snapshots and numbered flushes in, one state out.
// INVARIANT: an older row never replaces a newer one; a row that no snapshot or flush of this round named goes at its end.
import type {
  ConsoleFlush,
  DeploymentPage,
  DeploymentRow,
  DeviceDetail,
  DevicePage,
  DeviceRow,
  RolloutPage,
  RolloutRow,
  SiteFacts,
} from '#contract/console-rows.ts';

/** `locked`: the hub wants a session this browser has not. */
type Link =
  | { readonly state: 'opening' }
  | { readonly state: 'open' }
  | { readonly state: 'lost'; readonly sinceMs: number }
  | { readonly state: 'locked' };

interface Kept<Row> {
  readonly row: Row;
  /** Number of the page or flush it came with, within its round. */
  readonly number: number;
  readonly round: number;
}

type Rows<Row> = ReadonlyMap<string, Kept<Row>>;

export interface Projection {
  readonly link: Link;
  readonly site: SiteFacts | null;
  /** From this journal row on the journal proves nothing. Never forgotten: a hub that began anew has yet to find it again. */
  readonly journalBrokenSeq: number | null;
  /** Counts snapshots begun; rows of an earlier round are what was known before. */
  readonly round: number;
  readonly isComplete: boolean;
  /** Number of the last flush seen. */
  readonly number: number;
  readonly devices: Rows<DeviceRow>;
  /** How many there are, while they are read. */
  readonly devicesToRead: number | null;
  readonly deployments: Rows<DeploymentRow>;
  readonly rollouts: Rows<RolloutRow>;
  /** Another number: groups may be others than they were. */
  readonly groupsRevision: number;
  /** Another number: what was written to twins, or left on them, may be another. */
  readonly writesRevision: number;
  /** Keys removed while a snapshot is read: a page read before must not bring them back. */
  readonly removed: ReadonlyMap<string, number>;
  /** The one device looked at; `detail` null means that there is none of that id. */
  readonly device: { readonly deviceId: string; readonly detail: DeviceDetail | null } | null;
}

export type ProjectionEvent =
  | { readonly type: 'link-changed'; readonly link: Link }
  | { readonly type: 'snapshot-began'; readonly number: number; readonly site: SiteFacts | null }
  | { readonly type: 'journal-told'; readonly brokenSeq: number | null }
  | { readonly type: 'devices-read'; readonly page: DevicePage }
  | { readonly type: 'deployments-read'; readonly page: DeploymentPage }
  | { readonly type: 'rollouts-read'; readonly page: RolloutPage }
  | { readonly type: 'snapshot-completed' }
  | { readonly type: 'flushed'; readonly flush: ConsoleFlush }
  | { readonly type: 'device-read'; readonly deviceId: string; readonly detail: DeviceDetail | null };

export const emptyProjection: Projection = {
  link: { state: 'opening' },
  site: null,
  journalBrokenSeq: null,
  round: 0,
  isComplete: false,
  number: 0,
  devices: new Map(),
  devicesToRead: null,
  deployments: new Map(),
  rollouts: new Map(),
  groupsRevision: 0,
  writesRevision: 0,
  removed: new Map(),
  device: null,
};

/** Whether the flush does not follow the last one seen: something was missed, and only a snapshot helps. */
export function hasGap(projection: Projection, flush: ConsoleFlush): boolean {
  return flush.number !== projection.number + 1;
}

export function project(state: Projection, event: ProjectionEvent): Projection {
  switch (event.type) {
    case 'link-changed':
      // A link that stays lost is lost since the first time.
      if (event.link.state === state.link.state) return state;
      return { ...state, link: event.link };
    case 'snapshot-began':
      return {
        ...state,
        round: state.round + 1,
        number: event.number,
        groupsRevision: state.groupsRevision + 1,
        writesRevision: state.writesRevision + 1,
        removed: new Map(),
        site: event.site ?? state.site,
      };
    case 'journal-told':
      return { ...state, journalBrokenSeq: event.brokenSeq ?? state.journalBrokenSeq };
    case 'devices-read':
      return {
        ...state,
        devices: merged(state, state.devices, event.page, 'device', (row) => row.deviceId),
        devicesToRead: event.page.total ?? state.devicesToRead,
      };
    case 'deployments-read':
      return { ...state, deployments: merged(state, state.deployments, event.page, 'deployment', (row) => row.id) };
    case 'rollouts-read':
      return { ...state, rollouts: merged(state, state.rollouts, event.page, 'rollout', (row) => row.deploymentId) };
    case 'snapshot-completed':
      return {
        ...state,
        isComplete: true,
        devicesToRead: null,
        removed: new Map(),
        devices: ofRound(state.devices, state.round),
        deployments: ofRound(state.deployments, state.round),
        rollouts: ofRound(state.rollouts, state.round),
      };
    case 'flushed':
      return flushed(state, event.flush);
    case 'device-read':
      return { ...state, device: { deviceId: event.deviceId, detail: event.detail } };
  }
}

function flushed(state: Projection, flush: ConsoleFlush): Projection {
  const { number } = flush;
  const devicePage = { number, rows: flush.devices };
  const deploymentPage = { number, rows: flush.deployments };
  const rolloutPage = { number, rows: flush.rollouts };
  const removed = new Map(state.removed);
  for (const id of flush.removedDevices) removed.set(`device ${id}`, number);
  for (const id of flush.removedDeployments) removed.set(`deployment ${id}`, number);
  const next = { ...state, number, removed, journalBrokenSeq: flush.journalBrokenSeq ?? state.journalBrokenSeq };
  return {
    ...next,
    devices: without(
      merged(next, state.devices, devicePage, 'device', (row) => row.deviceId),
      flush.removedDevices,
    ),
    deployments: without(
      merged(next, state.deployments, deploymentPage, 'deployment', (row) => row.id),
      flush.removedDeployments,
    ),
    rollouts: merged(next, state.rollouts, rolloutPage, 'rollout', (row) => row.deploymentId),
    groupsRevision: state.groupsRevision + (flush.areGroupsChanged ? 1 : 0),
    writesRevision: state.writesRevision + (flush.areWritesChanged ? 1 : 0),
  };
}

function merged<Row>(
  { round, removed }: Projection,
  rows: Rows<Row>,
  page: { readonly number: number; readonly rows: readonly Row[] },
  noun: string,
  keyOf: (row: Row) => string,
): Rows<Row> {
  // An unchanged map keeps every view that reads it still.
  if (page.rows.length === 0) return rows;
  const result = new Map(rows);
  for (const row of page.rows) {
    const key = keyOf(row);
    const kept = result.get(key);
    const isOlder = kept !== undefined && kept.round === round && kept.number > page.number;
    const isGone = (removed.get(`${noun} ${key}`) ?? -1) > page.number;
    if (!isOlder && !isGone) result.set(key, { row, number: page.number, round });
  }
  return result;
}

function without<Row>(rows: Rows<Row>, keys: readonly string[]): Rows<Row> {
  if (keys.length === 0) return rows;
  const result = new Map(rows);
  for (const key of keys) result.delete(key);
  return result;
}

function ofRound<Row>(rows: Rows<Row>, round: number): Rows<Row> {
  return new Map([...rows].filter(([, kept]) => kept.round === round));
}
