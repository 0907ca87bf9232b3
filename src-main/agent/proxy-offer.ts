// What Docker may fetch through the proxy for one pull: the manifest that was looked at, those it leads to, and their blobs. It is a
// closed list; what it does not name is not there.
import type { HubRegistry } from './hub-registry.ts';
import type { ImageLook } from './image-look.ts';
import { mostManifestBytes, type StoredManifest } from './image-manifest.ts';

/** A list of lists has no use beyond this, one that leads to itself ends here, and all of them are in memory while the pull lasts. */
const mostManifests = 64;
const mostBytes = 4 * mostManifestBytes;

export interface ProxyOffer {
  readonly repository: string;
  /** By digest; null: it is none of this image's, or the hub lacks it. */
  manifest(digest: string, signal: AbortSignal): Promise<StoredManifest | null>;
  /** Its size; null: no part of the image. */
  blobSize(digest: string): number | null;
  /** What is in memory already. */
  small(digest: string): Buffer | null;
  readonly signal: AbortSignal;
  /** What came is not what was asked for, or nothing comes any more: the pull need not go on. */
  failed(reason: string): void;
  isAlive(): void;
}

export interface ProxyOfferOptions {
  readonly look: ImageLook;
  readonly registry: HubRegistry;
  readonly signal: AbortSignal;
  readonly onFailed: (reason: string) => void;
  readonly onAlive: () => void;
}

export function createProxyOffer({ look, registry, signal, onFailed, onAlive }: ProxyOfferOptions): ProxyOffer {
  const manifests = new Map<string, StoredManifest>();
  /** Digest → size, of manifests that may be asked for. */
  const reachable = new Map<string, number>();
  const blobs = new Map<string, number>();

  function add(found: StoredManifest): void {
    manifests.set(found.digest, found);
    const { content } = found;
    if (content.kind === 'index') for (const { digest, size } of content.manifests) reachable.set(digest, size);
    else for (const { digest, size } of [content.config, ...content.layers]) blobs.set(digest, size);
  }
  for (const found of look.manifests.values()) add(found);

  return {
    repository: look.repository,
    signal,
    async manifest(digest, asked) {
      const known = manifests.get(digest);
      if (known !== undefined) return known;
      const size = reachable.get(digest);
      const held = [...manifests.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (size === undefined || held + size > mostBytes || manifests.size >= mostManifests) return null;
      const found = await registry.manifest({ repository: look.repository, reference: digest, signal: asked });
      if (found !== null) add(found);
      return found;
    },
    blobSize: (digest) => blobs.get(digest) ?? null,
    small: (digest) => look.small.get(digest) ?? null,
    failed: onFailed,
    isAlive: onAlive,
  };
}
