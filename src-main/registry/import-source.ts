// Where images are imported from: a folder, a tar that can be read at any place, or a compressed one that can only be read
// through. All three give their files by name; nothing of them is ever unpacked to a path, so that no name in them can lead anywhere.
import { refused, type AppError } from '#base/errors.ts';

/** A file inside a source. */
export interface SourceEntry {
  /** Normal: no `./` before it, no `..` in it, `/` between parts. */
  readonly name: string;
  readonly bytes: number;
  /** Its first bytes, as many as tell what is in it. */
  readonly head: Uint8Array;
}

export interface ReadEntry {
  readonly entry: SourceEntry;
  /** Read to its end, or left, before the next is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface ImportSource {
  /** Of its file or folder, for sentences. */
  readonly path: string;
  readonly isFolder: boolean;
  /**
   * Links inside the source are followed. @throws refused `image.archive` when a link leads out of it
   */
  find(name: string): Promise<SourceEntry | undefined>;
  /** A document: small enough to be held. @throws refused `image.archive` */
  read(entry: SourceEntry, signal?: AbortSignal): Promise<Uint8Array>;
  /** In the order in which they lie there, which costs one way through. */
  each(entries: readonly SourceEntry[], signal?: AbortSignal): AsyncIterable<ReadEntry>;
  close(): Promise<void>;
}

export const headBytes = 6;

/** A name as entries have it; null: it climbs out of the source, is absolute, or names nothing. */
export function normalName(name: string): string | null {
  if (name.startsWith('/') || name.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}

export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** What compressed a file or layer, by how it begins; null: nothing that we know. */
export function compressionOf(head: Uint8Array): Compression | null {
  const hex = Buffer.from(head).toString('hex');
  if (hex.startsWith('1f8b')) return 'gzip';
  if (hex.startsWith('28b52ffd')) return 'zstd';
  if (hex.startsWith('fd377a585a00')) return 'xz';
  return hex.startsWith('425a68') ? 'bzip2' : null;
}

/** A file that cannot be imported: `what` is wrong with it, and `mend` says what to do. */
export function unreadable(path: string, what: string, mend: string, cause?: unknown): AppError {
  return refused('image.archive', `'${path}' ${what}: ${mend}.`, { subject: path, cause });
}
