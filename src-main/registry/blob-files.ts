// Where blobs lie: `blobs/sha256/<2 hex>/<64 hex>` once whole, `uploads/<uuid>` before, on one file system so that a rename is all
// that lies between. Readable for the hub's user alone.
import { mkdir, open, rename, rm, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestHex, type Digest } from '#domain/manifests/image-digest.ts';

export interface BlobFiles {
  pathOf(digest: Digest): string;
  /** Of all blobs, for the sweep. */
  readonly blobsDir: string;
  /** Empty folders, made when missing; what uploads left is gone. */
  prepare(): Promise<void>;
  openUpload(id: string): Promise<FileHandle>;
  removeUpload(id: string): Promise<void>;
  /** On disk under its digest, through a power cut, when it resolves. The upload must be synced. */
  keep(id: string, digest: Digest): Promise<void>;
  /** Null: there is no file. */
  bytesOf(digest: Digest): Promise<number | null>;
  remove(digest: Digest): Promise<void>;
}

const privately = 0o700;

export function blobFiles(dir: string): BlobFiles {
  const blobsDir = join(dir, 'blobs', 'sha256');
  const uploadsDir = join(dir, 'uploads');
  const uploadPath = (id: string) => join(uploadsDir, id);
  const pathOf = (digest: Digest) => join(blobsDir, digestHex(digest).slice(0, 2), digestHex(digest));
  return {
    pathOf,
    blobsDir,
    async prepare() {
      await rm(uploadsDir, { recursive: true, force: true });
      await mkdir(uploadsDir, { recursive: true, mode: privately });
      await mkdir(blobsDir, { recursive: true, mode: privately });
      for (const made of [blobsDir, dirname(blobsDir), dir, dirname(dir)]) await syncFolder(made);
    },
    openUpload: (id) => open(uploadPath(id), 'wx+', 0o600),
    removeUpload: (id) => rm(uploadPath(id), { force: true }),
    async keep(id, digest) {
      const path = pathOf(digest);
      const folder = dirname(path);
      const isNew = (await mkdir(folder, { recursive: true, mode: privately })) !== undefined;
      await rename(uploadPath(id), path);
      await syncFolder(folder);
      if (isNew) await syncFolder(blobsDir);
    },
    async bytesOf(digest) {
      try {
        return (await stat(pathOf(digest))).size;
      } catch (error) {
        // The one way the platform tells that there is no such file.
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }
    },
    async remove(digest) {
      try {
        await unlink(pathOf(digest));
      } catch (error) {
        // Gone is what was wanted.
        if (codeOf(error) !== 'ENOENT') throw error;
      }
    },
  };
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
