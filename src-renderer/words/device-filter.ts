// Which devices a list shows: the state and the deployment a link asked for, the words typed, and a condition that the hub
// answers. All of it lives in the address, so that every count can be a link and every list a bookmark.
import type { DeviceRow } from '#contract/console-rows.ts';
import type { DeviceState } from '#domain/journal/device-state.ts';

/** How the devices of a deployment are meant: its five counts. */
export type DeploymentStanding = 'targeted' | 'applied' | 'succeeded' | 'failed' | 'healthy';

export interface DeviceFilter {
  readonly state: DeviceState | null;
  /** Only those that are connected now, whatever their state. */
  readonly connected: boolean;
  readonly deployment: string | null;
  readonly standing: DeploymentStanding;
  /** In the id or in a tag, all of them. */
  readonly words: string;
  /** A target condition: `tags.site = 'north' AND properties.reported.x > 3`. */
  readonly query: string;
}

const standings: readonly DeploymentStanding[] = ['targeted', 'applied', 'succeeded', 'failed', 'healthy'];

/** In the order of attention: what needs a person first. */
export const deviceStates: readonly DeviceState[] = [
  'failing',
  'updating',
  'healthy',
  'online',
  'unmanaged',
  'offline',
  'never-seen',
  'disabled',
];

export function readFilter(search: string): DeviceFilter {
  const query = new URLSearchParams(search);
  return {
    state: deviceStates.find((state) => state === query.get('state')) ?? null,
    connected: query.get('connected') === 'true',
    deployment: query.get('deployment'),
    standing: standings.find((standing) => standing === query.get('standing')) ?? 'targeted',
    words: query.get('words') ?? '',
    query: query.get('query') ?? '',
  };
}

/** The address of the list with this filter: `/devices?deployment=site-base&standing=failed`. */
export function filterPath(filter: Partial<DeviceFilter>): string {
  const query = new URLSearchParams();
  if (filter.state) query.set('state', filter.state);
  if (filter.connected) query.set('connected', 'true');
  if (filter.deployment) query.set('deployment', filter.deployment);
  if (filter.deployment && filter.standing) query.set('standing', filter.standing);
  if (filter.words) query.set('words', filter.words);
  if (filter.query) query.set('query', filter.query);
  return query.size === 0 ? '/devices' : `/devices?${query.toString()}`;
}

/** Whether the device stands so on the deployment: what the deployment's own counts count. */
export function standsOn(row: DeviceRow, deployment: string, standing: DeploymentStanding): boolean {
  const isApplied = row.applied.includes(deployment);
  switch (standing) {
    case 'targeted':
      return isApplied || row.notApplied.includes(deployment);
    case 'applied':
      return isApplied;
    case 'succeeded':
      return isApplied && row.outcome === 'success';
    case 'failed':
      return isApplied && row.outcome === 'failure';
    case 'healthy':
      return isApplied && row.isHealthy;
  }
}
