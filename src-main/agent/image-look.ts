// A look at an image in the hub's registry before anything of it is fetched: its manifests, the one for this device, and how large
// it is. What was seen is kept as long as the pull lasts, so that Docker is given exactly what was looked at.
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import { fitsPlatform } from '#domain/manifests/platform.ts';
import { streamBlob, WrongBytes } from './blob-stream.ts';
import type { HubRegistry } from './hub-registry.ts';
import { readImageConfig, type BlobDescriptor, type Manifest, type StoredManifest } from './image-manifest.ts';
import { usualStallLimits } from './stall-watch.ts';

export interface ImageLook {
  readonly repository: string;
  /** Of the manifest or index that the image's name leads to. */
  readonly digest: string;
  /** As `os/architecture`; none where nobody says. */
  readonly platforms: readonly string[];
  /** For this device; null: there is none for it. */
  readonly fitting: FittingImage | null;
  /** All manifests seen so far, by digest; whatever the first one leads to may be added. */
  readonly manifests: ReadonlyMap<string, StoredManifest>;
  /** What was fetched whole: configurations. */
  readonly small: ReadonlyMap<string, Buffer>;
}

interface FittingImage {
  readonly digest: string;
  readonly config: BlobDescriptor;
  readonly layers: readonly BlobDescriptor[];
  /** Of the unpacked layers, lowest first; none where they are not told. */
  readonly diffIds: readonly string[];
}

export interface ImageLookAsk {
  readonly repository: string;
  readonly reference: string;
  /** `linux/arm64`; null: not known. */
  readonly platform: string | null;
  readonly signal: AbortSignal;
}

export interface ImageLookOptions {
  readonly registry: HubRegistry;
  readonly clock: Clock;
}

const mostConfigBytes = 1024 * 1024;
const answerLimitMs = 30_000;

/** Null: the hub does not have it. @throws unready `agent.image` when the hub cannot be asked, or what it says is no image. */
export async function lookAtImage(ask: ImageLookAsk, { registry, clock }: ImageLookOptions): Promise<ImageLook | null> {
  const { repository, platform } = ask;
  const limit = AbortSignal.timeout(answerLimitMs);
  const signal = AbortSignal.any([ask.signal, limit]);
  try {
    const first = await registry.manifest({ repository, reference: ask.reference, signal });
    if (first === null) return null;
    const manifests = new Map([[first.digest, first]]);
    const image = await fittingManifest(first, { registry, repository, platform, signal });
    if (image === null)
      return {
        repository,
        digest: first.digest,
        platforms: platformsOf(first),
        fitting: null,
        manifests,
        small: new Map(),
      };
    manifests.set(image.digest, image);
    const { config, layers } = image.content;
    const bytes = await wholeBlob(config, { registry, repository, clock, signal });
    const read = bytes === null ? null : readImageConfig(bytes);
    const told = platformsOf(first);
    return {
      repository,
      digest: first.digest,
      platforms: told.length > 0 ? told : [read?.platform ?? []].flat(),
      fitting: { digest: image.digest, config, layers, diffIds: read?.diffIds ?? [] },
      manifests,
      small: bytes === null ? new Map() : new Map([[config.digest, bytes]]),
    };
  } catch (error) {
    // Only here it is known that it took too long, and not that nobody wants it any more.
    if (limit.aborted) throw unready('agent.image', `${registry.name} did not answer in time`, { cause: error });
    if (error instanceof WrongBytes) throw unready('agent.image', error.message, { cause: error });
    throw asAppError(error);
  }
}

interface LookAround {
  readonly registry: HubRegistry;
  readonly repository: string;
  readonly signal: AbortSignal;
}

type ImageManifest = StoredManifest & { readonly content: Extract<Manifest, { readonly kind: 'image' }> };

function isImage(manifest: StoredManifest): manifest is ImageManifest {
  return manifest.content.kind === 'image';
}

async function fittingManifest(
  first: StoredManifest,
  { registry, repository, platform, signal }: LookAround & { readonly platform: string | null },
): Promise<ImageManifest | null> {
  if (isImage(first)) return first;
  const { content } = first;
  const entries = content.kind === 'index' ? content.manifests : [];
  const entry =
    entries.find((found) => found.platform !== null && found.platform === platform) ??
    entries.find((found) => found.platform !== null && fitsPlatform(found.platform, platform));
  if (entry === undefined) return null;
  const found = await registry.manifest({ repository, reference: entry.digest, signal });
  if (found === null)
    throw unready('agent.image', `${registry.name} lacks a part of it (${entry.digest.slice(0, 19)}…)`);
  return isImage(found) ? found : null;
}

function platformsOf({ content }: StoredManifest): readonly string[] {
  if (content.kind !== 'index') return [];
  return [...new Set(content.manifests.flatMap(({ platform }) => platform ?? []))];
}

/** Null: larger than a configuration has any reason to be. */
async function wholeBlob(
  { digest, size: sizeBytes }: BlobDescriptor,
  { registry, repository, clock, signal }: LookAround & { readonly clock: Clock },
): Promise<Buffer | null> {
  if (sizeBytes > mostConfigBytes) return null;
  const chunks: Uint8Array[] = [];
  const blob = { repository, digest, sizeBytes };
  const once = { random: () => 0.5, onAlive: () => undefined, limits: usualStallLimits };
  for await (const chunk of streamBlob({ blob, sources: [registry], clock, signal, ...once })) chunks.push(chunk);
  return Buffer.concat(chunks);
}
