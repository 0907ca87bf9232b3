// A folder with an OCI layout, or with what `docker save` wrote unpacked. A link that leads out of it is no part of it.
import { open, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { headBytes, unreadable, type ImportSource, type ReadEntry, type SourceEntry } from './import-source.ts';
import { largestDocumentBytes } from './image-document.ts';
import { readStretch, tooLarge } from './import-tar.ts';

export async function openFolder(path: string): Promise<ImportSource> {
  const root = await realpath(path);

  async function placeOf(name: string): Promise<string | null> {
    const place = await realPlace(join(root, ...name.split('/')));
    if (place === null) return null;
    if (place.startsWith(root.endsWith(sep) ? root : root + sep)) return place;
    throw unreadable(
      path,
      `has '${name}' as a link out of itself (to '${place}')`,
      'copy the images into the folder itself',
    );
  }

  return {
    path,
    isFolder: true,
    async find(name) {
      const place = await placeOf(name);
      if (place === null) return undefined;
      const found = await stat(place);
      // A device or a pipe would be read without end.
      if (!found.isFile()) return undefined;
      return { name, bytes: found.size, head: await headOf(place) };
    },
    async read({ name, bytes }) {
      if (bytes > largestDocumentBytes) throw tooLarge(path, name, bytes);
      const file = await open((await placeOf(name)) ?? '');
      try {
        const content = Buffer.alloc(bytes);
        const { bytesRead } = await file.read(content, 0, bytes, 0);
        return content.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    async *each(entries: readonly SourceEntry[], signal): AsyncGenerator<ReadEntry, void, undefined> {
      for (const entry of entries) {
        signal?.throwIfAborted();
        const place = await placeOf(entry.name);
        if (place === null)
          throw unreadable(path, `has lost '${entry.name}' a moment ago`, 'leave it as it is, and import it again');
        const file = await open(place);
        try {
          yield { entry, content: readStretch(file, { offset: 0, bytes: entry.bytes }) };
        } finally {
          await file.close();
        }
      }
    },
    close: async () => {},
  };
}

async function realPlace(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    // A file that is not there is an answer.
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return null;
    throw error;
  }
}

async function headOf(place: string): Promise<Uint8Array> {
  const file = await open(place);
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
