// Looks through SQLite's write-ahead log before SQLite does: it stops reading at the first page that does not fit its checksum,
// and takes what follows for something that was never finished. After a power cut that is so; where whole changes follow, they
// were on disk and acknowledged, and it would lose them without a word.
// Format: https://www.sqlite.org/fileformat2.html#walformat
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface LogDamage {
  /** The first page that cannot be read, from 1; 0: the head of the log. */
  readonly page: number;
  /** Changes that were on disk behind it; where the head is gone they cannot be told from older ones, and this is null. */
  readonly changes: number | null;
}

const headBytes = 32;
const pageHeadBytes = 24;
const framesAtOnce = 256;
// The magic of logs whose checksums are over little-endian words, as every machine writes them that Node runs on today.
const littleEndianMagic = 0x377f0682;

interface Sum {
  readonly first: number;
  readonly second: number;
}

/** What is lost of the log at this path; null: nothing, or only what was never acknowledged. */
export function findLogDamage(path: string): LogDamage | null {
  const file = openIfThere(path);
  if (file === null) return null;
  try {
    return lookThrough(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    // A hub that was stopped in order leaves none.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function lookThrough(file: number, size: number): LogDamage | null {
  // Shorter than its head and one page: nothing was ever committed to it.
  if (size <= headBytes + pageHeadBytes) return null;
  const head = Buffer.from(new ArrayBuffer(headBytes));
  readSync(file, head, 0, headBytes, 0);
  const headSum = sumOf(wordsOf(head, 0, 24), { first: 0, second: 0 });
  if (head.readUInt32BE(0) !== littleEndianMagic || !isSum(head, 24, headSum)) return { page: 0, changes: null };
  const salts = head.subarray(16, 24);
  let sum = headSum;
  let page = 0;
  let damagedAt: number | null = null;
  let changes = 0;
  for (const frame of framesOf(file, pageHeadBytes + head.readUInt32BE(8))) {
    page += 1;
    const isOfThisLog = frame.subarray(8, 16).equals(salts);
    if (damagedAt === null) {
      sum = sumOf(wordsOf(frame, pageHeadBytes, frame.length), sumOf(wordsOf(frame, 0, 8), sum));
      if (isOfThisLog && isSum(frame, 16, sum)) continue;
      damagedAt = page;
    }
    // The last page of a change has the size of the database in it.
    if (isOfThisLog && frame.readUInt32BE(4) !== 0) changes += 1;
  }
  // Of one change alone it cannot be told whether it was finished: a power cut leaves such an end.
  return damagedAt === null || changes < 2 ? null : { page: damagedAt, changes };
}

/** The pages with their heads, each to be looked at before the next is asked for. */
function* framesOf(file: number, frameBytes: number): Generator<Buffer> {
  // Of its own memory, from its beginning: words are read from it in place.
  const bytes = Buffer.from(new ArrayBuffer(frameBytes * framesAtOnce));
  for (let at = headBytes; ;) {
    const length = readSync(file, bytes, 0, bytes.length, at);
    const whole = length - (length % frameBytes);
    for (let from = 0; from < whole; from += frameBytes) yield bytes.subarray(from, from + frameBytes);
    if (whole === 0) return;
    at += whole;
  }
}

function wordsOf({ buffer, byteOffset }: Buffer, from: number, to: number): Int32Array {
  return new Int32Array(buffer, byteOffset + from, (to - from) / 4);
}

function sumOf(words: Int32Array, sum: Sum): Sum {
  let { first, second } = sum;
  for (let index = 0; index < words.length; index += 2) {
    first = (first + (words[index] ?? 0) + second) | 0;
    second = (second + (words[index + 1] ?? 0) + first) | 0;
  }
  return { first, second };
}

function isSum(bytes: Buffer, at: number, { first, second }: Sum): boolean {
  return bytes.readInt32BE(at) === first && bytes.readInt32BE(at + 4) === second;
}
