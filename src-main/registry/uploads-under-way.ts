// Blobs on their way in, by id: bounded in number, and ended when nobody went on with them for long. They do not outlive the hub.
import { randomUUID } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { unready } from '#base/errors.ts';
import type { BlobFiles } from './blob-files.ts';
import { openUpload, type OwnUpload, type ReceivedBlob } from './blob-upload.ts';
import type { ImageRoom } from './image-room.ts';

interface UploadsParts {
  readonly files: BlobFiles;
  readonly room: ImageRoom;
  readonly clock: Clock;
  /** Puts what came whole under its digest. */
  readonly keep: (blob: ReceivedBlob, id: string) => Promise<void>;
}

export interface UploadsUnderWay {
  /** @throws unready `throttled`, `store.full` */
  begin(): Promise<OwnUpload>;
  resume(id: string): OwnUpload | undefined;
  stop(): Promise<void>;
}

/** A person's machine and a few build servers push; whatever is beyond is a fault of one of them. */
const mostUploads = 256;
const longestIdleMs = 60 * 60_000;

export function createUploads({ files, room, clock, keep }: UploadsParts): UploadsUnderWay {
  const uploads = new Map<string, { readonly upload: OwnUpload; usedAtMs: number }>();

  async function endIdle(): Promise<void> {
    const before = clock.nowMs() - longestIdleMs;
    for (const { upload, usedAtMs } of uploads.values()) if (!upload.isBusy && usedAtMs < before) await upload.cancel();
  }

  return {
    async begin() {
      await endIdle();
      if (uploads.size >= mostUploads)
        throw unready('throttled', `${mostUploads} uploads are under way already: wait for one of them to end.`);
      const id = randomUUID();
      const onEnded = (): void => void uploads.delete(id);
      const upload = await openUpload({ id, files, room, onEnded, keep: (blob) => keep(blob, id) });
      uploads.set(id, { upload, usedAtMs: clock.nowMs() });
      return upload;
    },
    resume(id) {
      const entry = uploads.get(id);
      if (entry === undefined) return undefined;
      entry.usedAtMs = clock.nowMs();
      return entry.upload;
    },
    async stop() {
      for (const { upload } of uploads.values()) await upload.cancel();
    },
  };
}
