// The ranges of HTTP: the one a download asks for (RFC 9110, section 14.2) and the one a chunk of an upload says it is.
import type { ByteRange } from './image-store.ts';

/**
 * Null: none is asked for, or in a way that a server may pass over (another unit, several at once): the whole is sent.
 * Example, of 10 bytes: `bytes=4-` → 4 to 9, `bytes=-3` → 7 to 9, `bytes=10-` → 'unsatisfiable'.
 */
export function askedRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,16})-(\d{0,16})$/.exec(header?.replaceAll(' ', '') ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (from === '' && to === '') return null;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  return first >= size ? 'unsatisfiable' : { first, last };
}

/** `Content-Range: 0-1023` of a chunk, with or without a unit; null when it is none. */
export function chunkRange(header: string): ByteRange | null {
  const [, first, last] = /^(?:bytes[ =])?(\d{1,16})-(\d{1,16})(?:\/(?:\d+|\*))?$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined || Number(last) < Number(first)) return null;
  return { first: Number(first), last: Number(last) };
}
