// Answers the console's queries from the store: pages for the lists, one device in full, and the feed for what follows.
// A page ends after a bounded time, however many rows were asked for: the hub's loop has devices to serve.
import type { Clock } from '#base/clock.ts';
import type { AppError } from '#base/errors.ts';
import { type DeploymentId, type DeviceId, isDeviceId } from '#base/ids.ts';
import type { ConsoleSource } from '#contract/console-context.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { rolloutRowOf } from '#hub/rollouts/rollout-rows.ts';
import type { Store } from '#store/store-types.ts';
import { devicePage } from './console-device-pages.ts';
import type { ConsoleFeed } from './console-feed.ts';
import { deploymentRow, deviceDetail } from './console-rows.ts';

const workForMs = 5;

export type ConsoleOperations = Pick<
  HubOperations,
  | 'deployments'
  | 'effective'
  | 'files'
  | 'previews'
  | 'metrics'
  | 'queries'
  | 'rollbacks'
  | 'rollouts'
  | 'settings'
  // What the page of one device stands on.
  | 'registry'
  | 'twins'
  | 'methods'
  | 'clocks'
  | 'cloudMessages'
  | 'live'
>;

export function createConsoleSource(needs: {
  readonly store: Pick<Store, 'read'>;
  readonly feed: ConsoleFeed;
  readonly clock: Clock;
  /** What kept a device from being given its configuration, if something did. */
  readonly failureOf: (deviceId: DeviceId) => AppError | undefined;
  readonly hub: ConsoleOperations;
}): ConsoleSource {
  const { feed, clock, failureOf, hub } = needs;
  const { read } = needs.store;
  return {
    devices: (page) => devicePage(page, { read, clock, number: feed.number() }),
    async deployments({ after, limit }) {
      await hub.metrics.caughtUp();
      const all = read.deployments.ids();
      const rest = all.slice(after === null ? 0 : all.indexOf(after as DeploymentId) + 1);
      const rows = rowsInTime(rest.slice(0, limit), clock, (id) => deploymentRow(hub.metrics, hub.deployments.get(id)));
      return { number: feed.number(), rows, next: rows.length === rest.length ? null : (rows.at(-1)?.id ?? null) };
    },
    rollouts({ after, limit }) {
      const before = after === null ? undefined : read.rollouts.numberOf(after as DeploymentId);
      const heads = read.rollouts.heads(limit, before);
      // Of an id that was used twice the newest is shown, and found by it.
      const shown = heads.filter(({ number, state }) => read.rollouts.numberOf(state.deploymentId) === number);
      const rows = rowsInTime(shown, clock, (head) => rolloutRowOf(read, head));
      const isLast = rows.length === shown.length && heads.length < limit;
      return { number: feed.number(), rows, next: isLast ? null : (rows.at(-1)?.deploymentId ?? null) };
    },
    device(deviceId) {
      const detail = isDeviceId(deviceId) ? deviceDetail(read, deviceId) : null;
      return detail === null ? null : { ...detail, refusal: inWords(failureOf(detail.row.deviceId as DeviceId)) };
    },
    query: ({ query, ...page }) => hub.queries.run(query, page),
    follow: (follower) => feed.follow(follower),
    effective: (request) => hub.effective.effective(request),
    revisions: (request) => hub.effective.revisions(request),
    compareRevisions: (request) => hub.effective.compareRevisions(request),
    preview: (changes, signal) => hub.previews.preview(changes, signal),
    previewDevices: (request) => hub.previews.previewDevices(request),
    matchesOf: (request, signal) => hub.previews.matchesOf(request, signal),
  };
}

/** A bug of ours is told as one: its words are for the log. */
function inWords(failure: AppError | undefined): string | null {
  if (failure === undefined) return null;
  return failure.kind === 'broken' ? 'The hub failed on it; its log says why.' : failure.message;
}

/** At least one row, so that every page gets on. */
function rowsInTime<Item, Row>(items: readonly Item[], clock: Clock, rowOf: (item: Item) => Row): readonly Row[] {
  const deadlineMs = clock.monotonicMs() + workForMs;
  const rows: Row[] = [];
  for (const item of items) {
    rows.push(rowOf(item));
    if (clock.monotonicMs() >= deadlineMs) break;
  }
  return rows;
}
