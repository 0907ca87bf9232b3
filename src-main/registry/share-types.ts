// How a blob's bytes get their turn on the laptop's one network. A device asks before it is sent a byte, waits in a fair line
// while the response is held open, and is told to take the blob from the hub, or from a neighbour that holds it already.
//
//   const turn = await shares.enter({ deviceId, digest, bytes, headers: request.headers, signal, onWaiting });
//   reply.headers(turn.headers);
//   if (turn.kind === 'sibling') return reply.code(307).send();          // Location is among the headers
//   return reply.send(turn.pace(await blobs.open(digest, range)));       // ends, fails and is destroyed as its source is
//
// INVARIANTS: `signal` aborts when the connection closes (response 'close'), and that alone gives everything back, whatever was
// done with the turn before; so no slot is lost. HEAD, manifests and uploads ask for no turn.
import type { Readable } from 'node:stream';
import type { DeviceId } from '#base/ids.ts';

export interface BlobAsk {
  /**
   * Null: a person with the service key. People stand in no line: they are one or two, somebody is looking at their progress, and
   * what they do (fill the laptop, look into an image) is what forty devices wait for. Of a limited bandwidth they have one share.
   */
  readonly deviceId: DeviceId | null;
  readonly digest: string;
  /** What is to be sent: the blob from the range's start to its end. */
  readonly bytes: number;
  /** Those of the request: an agent says there that it can go to a neighbour, and how a neighbour failed it. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly signal: AbortSignal;
  /** It stands in the line: now and then, so that whoever asked knows that it was heard. `() => reply.raw.writeProcessing()`. */
  readonly onWaiting?: () => void;
}

export type BlobTurn = HubTurn | SiblingTurn;

export interface HubTurn {
  readonly kind: 'stream';
  readonly headers: Readonly<Record<string, string>>;
  /** The same bytes, at this device's share of the bandwidth. Whoever stops taking them loses the slot and not the connection. */
  pace(source: Readable): Readable;
  /** It lost its slot to others by a stall, takes again, and waits for its turn: its silence is not the receiver's. */
  readonly isInLine: boolean;
  /** Gives the slot back; for whoever took a turn and streams nothing. More than once does no harm. */
  leave(): void;
}

interface SiblingTurn {
  readonly kind: 'sibling';
  readonly headers: Readonly<Record<string, string>>;
}

export interface Shares {
  /** Rejects with the signal's reason when it aborts in the line. */
  enter(ask: BlobAsk): Promise<BlobTurn>;
}
