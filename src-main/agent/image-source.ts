// Where the bytes of an image come from: a list that is asked in turn, by whoever streams a blob to Docker. What a source gives is
// checked by its receiver, so a source need not be trusted; and what came may be kept for others.
import type { Readable } from 'node:stream';

export interface BlobName {
  /** In the site's registry: `docker.io/library/nginx`. */
  readonly repository: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** As the manifest tells it. */
  readonly sizeBytes: number;
}

export interface BlobAsk extends BlobName {
  /** What came before this is not asked for again. */
  readonly fromByte: number;
  readonly signal: AbortSignal;
  /** It has not begun to give, and says that it will: whoever waits for it waits on. */
  readonly onAlive: () => void;
}

export interface ImageSource {
  /** As a sentence names it: `the hub laptop:8443`. */
  readonly name: string;
  /** The bytes from `fromByte` on; null: it has none of them. @throws unready `agent.image` when it cannot be asked now. */
  openBlob(ask: BlobAsk): Promise<Readable | null>;
  /** What it gave of this was wrong. True: it will not give it again, so another try is worth it. */
  distrust?(digest: string): boolean;
}

/** Looks on while bytes pass, and may keep them; it must not slow them down nor fail them. */
export interface BlobKeeper {
  begin(blob: BlobName): BlobKeeping | null;
}

export interface BlobKeeping {
  keep(chunk: Uint8Array): void;
  /** All of it came, and is what its digest says. */
  finish(): void;
  cancel(): void;
}
