// A share gate on a fake clock, asked as the registry's listener asks it, with devices that take what they are sent or do not.
import { Readable } from 'node:stream';
import type { DeviceId } from '#base/ids.ts';
import { usualShareTerms, type ImageShareTerms } from '#contract/image-shares.ts';
import { siblingsHeader } from '#contract/sibling-headers.ts';
import { ShareGate } from '#registry/share-gate.ts';
import type { BlobTurn } from '#registry/share-types.ts';
import { SiblingBook } from '#registry/sibling-book.ts';
import { createSiblingTickets } from '#registry/sibling-tickets.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

export const aDigest = (name = 'a'): string => `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0')}`;
export const aFingerprint = (name: string): string => Buffer.from(name).toString('hex').padEnd(64, 'f');

export interface AskedBlob {
  readonly turn: Promise<BlobTurn>;
  /** What it got by now; null: it stands in the line. */
  readonly got: () => BlobTurn | null;
  readonly hangUp: () => void;
  readonly timesTold: () => number;
}

export function aShareSite(terms: Partial<ImageShareTerms> = {}) {
  const clock = createFakeClock();
  const book = new SiblingBook({ clock });
  const tickets = createSiblingTickets({ clock });
  const gate = new ShareGate({ clock, book, tickets, terms: { ...usualShareTerms, ...terms } });

  function ask(device: string | null, given: { digest?: string; bytes?: number; headers?: object } = {}): AskedBlob {
    const connection = new AbortController();
    let got: BlobTurn | null = null;
    let told = 0;
    const turn = gate.enter({
      deviceId: device as DeviceId | null,
      digest: given.digest ?? aDigest(),
      bytes: given.bytes ?? 1_000_000,
      headers: { ...given.headers },
      signal: connection.signal,
      onWaiting: () => (told += 1),
    });
    turn.then(
      (answer) => (got = answer),
      () => undefined,
    );
    return { turn, got: () => got, hangUp: () => connection.abort(), timesTold: () => told };
  }

  return {
    clock,
    book,
    gate,
    ask,
    /** Asks as an agent does that can go to a neighbour. */
    askToo: (device: string, given: { digest?: string; bytes?: number; headers?: object } = {}) =>
      ask(device, { ...given, headers: { [siblingsHeader]: aFingerprint(device), ...given.headers } }),
    announce: (device: string, ...holds: string[]) => {
      book.announce(device as DeviceId, { address: '10.0.0.1', port: 4_000, fingerprint: aFingerprint(device), holds });
      gate.look();
    },
  };
}

/** The stream of a turn of the hub. */
export async function paced(asked: AskedBlob, source: Readable): Promise<Readable> {
  const turn = await asked.turn;
  if (turn.kind !== 'stream') throw new Error('it was sent to a neighbour');
  return turn.pace(source);
}

export function aBlob(bytes: number, chunkBytes = 65_536): Readable {
  const chunks = Array.from({ length: Math.ceil(bytes / chunkBytes) }, (_, at) =>
    Buffer.alloc(Math.min(chunkBytes, bytes - at * chunkBytes), at),
  );
  return Readable.from(chunks, { objectMode: false });
}

/** Lets everything that is ready happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}
