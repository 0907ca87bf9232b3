// What an image's manifests say of it: which blobs it is made of, how large they are, and for which platforms there is one. They
// come from the network: whatever is not of this shape is no manifest, and sizes are believed only as limits.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { unready } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import { platformText } from '#domain/manifests/platform.ts';

export const mostManifestBytes = 4 * 1024 * 1024;
const mostLayers = 512;
const mostPlatforms = 256;
/** Eight tebibytes: more than any device has, and whole as a number. */
const mostBlobBytes = 2 ** 43;

const indexTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const imageTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
/** What the agent understands, for it must know what it lets through. */
export const manifestTypes: readonly string[] = [...indexTypes, ...imageTypes];

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'is no sha256 digest');
const descriptor = z.object({ digest, size: z.int().min(0).max(mostBlobBytes) });
const platform = z.object({ os: z.string().max(64).default(''), architecture: z.string().max(64).default('') });

const indexShape = z.object({
  manifests: z.array(descriptor.extend({ platform: platform.optional() })).max(mostPlatforms),
});
const imageShape = z.object({ config: descriptor, layers: z.array(descriptor).max(mostLayers) });
const configShape = z.object({
  os: z.string().max(64).default(''),
  architecture: z.string().max(64).default(''),
  rootfs: z.object({ diff_ids: z.array(z.string().max(128)).max(mostLayers) }).optional(),
});

export type BlobDescriptor = z.infer<typeof descriptor>;

export type Manifest =
  | {
      readonly kind: 'index';
      /** `platform` null: it does not say, or it is no image at all. */
      readonly manifests: readonly (BlobDescriptor & { readonly platform: string | null })[];
    }
  | { readonly kind: 'image'; readonly config: BlobDescriptor; readonly layers: readonly BlobDescriptor[] };

export interface StoredManifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly content: Manifest;
}

/** @throws unready `agent.image` in words when it is none that can be pulled. */
export function readManifest(bytes: Buffer, mediaType: string): StoredManifest {
  const kind = indexTypes.includes(mediaType) ? 'index' : imageTypes.includes(mediaType) ? 'image' : null;
  if (kind === null)
    throw unready('agent.image', `its manifest is of the kind '${mediaType}', which is not known here`);
  const shape = kind === 'index' ? indexShape : imageShape;
  const parsed = shape.safeParse(jsonOf(bytes));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw unready('agent.image', `its manifest is damaged (${issue?.path.join('.') ?? ''} ${issue?.message ?? ''})`);
  }
  return { digest: digestOf(bytes), mediaType, bytes, content: contentOf(parsed.data) };
}

function contentOf(data: z.infer<typeof indexShape> | z.infer<typeof imageShape>): Manifest {
  if (!('manifests' in data)) return { kind: 'image', ...data };
  const manifests = data.manifests.map(({ platform: given, ...found }) => ({
    ...found,
    // Attestations stand in the list beside the images, for a platform "unknown".
    platform: given === undefined || given.os === 'unknown' ? null : platformText(given.os, given.architecture),
  }));
  return { kind: 'index', manifests };
}

export interface ImageConfig {
  readonly platform: string | null;
  /** Of the unpacked layers, from the lowest up. */
  readonly diffIds: readonly string[];
}

/** Null where it cannot be read: Docker judges it, and only what is told beforehand is lost. */
export function readImageConfig(bytes: Buffer): ImageConfig | null {
  const parsed = configShape.safeParse(jsonOf(bytes));
  if (!parsed.success) return null;
  const { os, architecture, rootfs } = parsed.data;
  return { platform: platformText(os, architecture), diffIds: rootfs?.diff_ids ?? [] };
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString('utf8'));
  } catch {
    // The shape refuses undefined.
    return undefined;
  }
}
