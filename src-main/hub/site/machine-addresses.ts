// The addresses of this machine, and what follows from where the hub listens: who can reach it, and which address devices are told.
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { everyAddress, type MachineAddress, type SiteReach } from '#contract/console-listening.ts';

/** Cards of containers, virtual machines and tunnels: no device of the site is behind them. */
const insideMachine = /^(docker|br-|veth|virbr|vmnet|vboxnet|vethernet|lxc|cni|podman|tun|tap|wg|tailscale|utun)/i;

type Cards = ReturnType<typeof networkInterfaces>;

/** What a network may know this machine by; IPv4 and cards with a network behind them first, else as the system has them. */
export function machineAddresses(cards: Cards = networkInterfaces()): readonly MachineAddress[] {
  const all = Object.entries(cards).flatMap(([card, addresses]) =>
    (addresses ?? [])
      // A link-local IPv6 address means nothing without its zone, and no connection string can name one.
      .filter(({ address, internal }) => !internal && !address.startsWith('fe80:'))
      .map(({ address }) => ({ address, card })),
  );
  return all.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function rankOf({ address, card }: MachineAddress): number {
  return (insideMachine.test(card) ? 2 : 0) + (isIP(address) === 6 ? 1 : 0);
}

/** Loopback is an address of every machine. */
export function isOwnAddress(host: string, cards: Cards = networkInterfaces()): boolean {
  return isEvery(host) || isLoopback(host) || machineAddresses(cards).some(({ address }) => address === host);
}

export function isEvery(host: string): boolean {
  return host === everyAddress || host === '::';
}

export function isLoopback(host: string): boolean {
  return host === '::1' || host === 'localhost' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The address in what devices and tools are told; `localhost` where no network knows this machine. */
export function toldHost(host: string, addresses: readonly MachineAddress[] = machineAddresses()): string {
  const told = isEvery(host) ? (addresses[0]?.address ?? 'localhost') : host;
  return told.includes(':') ? `[${told}]` : told;
}

/** `missed`: an address that was chosen, and that the machine did not have when the hub started. */
export function reachOf(
  host: string,
  missed: string | null,
  addresses: readonly MachineAddress[] = machineAddresses(),
): SiteReach {
  if (isLoopback(host)) return { kind: 'loopback', missed };
  if (!isEvery(host)) return { kind: 'network', others: [] };
  return addresses.length === 0
    ? { kind: 'no-network' }
    : { kind: 'network', others: addresses.slice(1).map(({ address }) => address) };
}
