// What lies at a path that a person chose: a file with images, a folder that is a layout, or a folder (a USB stick) with several.
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openCompressed } from './import-compressed.ts';
import { openFolder } from './import-folder.ts';
import { compressionOf, headBytes, unreadable, type ImportSource } from './import-source.ts';
import { openTar } from './import-tar.ts';

const archiveName = /\.(tar|tgz|tzst|tar\.gz|tar\.zst)$/i;
const mostInFolder = 1_000;

/** The files and layouts to import, in the order of their names. @throws refused `image.archive` when there are none */
export async function findSources(path: string): Promise<readonly string[]> {
  const found = await existing(path);
  if (found.isFile() || (found.isDirectory() && (await isLayout(path)))) return [path];
  if (!found.isDirectory())
    throw unreadable(path, 'is neither a file nor a folder', 'choose a file with images, or a folder that holds some');
  const inside = await readdir(path, { withFileTypes: true });
  const candidates: string[] = [];
  for (const entry of inside) {
    const place = join(path, entry.name);
    const isArchive = entry.isFile() && archiveName.test(entry.name);
    if (isArchive || (entry.isDirectory() && (await isLayout(place)))) candidates.push(place);
  }
  if (candidates.length > mostInFolder)
    throw unreadable(
      path,
      `holds ${candidates.length} files with images`,
      `choose a folder with at most ${mostInFolder}`,
    );
  if (candidates.length > 0) return candidates.toSorted();
  throw unreadable(
    path,
    'holds no images',
    'choose a folder with an OCI layout, or with files of `docker save` whose names end in .tar or .tar.gz',
  );
}

/** One of them, opened. @throws refused `image.archive` */
export async function openSource(path: string, signal?: AbortSignal): Promise<ImportSource> {
  const found = await existing(path);
  if (found.isDirectory()) return openFolder(path);
  if (found.size === 0) throw unreadable(path, 'is empty', 'copy or save it again');
  const file = await open(path);
  let isKept = false;
  try {
    const head = Buffer.alloc(headBytes);
    await file.read(head, 0, headBytes, 0);
    const compression = compressionOf(head);
    if (compression === null) {
      const source = await openTar(path, file, signal);
      isKept = true;
      return source;
    }
    if (compression === 'gzip' || compression === 'zstd') return await openCompressed(path, compression, signal);
    throw unreadable(path, `is compressed with ${compression}, which is not read here`, 'unpack it to a .tar first');
  } finally {
    if (!isKept) await file.close();
  }
}

async function isLayout(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.includes('index.json') || names.includes('manifest.json');
}

async function existing(path: string) {
  try {
    return await stat(path);
  } catch (cause) {
    // A stick that was pulled out is an expected outcome.
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw unreadable(path, 'is not there', 'check the path, and that its disk or stick is still connected', cause);
    if (code === 'EACCES' || code === 'EPERM')
      throw unreadable(path, 'may not be read', 'give the account of the hub the right to read it', cause);
    throw cause;
  }
}
