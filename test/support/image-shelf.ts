// An image store on a real disk and database, and images made on the spot as an OCI layout: what imports, fetches and exports are
// tried with.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createSystemClock } from '#entry/system-clock.ts';
import { createImageStore } from '#registry/create-image-store.ts';
import type { ImageStore } from '#registry/image-store.ts';
import { openStore } from '#store/open-store.ts';
import type { Store } from '#store/store-types.ts';

export interface ImageShelf {
  /** For whatever a test writes; gone with the shelf. */
  readonly home: string;
  readonly images: ImageStore;
  readonly store: Store;
  /** What lies half written. */
  uploads(): readonly string[];
  close(): Promise<void>;
}

/** `home`: a folder that is there already; `images`: where blobs lie, if not in it. */
export async function openShelf(
  places: { readonly home?: string; readonly images?: string } = {},
): Promise<ImageShelf> {
  const home = places.home ?? mkdtempSync(join(tmpdir(), 'lanyard-shelf-'));
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });
  const store = openStore({ dir: home, clock, log });
  const dir = places.images ?? join(home, 'images');
  const images = createImageStore({ dir, store, clock, log });
  await images.start();
  const uploads = join(dir, 'uploads');
  return {
    home,
    images,
    store,
    uploads: () => (existsSync(uploads) ? readdirSync(uploads) : []),
    async close() {
      await images.stop();
      store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function sha256(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export interface MadeDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A layout under construction: every part goes to disk at once. */
export class LayoutMaker {
  readonly dir: string;
  readonly #entries: object[] = [];

  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
    writeFileSync(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  }

  blob(content: Uint8Array, mediaType: string): MadeDescriptor {
    const digest = sha256(content);
    writeFileSync(this.pathOf(digest), content);
    return { mediaType, digest, size: content.byteLength };
  }

  pathOf(digest: string): string {
    return join(this.dir, 'blobs/sha256', digest.slice('sha256:'.length));
  }

  json(document: object, mediaType: string): MadeDescriptor {
    return this.blob(Buffer.from(JSON.stringify(document)), mediaType);
  }

  /** Layers of random bytes, of the sizes given. */
  image(
    layerBytes: readonly number[],
    { architecture = 'amd64', extra = {} }: { readonly architecture?: string; readonly extra?: object } = {},
  ): MadeDescriptor {
    const contents = layerBytes.map((bytes) => randomBytes(bytes));
    const layers = contents.map((content) => this.blob(content, 'application/vnd.oci.image.layer.v1.tar'));
    const diffIds = contents.map((content) => sha256(content));
    const config = this.json(
      { os: 'linux', architecture, config: {}, rootfs: { type: 'layers', diff_ids: diffIds } },
      'application/vnd.oci.image.config.v1+json',
    );
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    return this.json({ schemaVersion: 2, mediaType, config, layers, ...extra }, mediaType);
  }

  /** One image for each architecture. */
  index(images: Readonly<Record<string, MadeDescriptor>>): MadeDescriptor {
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const manifests = Object.keys(images).map((architecture) => ({
      ...images[architecture],
      platform: { os: 'linux', architecture },
    }));
    return this.json({ schemaVersion: 2, mediaType, manifests }, mediaType);
  }

  /** Named in index.json; null: without a name. */
  name(descriptor: MadeDescriptor, name: string | null): this {
    const annotations = name === null ? undefined : { 'org.opencontainers.image.ref.name': name };
    this.#entries.push({ ...descriptor, annotations });
    return this.write({ schemaVersion: 2, manifests: this.#entries });
  }

  /** index.json as given. */
  write(index: object): this {
    writeFileSync(join(this.dir, 'index.json'), JSON.stringify(index));
    return this;
  }
}
