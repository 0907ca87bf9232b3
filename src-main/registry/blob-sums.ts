// Checksums of a blob, one for each stretch of its file: made while it is written, compared before a stretch is given out.
// CRC-32 finds every flip within a byte or a few of them, at a fifth of the price of the digest; Docker checks that one itself.
import { crc32 } from 'node:zlib';

/** Read, compared and sent at once: large enough that the calls do not count, small enough that they hold up nothing. */
export const stretchBytes = 512 * 1024;
const sumBytes = 4;

export interface SumsInMaking {
  add(chunk: Uint8Array): void;
  /** Four bytes for each stretch, the last of which may be short; none for no bytes. */
  finish(): Uint8Array;
}

export function createSums(): SumsInMaking {
  const sums: number[] = [];
  let current = 0;
  let filled = 0;
  return {
    add(chunk) {
      for (let from = 0; from < chunk.byteLength;) {
        const part = chunk.subarray(from, from + stretchBytes - filled);
        current = crc32(part, current);
        filled += part.byteLength;
        from += part.byteLength;
        if (filled < stretchBytes) return;
        sums.push(current);
        current = 0;
        filled = 0;
      }
    },
    finish() {
      const all = filled > 0 ? [...sums, current] : sums;
      const bytes = Buffer.alloc(all.length * sumBytes);
      for (const [index, sum] of all.entries()) bytes.writeUInt32BE(sum, index * sumBytes);
      return bytes;
    },
  };
}

export function isStretchSound(sums: Uint8Array, index: number, stretch: Uint8Array): boolean {
  const at = index * sumBytes;
  if (at + sumBytes > sums.byteLength) return false;
  return crc32(stretch) === new DataView(sums.buffer, sums.byteOffset, sums.byteLength).getUint32(at);
}
