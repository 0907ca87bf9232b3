// How the tray tells the site's state: one picture that differs by shape, and words for whoever reads them.
import type { SiteStatus } from '#contract/shell-port.ts';

export type HubStanding = 'starting' | 'serving' | 'restarting';
type Look = 'well' | 'busy' | 'failing' | 'stopped';

export interface SiteLook {
  readonly look: Look;
  readonly words: string;
}

/**
 * The worst first: the hub does not serve, a device fails or a rollout stands still, a rollout goes on, all is well.
 * Example: "47 of 50 devices connected, 2 failing, 1 rollout under way".
 */
export function siteLook(hub: HubStanding, status: SiteStatus | null): SiteLook {
  if (hub !== 'serving') {
    const words = hub === 'starting' ? 'The hub is starting' : 'The hub stopped; it starts again by itself';
    return { look: 'stopped', words };
  }
  if (status === null) return { look: 'well', words: 'The hub serves' };
  const { devices, openRollouts, rollouts } = status;
  const isStill = rollouts.some((rollout) => rollout.status === 'paused');
  const parts = [
    devices.all === 0 ? 'No devices yet' : `${devices.connected} of ${plural(devices.all, 'device')} connected`,
    ...(devices.failing > 0 ? [`${devices.failing} failing`] : []),
    ...(openRollouts > 0 ? [`${plural(openRollouts, 'rollout')} ${isStill ? 'open, paused' : 'under way'}`] : []),
  ];
  return { look: lookOf(devices.failing > 0 || isStill, openRollouts > 0), words: parts.join(', ') };
}

function lookOf(needsPerson: boolean, isBusy: boolean): Look {
  if (needsPerson) return 'failing';
  return isBusy ? 'busy' : 'well';
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
