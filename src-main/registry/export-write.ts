// An export onto a disk or a stick: written beside its place under a name of its own, synced, and only then put there, so that what
// bears the name is whole. What an export that was killed left there goes with the next one to the same place.
import { mkdir, open, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { refused, unready } from '#base/errors.ts';
import { bytesText } from './bytes-text.ts';
import type { ExportPlan } from './export-plan.ts';
import { contentsOf, layoutTar, type ExportStreaming } from './export-tar.ts';

/** A path that ends in `.tar` becomes a file, any other a folder. @throws refused `image.archive`, unready `store.full` */
export async function writeExport(path: string, plan: ExportPlan, streaming: ExportStreaming): Promise<void> {
  await requireFree(path);
  await requireRoom(path, plan.totalBytes);
  const partial = `${path}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    if (isTar(path)) await writeWhole(partial, layoutTar(plan, streaming), streaming.signal);
    else await writeFolder(partial, plan, streaming);
    streaming.signal?.throwIfAborted();
    if (!isTar(path)) await rmdir(path).catch(() => undefined);
    await rename(partial, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw inWords(path, error);
  }
}

function isTar(path: string): boolean {
  return path.toLowerCase().endsWith('.tar');
}

async function writeFolder(folder: string, plan: ExportPlan, streaming: ExportStreaming): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  const contents = contentsOf(plan, streaming);
  for (const file of plan.files)
    await writeWhole(join(folder, ...file.name.split('/')), await contents(file), streaming.signal);
  await syncFolder(join(folder, 'blobs/sha256'));
  await syncFolder(folder);
}

async function writeWhole(
  path: string,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const chunk of content) {
      signal?.throwIfAborted();
      for (let done = 0; done < chunk.byteLength;) done += (await file.write(chunk, done)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems of sticks, and Windows, cannot sync a folder; the files are synced.
    if (!['EINVAL', 'EPERM', 'EISDIR', 'EBADF', 'ENOTSUP'].includes(codeOf(error))) throw error;
  } finally {
    await folder.close();
  }
}

async function requireFree(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found === null) return;
  if (!isTar(path) && found.isDirectory() && (await readdir(path)).length === 0) return;
  throw refused('image.archive', `'${path}' exists already: choose another name, or an empty folder.`, {
    subject: path,
  });
}

async function requireRoom(path: string, bytes: number): Promise<void> {
  const folder = dirname(path);
  const { bavail, bsize } = await statfs(folder).catch((cause: unknown) => {
    throw refused('image.archive', `'${folder}' is not there: choose a folder that exists.`, { subject: path, cause });
  });
  if (bavail * bsize >= bytes) return;
  throw unready(
    'store.full',
    `The disk of '${folder}' has ${bytesText(bavail * bsize)} free and the export needs ${bytesText(bytes)}: free some of it, or choose another disk.`,
    { subject: path },
  );
}

/** What the file system says of the target, with what to do. */
function inWords(path: string, error: unknown): unknown {
  const code = codeOf(error);
  const detail = { subject: path, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return unready('store.full', `The disk of '${path}' is full: free some of it, or choose another disk.`, detail);
  if (code === 'EFBIG')
    return refused(
      'image.archive',
      `The disk of '${path}' takes no file of that size (FAT32 holds 4 GB): export into a folder there, or format it as exFAT.`,
      detail,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return refused('image.archive', `'${path}' may not be written: choose another place.`, detail);
  return error;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | null)?.code ?? '';
}
