// The entries of a tar on disk, found by reading their headers alone: a layer of a gigabyte is stepped over, not read. tar-stream
// reads each header; where the next one lies follows from the size of the one before.
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { unreadable } from './import-source.ts';

export interface TarEntry {
  readonly name: string;
  /** Null: a type that tar-stream does not know. */
  readonly type: string | null;
  readonly linkName: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface TarFile {
  readonly path: string;
  readonly file: FileHandle;
  readonly bytes: number;
}

const blockBytes = 512;
const windowBytes = 16 * 1024;
/** A hundred images of a hundred layers have about thirty thousand. */
export const mostEntries = 65_536;

/** @throws refused `image.archive`: no tar, cut off, or too many entries */
export async function* walkTar(tar: TarFile, signal?: AbortSignal): AsyncGenerator<TarEntry, void, undefined> {
  let offset = 0;
  for (let count = 0; ; count++) {
    signal?.throwIfAborted();
    if (count > mostEntries) throw tooManyEntries(tar.path);
    const entry = await entryAt(tar, offset);
    if (entry === null) return;
    if (entry.offset + entry.bytes > tar.bytes)
      throw unreadable(
        tar.path,
        `ends in the middle of '${entry.name}' (${tar.bytes - entry.offset} of its ${entry.bytes} bytes are there)`,
        'it was cut off on its way, so copy or save it again',
      );
    yield entry;
    offset = entry.offset + Math.ceil(entry.bytes / blockBytes) * blockBytes;
  }
}

export function tooManyEntries(path: string): Error {
  return unreadable(
    path,
    `has more than ${mostEntries} entries, far more than images have`,
    'choose a file made by `docker save`, or an OCI layout',
  );
}

/** The next file, folder or link at or after `offset`; null at the end of the tar. */
async function entryAt(tar: TarFile, offset: number): Promise<TarEntry | null> {
  const parser = extract();
  const fed = pipeline(windowsFrom(tar, offset), parser);
  // The loop below tells of what goes wrong with it.
  fed.catch(() => undefined);
  try {
    for await (const { header } of parser) {
      parser.destroy();
      return tarEntry(header, offset);
    }
    return null;
  } catch (cause) {
    // tar-stream's word for a damaged header says nothing of where and what to do.
    if (offset === 0)
      throw unreadable(
        tar.path,
        'is no tar',
        'choose a file made by `docker save`, or an OCI layout as a folder or tar',
        cause,
      );
    throw unreadable(
      tar.path,
      `is damaged, or ends, at byte ${offset} (${(cause as Error).message})`,
      'copy or save it again',
      cause,
    );
  } finally {
    parser.destroy();
  }
}

/** tar-stream tells where the content begins, counted from what it was given; its types know neither that nor that a link may be missing. */
export function tarEntry(
  header: Omit<Header, 'linkname'> & { readonly linkname: string | null; readonly byteOffset?: number },
  base: number,
): TarEntry {
  const isFile = header.type === 'file' || header.type === 'contiguous-file';
  return {
    name: header.name,
    type: isFile ? 'file' : header.type,
    linkName: header.linkname ?? '',
    offset: base + (header.byteOffset ?? 0),
    bytes: header.type === 'directory' ? 0 : header.size,
  };
}

async function* windowsFrom({ file, bytes }: TarFile, offset: number): AsyncGenerator<Buffer, void, undefined> {
  for (let position = offset; position < bytes;) {
    const window = Buffer.allocUnsafe(Math.min(windowBytes, bytes - position));
    const { bytesRead } = await file.read(window, 0, window.length, position);
    // Two empty blocks end a tar; what may come after them is not ours.
    const isEnd = window.subarray(0, 2 * blockBytes).every((byte) => byte === 0) && position === offset;
    if (bytesRead === 0 || isEnd) return;
    position += bytesRead;
    yield window.subarray(0, bytesRead);
  }
}
