// Which devices a list shows: the state and the deployment a link asked for, and the words typed. All of it lives in the
// address, so that every count can be a link and every list a bookmark.
import type { DeviceRow } from '#contract/console-rows.ts';
import type { DeviceState } from '#domain/device-state.ts';

/** How the devices of a deployment are meant: its four counts. */
export type DeploymentPart = 'targeted' | 'applied' | 'success' | 'failure';

export interface DeviceFilter {
  readonly state: DeviceState | null;
  readonly deployment: string | null;
  readonly part: DeploymentPart;
  readonly words: string;
}

const parts: readonly DeploymentPart[] = ['targeted', 'applied', 'success', 'failure'];

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
    deployment: query.get('deployment'),
    part: parts.find((part) => part === query.get('part')) ?? 'targeted',
    words: query.get('q') ?? '',
  };
}

/** The address of the list with this filter: `/devices?state=failing`. */
export function filterPath(filter: Partial<DeviceFilter>): string {
  const query = new URLSearchParams();
  if (filter.state) query.set('state', filter.state);
  if (filter.deployment) query.set('deployment', filter.deployment);
  if (filter.deployment && filter.part) query.set('part', filter.part);
  if (filter.words) query.set('q', filter.words);
  return query.size === 0 ? '/devices' : `/devices?${query.toString()}`;
}

/** By state only where asked: the tabs count what the rest of the filter leaves. */
export function matchesFilter(row: DeviceRow, filter: Omit<DeviceFilter, 'state'>): boolean {
  const words = filter.words.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.every((word) => row.deviceId.toLowerCase().includes(word))) return false;
  return filter.deployment === null || isPart(row, filter.deployment, filter.part);
}

function isPart(row: DeviceRow, deployment: string, part: DeploymentPart): boolean {
  const isApplied = row.applied.includes(deployment);
  switch (part) {
    case 'targeted':
      return isApplied || row.notApplied.includes(deployment);
    case 'applied':
      return isApplied;
    case 'success':
    case 'failure':
      return isApplied && row.outcome === part;
  }
}
