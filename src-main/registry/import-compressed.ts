// A tar that was compressed as a whole (.tar.gz, .tar.zst): read through once for what is in it, and once more for what is needed
// of it. Nothing is unpacked to the disk in between, so that it takes no room twice and leaves nothing behind.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { createEntryIndex } from './import-entries.ts';
import { headBytes, unreadable, type ImportSource, type ReadEntry, type SourceEntry } from './import-source.ts';
import { largestDocumentBytes } from './image-document.ts';
import { tooLarge } from './import-tar.ts';
import { mostEntries, tarEntry, tooManyEntries } from './import-tar-walk.ts';

interface Place {
  /** Which entry of the tar it is, from 0. */
  readonly number: number;
  /** Held from the first way through: it looks like a document. */
  readonly held: Uint8Array | null;
}
type PlacedEntry = SourceEntry & Place;
/** tar-stream's types say nothing of what its streams give. */
type Entry = (Extract extends AsyncIterable<infer E> ? E : never) & AsyncIterable<Uint8Array>;

const mostHeldBytes = 64 * 1024 * 1024;

export async function openCompressed(
  path: string,
  compression: 'gzip' | 'zstd',
  signal?: AbortSignal,
): Promise<ImportSource> {
  const index = createEntryIndex<Place>(path);
  let heldBytes = 0;
  for await (const { entry, number, content } of through(path, compression, signal)) {
    if (number > mostEntries) throw tooManyEntries(path);
    const { name, type, linkName, bytes } = tarEntry(entry.header, 0);
    const mayHold = type === 'file' && bytes <= Math.min(largestDocumentBytes, mostHeldBytes - heldBytes);
    const { head, held } = await taste(content, mayHold);
    heldBytes += held?.byteLength ?? 0;
    index.add({ name, type, linkName, entry: { name, bytes, head, number, held } });
  }
  return {
    path,
    isFolder: false,
    find: async (name) => index.find(name),
    async read(entry) {
      const { held, name, bytes } = placeOf(entry);
      if (held === null) throw tooLarge(path, name, bytes);
      return held;
    },
    async *each(entries, signal): AsyncGenerator<ReadEntry, void, undefined> {
      const wanted = new Map(entries.map((entry) => [placeOf(entry).number, entry]));
      if (wanted.size === 0) return;
      for await (const { number, content } of through(path, compression, signal)) {
        const entry = wanted.get(number);
        if (entry === undefined) continue;
        yield { entry, content };
        wanted.delete(number);
        if (wanted.size === 0) return;
      }
      if (wanted.size > 0)
        throw unreadable(path, 'is another file than a moment ago', 'leave it as it is, and import it again');
    },
    close: async () => {},
  };
}

/** Entries come back as they were given out. */
function placeOf(entry: SourceEntry): PlacedEntry {
  return entry as PlacedEntry;
}

interface PassingEntry {
  readonly entry: Entry;
  readonly number: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** All entries in order; one whose content is not read is passed over. */
async function* through(
  path: string,
  compression: 'gzip' | 'zstd',
  signal: AbortSignal | undefined,
): AsyncGenerator<PassingEntry, void, undefined> {
  const parser = extract();
  const inflate = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  const abort = new AbortController();
  const fed = pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), inflate, parser, {
    signal: signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]),
  });
  // The loops below tell of what goes wrong with it.
  fed.catch(() => undefined);
  let number = 0;
  try {
    for await (const entry of told(parser as AsyncIterable<Entry>, { path, signal })) {
      yield { entry, number, content: told(entry, { path, signal }) };
      number += 1;
      entry.resume();
    }
  } finally {
    abort.abort();
    parser.destroy();
    // It ends by the abort or has ended; the file is closed then.
    await fed.catch(() => undefined);
  }
}

/** The words of zlib and tar-stream say nothing of where and what to do. */
async function* told<T>(
  source: AsyncIterable<T>,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal | undefined },
): AsyncGenerator<T, void, undefined> {
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await items.next().catch((cause: unknown) => {
        signal?.throwIfAborted();
        const what = `is damaged, or cut off (${(cause as Error).message})`;
        throw unreadable(path, what, 'copy or save it again', cause);
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await items.return?.();
  }
}

async function taste(
  content: AsyncIterable<Uint8Array>,
  mayHold: boolean,
): Promise<{ readonly head: Uint8Array; readonly held: Uint8Array | null }> {
  const chunks: Uint8Array[] = [];
  let head: Uint8Array = new Uint8Array();
  let isHolding = mayHold;
  for await (const chunk of content) {
    if (head.length < headBytes) {
      head = Buffer.concat([head, chunk]).subarray(0, headBytes);
      isHolding = mayHold && looksLikeDocument(head);
    }
    if (isHolding) chunks.push(chunk);
  }
  return { head: Uint8Array.from(head), held: isHolding ? Buffer.concat(chunks) : null };
}

function looksLikeDocument(head: Uint8Array): boolean {
  return /^\s*[{[]/.test(Buffer.from(head).toString('latin1'));
}
