// What an import would bring: images with their documents and parts, each part with where it lies in the source.
import type { Digest } from '#domain/manifests/image-digest.ts';
import { parseImageName, type ImageName } from '#domain/manifests/image-name.ts';
import type { SourceEntry } from './import-source.ts';

export interface PlannedDocument {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

export interface PlannedBlob {
  readonly digest: Digest;
  readonly bytes: number;
  readonly entry: SourceEntry;
}

export interface PlannedImage {
  /** None: the source names it not, or as nothing that can be a name. */
  readonly names: readonly ImageName[];
  /** Parts of an index before it; the last is the image itself. */
  readonly documents: readonly PlannedDocument[];
  readonly blobs: readonly PlannedBlob[];
  /** `os/architecture[/variant]` of what comes with it. */
  readonly platforms: readonly string[];
  /** Of a signature or an SBOM: what it speaks of. */
  readonly subject: Digest | null;
}

export interface ImportPlan {
  readonly format: 'docker-archive' | 'oci-archive' | 'oci-layout';
  readonly images: readonly PlannedImage[];
  /** Each a sentence: what is passed over, and why. */
  readonly warnings: readonly string[];
}

export interface PlanOptions {
  /** Of an index only these; null: all that the source holds. */
  readonly platforms: readonly string[] | null;
}

/** Its own digest: that of its last document. */
export function digestOfImage({ documents }: PlannedImage): Digest {
  const root = documents.at(-1);
  if (root === undefined) throw new Error('an image without a document');
  return root.digest;
}

/** Each part once, though several images share it. */
export function blobsOf(images: readonly PlannedImage[]): readonly PlannedBlob[] {
  return [...new Map(images.flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob]))).values()];
}

/** Those of `texts` that are names; the rest is told. */
export function readNames(texts: readonly string[], path: string, warnings: string[]): readonly ImageName[] {
  return texts.flatMap((text) => {
    const name = parseImageName(text);
    if (name.ok) return [name.value];
    warnings.push(`'${path}': ${name.problems.map(({ message }) => message).join(' ')}`);
    return [];
  });
}
