// Answers the console's queries from the store: pages for the lists, one device in full, and the feed for what follows.
import { type DeploymentId, type DeviceId, isDeviceId } from '#base/ids.ts';
import type { ConsoleSource } from '#contract/console-api.ts';
import type { Store } from '#store/store-types.ts';
import type { ConsoleFeed } from './console-feed.ts';
import { deploymentRow, deviceDetail, deviceRow } from './console-rows.ts';

export function createConsoleSource(needs: {
  readonly store: Pick<Store, 'read'>;
  readonly feed: ConsoleFeed;
}): ConsoleSource {
  const { feed } = needs;
  const { read } = needs.store;
  return {
    devices({ after, limit }) {
      const devices = read.devices.list({ after: (after ?? undefined) as DeviceId | undefined, limit });
      const rows = devices.map((device) => deviceRow(read, device));
      return { number: feed.number(), rows, next: rows.length < limit ? null : (rows.at(-1)?.deviceId ?? null) };
    },
    deployments({ after, limit }) {
      const all = read.deployments.list();
      const start = after === null ? 0 : all.findIndex(({ id }) => id === (after as DeploymentId)) + 1;
      const page = all.slice(start, start + limit);
      const rows = page.map((deployment) => deploymentRow(read, deployment));
      return { number: feed.number(), rows, next: start + limit < all.length ? (rows.at(-1)?.id ?? null) : null };
    },
    device(deviceId) {
      const device = isDeviceId(deviceId) ? read.devices.get(deviceId) : undefined;
      return device === undefined ? null : deviceDetail(read, device);
    },
    follow: (follower) => feed.follow(follower),
  };
}
