// Why no device can reach this hub, and what to do about it: the same words wherever an address is handed out.
import type { SiteReach } from '#contract/console-listening.ts';
import type { SiteFacts } from '#contract/console-rows.ts';
import { safeLine } from './safe-text.ts';

export interface ReachWords {
  readonly title: string;
  /** What the hub does instead, and why. */
  readonly text: string;
  /** Whether another address is to be chosen in the settings. */
  readonly isToChoose: boolean;
}

/** Null: devices reach it. */
export function reachWords({ reach, mqtts }: Pick<SiteFacts, 'reach' | 'mqtts'>): ReachWords | null {
  switch (reach.kind) {
    case 'network':
      return null;
    case 'no-network':
      return {
        title: 'No device can reach this hub: this machine is on no network.',
        text: 'It listens at every address of this machine, and there is none that a device could use. Plug in the site’s network: the address then stands here by itself.',
        isToChoose: false,
      };
    case 'loopback':
      return {
        title: 'Devices on the network cannot reach this hub.',
        text: loopbackText(reach, mqtts),
        isToChoose: true,
      };
  }
}

function loopbackText({ missed }: Extract<SiteReach, { readonly kind: 'loopback' }>, mqtts: string): string {
  if (missed === null)
    return `It listens at ${new URL(mqtts).hostname}, for programs of this machine alone: an address that means the device itself when a device is given it.`;
  return `It was to listen at ${safeLine(missed)}, which this machine did not have when the hub started, so it listens for programs of this machine alone. Connect that network and start the hub again, or choose another address.`;
}
