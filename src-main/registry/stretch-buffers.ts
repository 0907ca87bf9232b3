// Memory for the stretches of one download, used again once the network has taken what was in it: a gigabyte otherwise is four
// thousand buffers for the collector of garbage, which holds up everybody else.
// INVARIANT: a buffer is used again only when every byte that was lent of it was given back; who gives nothing back gets new ones.
import { stretchBytes } from './blob-sums.ts';

export interface StretchBuffers {
  take(): Buffer;
  /** These bytes of a taken buffer go out. */
  lent(part: Uint8Array): void;
  /** The network has these bytes, or a part of what was lent; of other memory nothing happens. */
  giveBack(part: Uint8Array): void;
}

/** More than ever are on their way to one peer: the stream's two, the line's, the socket's. */
const mostKept = 6;

export function createStretchBuffers(): StretchBuffers {
  const free: Buffer[] = [];
  const lentBytes = new Map<ArrayBufferLike, number>();
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(stretchBytes),
    lent: ({ buffer, byteLength }) => void lentBytes.set(buffer, byteLength),
    giveBack({ buffer, byteLength }) {
      const bytes = lentBytes.get(buffer);
      if (bytes === undefined) return;
      if (bytes > byteLength) lentBytes.set(buffer, bytes - byteLength);
      else {
        lentBytes.delete(buffer);
        if (free.length < mostKept) free.push(Buffer.from(buffer));
      }
    },
  };
}

/** Every stretch in memory of its own, for readers that keep what they get. */
export const ownBuffers: StretchBuffers = {
  take: () => Buffer.allocUnsafeSlow(stretchBytes),
  lent: () => undefined,
  giveBack: () => undefined,
};
