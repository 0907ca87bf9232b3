// A port of the machine that a program holds or wants, and whether two of them can be held at once.

export interface HostPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  /** '' is every address of the machine. */
  readonly address: string;
}

/** Example: 80/tcp of 127.0.0.1 beside 80/tcp of every address → true; beside that of 10.0.0.1 → false. */
export function clash(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false;
  return left.address === right.address || covers(left.address, right.address) || covers(right.address, left.address);
}

/** A socket of every IPv6 address takes IPv4 as well, unless it says otherwise, which cannot be seen. */
function covers(wide: string, other: string): boolean {
  if (wide === '' || wide === '::' || wide === '[::]') return true;
  return wide === '0.0.0.0' && !other.includes(':');
}

/** Example: `8080/tcp`, `53/udp of 10.0.0.1`. */
export function portText({ port, protocol, address }: HostPort): string {
  const isEvery = covers(address, '0.0.0.0');
  return `${port}/${protocol}${isEvery ? '' : ` of ${address}`}`;
}
