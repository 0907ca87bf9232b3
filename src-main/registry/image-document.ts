// Manifests and indexes as registries, layouts and saved files hold them: Docker's schema 2 and OCI's, which differ in names alone.
// They come from strangers: whatever is not as the specification has it is refused, with what and where.
import { refused } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import { platformOf } from '#domain/manifests/image-platforms.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import { z } from 'zod';

export const ociManifestType = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndexType = 'application/vnd.oci.image.index.v1+json';
export const ociConfigType = 'application/vnd.oci.image.config.v1+json';
export const ociLayoutVersion = '1.0.0';
export const ociLayerType = 'application/vnd.oci.image.layer.v1.tar';
const dockerManifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerListType = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** Of an image. */
export const imageTypes: ReadonlySet<string> = new Set([ociManifestType, dockerManifestType]);
/** Of several, for a platform each. */
export const indexTypes: ReadonlySet<string> = new Set([ociIndexType, dockerListType]);
export const documentTypes: readonly string[] = [...indexTypes, ...imageTypes];
/** The specification's limit; our own registry takes no larger ones either. */
export const largestDocumentBytes = 4 * 1024 * 1024;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: number;
  /** Null: not said. */
  readonly platform: string | null;
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>>;
  /** A layer that may not be passed on (Windows bases): by its own word it lies elsewhere, and need not be here. */
  readonly isElsewhere: boolean;
}

export type ImageDocument =
  | { readonly kind: 'index'; readonly entries: readonly Descriptor[]; readonly subject: Digest | null }
  | {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
      readonly subject: Digest | null;
    };

const digest = z.string().refine(isDigest, 'is no digest (sha256: and 64 digits)');
const descriptor = z.object({
  mediaType: z.string().min(1).max(255),
  digest,
  size: z.int().min(0),
  artifactType: z.string().max(255).optional(),
  urls: z.array(z.string()).nullish(),
  platform: z
    .object({ os: z.string().default(''), architecture: z.string().default(''), variant: z.string().default('') })
    .optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});
const subject = z.object({ digest }).optional();
const index = z.object({ manifests: z.array(descriptor).max(10_000), subject });
const manifest = z.object({ config: descriptor, layers: z.array(descriptor).max(10_000), subject });
const typed = z.object({ schemaVersion: z.number(), mediaType: z.string().optional() });

/**
 * `where` names the document in the sentences: `index.json of 'site.tar'`.
 * @throws refused `image.manifest`
 */
export function readDocument(content: Uint8Array, mediaType: string | null, where: string): ImageDocument {
  const json = readJson(content, where);
  const head = checked(typed, json, where);
  if (head.schemaVersion !== 2)
    throw refused(
      'image.manifest',
      `${where} is in Docker's schema ${head.schemaVersion}, which has no digests to check: push or save the image anew with a Docker of 2016 or later.`,
    );
  const type = head.mediaType ?? mediaType;
  const isIndex = type === null ? 'manifests' in json : indexTypes.has(type);
  if (isIndex) {
    const { manifests, subject } = checked(index, json, where);
    return { kind: 'index', entries: manifests.map(descriptorOf), subject: subject?.digest ?? null };
  }
  const { config, layers, subject } = checked(manifest, json, where);
  return {
    kind: 'image',
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    subject: subject?.digest ?? null,
  };
}

/** The media type that a document says it has, else the one it is named with, else what it looks like. */
export function typeOfDocument(content: Uint8Array, named: string | null, where: string): string {
  const json = readJson(content, where);
  const { mediaType } = checked(typed, json, where);
  return mediaType ?? named ?? ('manifests' in json ? ociIndexType : ociManifestType);
}

/** Whether a descriptor points at a manifest or an index. */
export function isDocumentType(mediaType: string): boolean {
  return documentTypes.includes(mediaType);
}

/** BuildKit's provenance and SBOM of an image, kept beside it in its index and run by nobody. */
export function isAttestation({ annotations }: Descriptor): boolean {
  return Object.hasOwn(annotations, 'vnd.docker.reference.type');
}

export function readJson(content: Uint8Array, where: string): object {
  let json: unknown;
  try {
    // Text of strangers that is no JSON is an expected outcome, and there is no other way to hear of it.
    json = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    throw refused('image.manifest', `${where} is no JSON (${(error as Error).message}): make or copy it anew.`);
  }
  if (typeof json === 'object' && json !== null) return json;
  throw refused('image.manifest', `${where} is JSON, but no document: make or copy it anew.`);
}

export function checked<T>(schema: z.ZodType<T>, json: unknown, where: string): T {
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue?.path.join('.') ?? '';
  throw refused(
    'image.manifest',
    `${where} is not as the image specification has it (${at === '' ? '' : `${at}: `}${issue?.message ?? ''}): make or copy it anew.`,
  );
}

/** Whether a layer lies with somebody else by its own word, and may not be passed on. */
export function liesElsewhere({ urls, mediaType }: Pick<z.infer<typeof descriptor>, 'urls' | 'mediaType'>): boolean {
  return (urls ?? []).length > 0 || /\.foreign\.|\.nondistributable\./.test(mediaType);
}

function descriptorOf(read: z.infer<typeof descriptor>): Descriptor {
  const { os = '', architecture = '', variant = '' } = read.platform ?? {};
  return {
    mediaType: read.mediaType,
    digest: read.digest,
    bytes: read.size,
    platform: platformOf(os, architecture, variant),
    artifactType: read.artifactType ?? null,
    annotations: read.annotations ?? {},
    isElsewhere: liesElsewhere(read),
  };
}

const imageConfigTypes = new Set([ociConfigType, 'application/vnd.docker.container.image.v1+json']);
const platformFields = z.looseObject({
  os: z.string().default(''),
  architecture: z.string().default(''),
  variant: z.string().default(''),
});

/** Whether a config is that of an image that runs, not of a signature or another artifact. */
export function isImageConfig({ mediaType }: Descriptor): boolean {
  return imageConfigTypes.has(mediaType);
}

/** For what an image is made, by its config. */
export function platformOfConfig(content: Uint8Array, where: string): string | null {
  const { os, architecture, variant } = checked(platformFields, readJson(content, where), where);
  return platformOf(os, architecture, variant);
}
