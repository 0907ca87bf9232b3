// The sockets of the machine that listen, as Linux tells under /proc/net. Looked at, and never tried: binding a port to see whether
// it is free would take it for a moment from whoever starts right then.
import { readFile } from 'node:fs/promises';
import type { HostPort } from '#domain/manifests/host-port.ts';

const listening: Readonly<Record<HostPort['protocol'], string>> = { tcp: '0A', udp: '07' };

/** None where the machine does not say: on another system than Linux. */
export async function listeningPorts(dir = '/proc/net'): Promise<readonly HostPort[]> {
  const tables = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (table) =>
      readSockets(await textOf(`${dir}/${table}`), table.startsWith('tcp') ? 'tcp' : 'udp'),
    ),
  );
  return tables.flat();
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // No such table on this machine: nothing is known of it, which is no obstacle.
    return '';
  }
}

/** `0: 0100007F:1F90 00000000:0000 0A …` → 8080/tcp of 127.0.0.1. */
function readSockets(table: string, protocol: HostPort['protocol']): readonly HostPort[] {
  return [...table.matchAll(/^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2})/gm)].flatMap(
    ([, address = '', port = '', state]) =>
      state === listening[protocol] ? [{ port: parseInt(port, 16), protocol, address: addressOf(address) }] : [],
  );
}

/** Words of four bytes, each in the order of the machine, which is the lowest first on all that Docker runs on but mainframes. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  if (bytes.length === 4) return dotted(bytes);
  const text = bytes.join('').toLowerCase();
  if (/^0{32}$/.test(text)) return '::';
  if (text.startsWith(`${'0'.repeat(20)}ffff`)) return dotted(bytes.slice(12));
  // As Docker writes it too, so that both compare as texts.
  const groups = (text.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
  return new URL(`http://[${groups}]`).hostname.slice(1, -1);
}

function dotted(bytes: readonly string[]): string {
  return bytes.map((byte) => parseInt(byte, 16)).join('.');
}
