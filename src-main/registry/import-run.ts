// Brings what a plan names into the store: parts first, each only if it is not here, documents after them, names last. Whatever ends
// it before, nothing is named that is not whole; parts that came stay for the next try until they are collected.
import { AppError, refused } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { imageText, parseImageName, siteRepositoryOf, type ImageName } from '#domain/manifests/image-name.ts';
import { entriesFor } from '#domain/manifests/image-platforms.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { lackingOf } from './image-presence.ts';
import { countParts, type ProgressListener } from './image-progress.ts';
import type { ImageStore } from './image-store.ts';
import { otherContent } from './import-docker-save.ts';
import { blobsOf, digestOfImage, type ImportPlan, type PlannedBlob, type PlannedImage } from './import-plan.ts';
import { unreadable, type ImportSource } from './import-source.ts';

export interface ImportRun {
  readonly store: ImageStore;
  readonly actor: Actor;
  /** For an image that the source gives no name; null: such an image is passed over. */
  readonly name: string | null;
  readonly platforms: readonly string[] | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Before each step of the progress. */
  readonly prefix?: string;
}

interface ImportedImage {
  /** As deployments name it. */
  readonly name: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly platforms: readonly string[];
}

export interface ImportOutcome {
  readonly images: readonly ImportedImage[];
  /** Written now; the rest was here. */
  readonly newBytes: number;
  readonly warnings: readonly string[];
}

export async function runImport(source: ImportSource, plan: ImportPlan, run: ImportRun): Promise<ImportOutcome> {
  const { named, companions, warnings } = nameAll(source.path, plan, run.name);
  const lacking = await lackingOf(run.store.blobs, blobsOf([...named, ...companions]));
  const newBytes = lacking.reduce((sum, { bytes }) => sum + bytes, 0);
  const release = await run.store.reserve(newBytes);
  try {
    await bring(source, lacking, newBytes, run);
  } finally {
    release();
  }
  run.signal?.throwIfAborted();
  const images = named.flatMap((image) => keep(image, run));
  for (const { image, repositories } of placesOf(companions, named))
    for (const repository of repositories) keepDocuments(image, repository, null, run);
  return { images, newBytes, warnings: [...plan.warnings, ...warnings, ...unfit(named, run.platforms)] };
}

interface Named {
  readonly named: readonly PlannedImage[];
  /** Signatures and the like of the named ones. */
  readonly companions: readonly PlannedImage[];
  readonly warnings: readonly string[];
}

function nameAll(path: string, { images }: ImportPlan, given: string | null): Named {
  const nameless = images.filter(({ names }) => names.length === 0);
  const named = images.filter(({ names }) => names.length > 0);
  const companions = nameless.filter(({ subject }) => subject !== null);
  const unnamed = nameless.filter(({ subject }) => subject === null);
  if (unnamed.length === 0 && named.length > 0) return { named, companions, warnings: [] };
  if (given !== null) {
    const [only, ...others] = unnamed;
    if (only === undefined || others.length > 0)
      throw unreadable(
        path,
        `has ${unnamed.length} images without a name`,
        'one name can be given to one of them alone',
      );
    return { named: [...named, { ...only, names: [nameOf(given)] }], companions, warnings: [] };
  }
  if (named.length === 0)
    throw unreadable(path, 'names none of its images', 'give the name that deployments have for it, such as web:1.0');
  const warnings = unnamed.map(
    (image) => `'${path}' has an image without a name (${digestOfImage(image)}): it is passed over.`,
  );
  return { named, companions, warnings };
}

function nameOf(text: string): ImageName {
  const name = parseImageName(text);
  if (name.ok) return name.value;
  throw refused('image.name', name.problems.map(({ message }) => message).join(' '));
}

async function bring(
  source: ImportSource,
  lacking: readonly PlannedBlob[],
  totalBytes: number,
  { store, signal, onProgress, prefix = '' }: ImportRun,
): Promise<void> {
  const counter = countParts({ parts: lacking.length, totalBytes, prefix }, onProgress);
  const byEntry = new Map(lacking.map((blob) => [blob.entry, blob]));
  for await (const { entry, content } of source.each([...byEntry.keys()], signal)) {
    const blob = byEntry.get(entry);
    if (blob === undefined) continue;
    try {
      await store.blobs.put(counter.count(blob, content), blob.digest, signal);
    } catch (error) {
      // The store cannot say in which file the bytes lie.
      if (!(error instanceof AppError) || error.code !== 'image.digest') throw error;
      throw unreadableContent(source.path, blob, error);
    }
  }
}

function unreadableContent(path: string, { digest, entry }: PlannedBlob, cause: AppError): Error {
  const [found = 'another digest'] = /sha256:[0-9a-f]{64}/.exec(cause.message.replace(digest, '')) ?? [];
  return otherContent(path, entry.name, digest, found);
}

function keep(image: PlannedImage, run: ImportRun): readonly ImportedImage[] {
  return image.names.map((name) => {
    const repository = siteRepositoryOf(name);
    keepDocuments(image, repository, name.tag, run);
    return { name: imageText(name), repository, digest: digestOfImage(image), platforms: image.platforms };
  });
}

function keepDocuments({ documents }: PlannedImage, repository: string, tag: string | null, run: ImportRun): void {
  for (const [at, { mediaType, content }] of documents.entries())
    run.store.manifests.put({
      repository,
      tag: at === documents.length - 1 ? tag : null,
      mediaType,
      content,
      actor: run.actor,
    });
}

/** A signature lies where the image lies that it speaks of. */
function placesOf(companions: readonly PlannedImage[], named: readonly PlannedImage[]) {
  return companions.map((image) => {
    const spoken = named.filter(({ documents }) => documents.some(({ digest }) => digest === image.subject));
    const repositories = new Set(spoken.flatMap(({ names }) => names.map((name) => siteRepositoryOf(name))));
    return { image, repositories };
  });
}

function unfit(images: readonly PlannedImage[], platforms: readonly string[] | null): readonly string[] {
  if (platforms === null) return [];
  return images.flatMap((image) => {
    const offered = image.platforms.map((platform) => ({ platform }));
    const isFit = offered.length === 0 || platforms.some((wanted) => entriesFor(offered, wanted).length > 0);
    const [name] = image.names;
    if (isFit || name === undefined) return [];
    return [
      `'${imageText(name)}' is for ${image.platforms.join(', ')}, and devices here are ${platforms.join(', ')}: none of them can run it.`,
    ];
  });
}
