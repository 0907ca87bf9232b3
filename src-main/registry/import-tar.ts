// A tar that lies on disk as it is: files are read where they lie, in any order, and only those that are needed.
import type { FileHandle } from 'node:fs/promises';
import { createEntryIndex } from './import-entries.ts';
import { headBytes, unreadable, type ImportSource, type ReadEntry, type SourceEntry } from './import-source.ts';
import { largestDocumentBytes } from './image-document.ts';
import { walkTar } from './import-tar-walk.ts';

interface Place {
  readonly offset: number;
}
type PlacedEntry = SourceEntry & Place;

export async function openTar(path: string, file: FileHandle, signal?: AbortSignal): Promise<ImportSource> {
  const { size } = await file.stat();
  const index = createEntryIndex<Place>(path);
  for await (const { name, type, linkName, offset, bytes } of walkTar({ path, file, bytes: size }, signal)) {
    const head = Buffer.alloc(Math.min(headBytes, bytes));
    if (type === 'file') await file.read(head, 0, head.length, offset);
    index.add({ name, type, linkName, entry: { name, bytes, head, offset } });
  }
  return {
    path,
    isFolder: false,
    find: async (name) => index.find(name),
    async read(entry) {
      const { name, bytes, offset } = placeOf(entry);
      if (bytes > largestDocumentBytes) throw tooLarge(path, name, bytes);
      const content = Buffer.alloc(bytes);
      await file.read(content, 0, bytes, offset);
      return content;
    },
    async *each(entries, signal): AsyncGenerator<ReadEntry, void, undefined> {
      for (const entry of entries
        .map((entry) => placeOf(entry))
        .toSorted((left, right) => left.offset - right.offset)) {
        signal?.throwIfAborted();
        yield { entry, content: readStretch(file, entry) };
      }
    },
    close: () => file.close(),
  };
}

/** Entries come back as they were given out. */
function placeOf(entry: SourceEntry): PlacedEntry {
  return entry as PlacedEntry;
}

export function tooLarge(path: string, name: string, bytes: number): Error {
  return unreadable(
    path,
    `has '${name}' with ${bytes} bytes, where a document of at most ${largestDocumentBytes} belongs`,
    'save the images anew',
  );
}

const stretchBytes = 1024 * 1024;

/** Not a stream of node's, for that closes the file when it is left in the midst. */
export async function* readStretch(
  file: FileHandle,
  { offset, bytes }: { readonly offset: number; readonly bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let done = 0; done < bytes;) {
    const chunk = Buffer.allocUnsafe(Math.min(stretchBytes, bytes - done));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, offset + done);
    // A file that became shorter shows by its digest.
    if (bytesRead === 0) return;
    done += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
