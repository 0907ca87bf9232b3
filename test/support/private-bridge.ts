// A bridge of our own for a dockerd of our own: on the usual one, containers of another engine, or of one that was killed, hold the
// same addresses, and what is sent to a module reaches nobody.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const prefix = 'lanyard';
const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });

export interface PrivateBridge {
  readonly name: string;
  remove(): void;
}

/** Also takes away those whose test runs have ended without doing so. Needs root and iproute2. */
export function addPrivateBridge(): PrivateBridge {
  for (const left of readdirSync('/sys/class/net').filter(isLeft)) ip('link', 'delete', left);
  const name = `${prefix}${process.pid}`;
  ip('link', 'add', name, 'type', 'bridge');
  // 198.18.0.0/15 is kept for tests of networks (RFC 2544): nobody else's.
  ip('address', 'add', `198.18.${process.pid % 256}.1/24`, 'dev', name);
  ip('link', 'set', name, 'up');
  return { name, remove: () => ip('link', 'delete', name) };
}

function isLeft(name: string): boolean {
  const pid = new RegExp(`^${prefix}(\\d+)$`).exec(name)?.[1];
  return pid !== undefined && !readdirSync('/proc').includes(pid);
}
