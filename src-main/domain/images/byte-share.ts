// A limited bandwidth over all devices: how much may be sent by now, and to whom the next piece goes.

export interface ByteBudget {
  /** May be sent at once. */
  readonly bytes: number;
  /** When that was true, by a clock that never goes back. */
  readonly atMs: number;
}

export interface ByteLimit {
  readonly bytesPerSecond: number;
  /** What a pause saves up, at most. */
  readonly burstBytes: number;
}

const mostPieceBytes = 64 * 1024;
/** A tenth of a second: often enough to look even, seldom enough to cost nothing. */
const burstSeconds = 0.1;

/** Over any time, no more than `bytesPerSecond` of it and one burst are sent. */
export function limitOf(bytesPerSecond: number): ByteLimit {
  return { bytesPerSecond, burstBytes: Math.max(1, Math.floor(bytesPerSecond * burstSeconds)) };
}

/** The most that is sent in one go: no more than a burst, or it would never be affordable. */
export function pieceBytesOf({ burstBytes }: ByteLimit): number {
  return Math.min(mostPieceBytes, burstBytes);
}

/** What the time since has added. Example: 500 bytes at 1,000 a second, 250 ms later → 750, if a burst is as much. */
export function refilled(
  { bytes, atMs }: ByteBudget,
  { bytesPerSecond, burstBytes }: ByteLimit,
  nowMs: number,
): ByteBudget {
  return { bytes: Math.min(burstBytes, bytes + ((nowMs - atMs) * bytesPerSecond) / 1_000), atMs: nowMs };
}

/** How long until a piece can be afforded; 0: now. */
export function affordableInMs({ bytes }: ByteBudget, { bytesPerSecond }: ByteLimit, pieceBytes: number): number {
  return Math.max(0, ((pieceBytes - bytes) * 1_000) / bytesPerSecond);
}

export interface ByteShare {
  /** Counted as `beginsAt` says. */
  readonly sentBytes: number;
}

/** To whom the next piece goes: whoever had the least, so that all who always want more have the same but for one piece. */
export function nextToSend<S extends ByteShare>(waiting: Iterable<S>): S | null {
  let next: S | null = null;
  for (const one of waiting) if (next === null || one.sentBytes < next.sentBytes) next = one;
  return next;
}

/**
 * Where somebody who wanted nothing for a while goes on, a newcomer with 0: it neither makes up for that time nor pays for what the
 * others had in it. `lastServedBytes`: where the one that was served last stood before.
 */
export function beginsAt(sentBytes: number, lastServedBytes: number): number {
  return Math.max(sentBytes, lastServedBytes);
}
