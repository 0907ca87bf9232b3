// A manifest as it was sent: what it points at, what it speaks of, and whether it is one (OCI image-spec manifest.md and
// image-index.md, and Docker's own two forms of them). Its bytes are kept as they are; nothing of it is ever written anew.
import { z } from 'zod';
import { parseJson } from '#base/json-text.ts';
import { refused, type AppError } from '#base/errors.ts';
import { inputProblems } from '#contract/input-problems.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import type { ManifestPart } from '#store/image-types.ts';
import { imageTypes, indexTypes, largestDocumentBytes, liesElsewhere } from './image-document.ts';

export interface ManifestReading {
  readonly mediaType: string;
  readonly parts: readonly ManifestPart[];
  /** Of those, the content that must be here: layers that lie elsewhere by their own word need not. */
  readonly required: readonly ManifestPart[];
  readonly subject: Digest | null;
  readonly artifactType: string | null;
  /** JSON text. */
  readonly annotations: string | null;
}

/** Docker takes 127 layers, and no index of the world has so many architectures. */
const mostParts = 2000;

const descriptor = z.looseObject({
  mediaType: z.string().min(1).max(255),
  digest: z.string().max(255),
  size: z.int().nonnegative(),
  urls: z.array(z.string()).nullish(),
});
const shared = {
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().max(255).optional(),
  subject: descriptor.nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
};
const imageManifest = z.looseObject({
  ...shared,
  config: descriptor,
  layers: z.array(descriptor).max(mostParts).nullish(),
});
const imageIndex = z.looseObject({ ...shared, manifests: z.array(descriptor).max(mostParts).nullish() });

type Descriptor = z.infer<typeof descriptor>;
type Head = Pick<z.infer<typeof imageIndex>, 'artifactType' | 'subject' | 'annotations'>;

/** `contentType`: of the request, '' for none. @throws refused `image.manifest`, `image.digest` */
export function readManifest(content: Uint8Array, contentType: string): ManifestReading {
  if (content.byteLength > largestDocumentBytes)
    throw invalid(`it is larger than ${largestDocumentBytes / 1024 / 1024} MB: put content into layers`);
  const document = jsonOf(content);
  const mediaType = typeOf(document, contentType);
  if (indexTypes.has(mediaType)) {
    const index = shaped(imageIndex, document);
    return reading(mediaType, index, index.artifactType ?? null, asParts(index.manifests ?? [], 'manifest'), []);
  }
  const manifest = shaped(imageManifest, document);
  const layers = manifest.layers ?? [];
  const parts = asParts([manifest.config, ...layers], 'blob');
  const required = asParts([manifest.config, ...layers.filter((layer) => !liesElsewhere(layer))], 'blob');
  return reading(mediaType, manifest, manifest.artifactType || manifest.config.mediaType, parts, required);
}

function reading(
  mediaType: string,
  head: Head,
  artifactType: string | null,
  parts: readonly ManifestPart[],
  required: readonly ManifestPart[],
): ManifestReading {
  const subject = head.subject ? digestIn(head.subject) : null;
  const annotations = head.annotations ? JSON.stringify(head.annotations) : null;
  return { mediaType, parts, required, subject, artifactType, annotations };
}

function typeOf(document: unknown, contentType: string): string {
  const [given = ''] = contentType.split(';', 1);
  const sent = given.trim().toLowerCase();
  const own = typeof document === 'object' && document !== null && 'mediaType' in document ? document.mediaType : '';
  if (own !== '' && sent !== '' && own !== sent)
    throw invalid(`it calls itself '${String(own)}' and the request '${sent}': send it under its own type`);
  const mediaType = sent === '' ? String(own) : sent;
  if (imageTypes.has(mediaType) || indexTypes.has(mediaType)) return mediaType;
  throw invalid(`its type '${mediaType}' is not an image's or an index's of OCI or of Docker (schema 2)`);
}

function jsonOf(content: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (cause) {
    // The one way the platform tells that bytes are not UTF-8, or text no JSON.
    throw invalid(`it is no JSON (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
}

function shaped<T>(schema: z.ZodType<T>, document: unknown): T {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  throw invalid(inputProblems(parsed.error));
}

function asParts(descriptors: readonly Descriptor[], kind: ManifestPart['kind']): ManifestPart[] {
  return descriptors.map((one) => ({ digest: digestIn(one), kind, bytes: one.size }));
}

function digestIn({ digest }: Descriptor): Digest {
  if (isDigest(digest)) return digest;
  throw refused(
    'image.digest',
    `The manifest names '${digest.slice(0, 100)}', which is not sha256: and 64 small hexadecimal digits, the digest this site keeps.`,
  );
}

function invalid(why: string, cause?: unknown): AppError {
  return refused('image.manifest', `The manifest cannot be kept, for ${why}.`, { cause });
}
