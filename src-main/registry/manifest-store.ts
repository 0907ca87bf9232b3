// Manifests and the names over them. A manifest is taken only when the content that it points at is here, so that whatever can be
// named can be pulled; what is given out is compared with its digest first.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { isDigest, type Digest } from '#domain/manifests/image-digest.ts';
import { isRepository, isTag } from '#domain/manifests/image-name.ts';
import type { ImageManifest, ManifestPart } from '#store/image-types.ts';
import type { Store } from '#store/store-types.ts';
import { digestOf } from './blob-hash.ts';
import { bytesText } from './bytes-text.ts';
import type { BlobLinks, ImageBlobs, ImageManifests, NewManifest } from './image-store.ts';
import { readManifest } from './manifest-reading.ts';

interface ManifestStoreParts {
  readonly store: Store;
  readonly blobs: Pick<ImageBlobs, 'sizeOf'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createManifestStore({ store, blobs, clock, log }: ManifestStoreParts): ImageManifests {
  const { images } = store.read;

  function get(repository: string, reference: string): ImageManifest | undefined {
    const digest = isDigest(reference) ? reference : images.tagged(repository, reference);
    const manifest = digest === undefined ? undefined : images.manifest(repository, digest);
    if (manifest === undefined || digestOf(manifest.content) === manifest.digest) return manifest;
    log.error({ digest }, 'a manifest is damaged in the database and is not given out; pushing it again heals it');
    return undefined;
  }

  return {
    get,
    put: (manifest) => put(manifest, { store, blobs, clock, log }),
    remove(repository, reference, actor) {
      const digest = isDigest(reference) ? reference : images.tagged(repository, reference);
      const tag = isDigest(reference) ? null : reference;
      const isRemoved = store.change((write) => {
        if (digest === undefined) return false;
        const isGone =
          tag === null ? write.images.deleteManifest(repository, digest) : write.images.deleteTag(repository, tag);
        if (isGone) write.journal.append({ kind: 'image-removed', actor, detail: { repository, tag, digest } });
        return isGone;
      });
      if (!isRemoved)
        throw refused(
          'image.unknown',
          `There is no '${reference}' in '${repository}': list its tags to see what there is.`,
        );
    },
    parts: (digest) => images.parts(digest),
    tags: (repository, page) => images.tags(repository, page),
    repositories: (page) => images.repositories(page),
    hasRepository: (repository) => images.hasRepository(repository),
    referrers: (repository, subject) => images.referrers(repository, subject),
    reaches: (root, digest) => root === digest || images.reaches(root, digest),
  };
}

export function createBlobLinks({ store, clock }: Pick<ManifestStoreParts, 'store' | 'clock'>): BlobLinks {
  const { images } = store.read;
  return {
    has: (repository, digest) => images.hasBlob(repository, digest),
    add: (repository, digest) => store.change((write) => write.images.linkBlob(repository, digest, clock.nowMs())),
    remove(repository, digest) {
      const isUnlinked = store.change((write) => write.images.unlinkBlob(repository, digest));
      if (images.hasBlob(repository, digest))
        throw refused(
          'image.in-use',
          `A manifest of '${repository}' points at ${digest}: delete the manifest, and collecting takes the blob with it.`,
        );
      return isUnlinked;
    },
  };
}

function put(
  { repository, tag, mediaType: contentType, content, actor }: NewManifest,
  { store, blobs, clock }: ManifestStoreParts,
): { readonly digest: Digest; readonly subject: Digest | null } {
  requireNames(repository, tag);
  const { required, ...reading } = readManifest(content, contentType);
  for (const part of required) requireHere(part, blobs);
  const digest = digestOf(content);
  const atMs = clock.nowMs();
  store.change((write) => {
    const isNew = write.images.putManifest(repository, { digest, content, ...reading }, atMs);
    const isMoved = tag !== null && write.images.setTag({ repository, tag, digest, taggedAtMs: atMs });
    if (isNew || isMoved) write.journal.append({ kind: 'image-stored', actor, detail: { repository, tag, digest } });
  });
  return { digest, subject: reading.subject };
}

function requireNames(repository: string, tag: string | null): void {
  if (!isRepository(repository))
    throw refused(
      'image.name',
      `'${repository.slice(0, 300)}' cannot be a repository: use small letters, digits and single . _ - between them, at most 255.`,
    );
  if (tag !== null && !isTag(tag))
    throw refused('image.name', `'${tag.slice(0, 200)}' cannot be a tag: use up to 128 letters, digits and _ . -.`);
}

function requireHere({ digest, bytes }: ManifestPart, blobs: Pick<ImageBlobs, 'sizeOf'>): void {
  const size = blobs.sizeOf(digest);
  if (size === null)
    throw refused('image.blob-missing', `The manifest points at ${digest}, which is not here: upload it first.`, {
      subject: digest,
    });
  if (size !== bytes)
    throw refused(
      'image.manifest',
      `The manifest says that ${digest} has ${bytes} bytes, and it has ${size} (${bytesText(size)}): make the manifest anew.`,
    );
}
