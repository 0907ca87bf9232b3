// Imports from a path: inspected beforehand, or brought in. A folder with several files gives all of them; one that cannot be read
// does not keep the others out.
import { asAppError } from '#base/errors.ts';
import type { ImageFileReport } from '#contract/console-image-rows.ts';
import { imageText } from '#domain/manifests/image-name.ts';
import { lackingOf } from './image-presence.ts';
import type { ImageStore } from './image-store.ts';
import { planSaved } from './import-docker-save.ts';
import { planLayout } from './import-layout.ts';
import { findSources, openSource } from './import-open.ts';
import { blobsOf, digestOfImage, type ImportPlan } from './import-plan.ts';
import { runImport, type ImportOutcome, type ImportRun } from './import-run.ts';
import { unreadable, type ImportSource } from './import-source.ts';

export interface ImportRequest extends Omit<ImportRun, 'store' | 'prefix'> {
  readonly path: string;
}

/** What is in a file or folder and how much of it is new; nothing is written. @throws refused `image.archive`, `image.manifest` */
export async function inspectPath(
  store: ImageStore,
  { path, signal }: { readonly path: string; readonly signal?: AbortSignal | undefined },
): Promise<ImageFileReport> {
  const reports: ImageFileReport[] = [];
  const failures: Error[] = [];
  for (const place of await findSources(path))
    await attempt(signal, failures, async () => {
      reports.push(await withPlan(place, null, signal, (_source, plan) => report(store, plan)));
    });
  return together(reports, failures);
}

/** @throws refused `image.archive`, `image.manifest`, `image.name`, `image.quota`, unready `store.full` */
export async function importPath(store: ImageStore, request: ImportRequest): Promise<ImportOutcome> {
  const { path, signal, platforms } = request;
  const places = await findSources(path);
  const outcomes: ImportOutcome[] = [];
  const failures: Error[] = [];
  for (const [at, place] of places.entries()) {
    const prefix = places.length === 1 ? '' : `file ${at + 1} of ${places.length}, `;
    await attempt(signal, failures, async () => {
      outcomes.push(
        await withPlan(place, platforms, signal, (source, plan) =>
          runImport(source, plan, { ...request, store, prefix }),
        ),
      );
    });
  }
  if (outcomes.length === 0) throw failures[0] ?? new Error('nothing was tried');
  return {
    images: outcomes.flatMap(({ images }) => images),
    newBytes: outcomes.reduce((sum, { newBytes }) => sum + newBytes, 0),
    warnings: [...outcomes.flatMap(({ warnings }) => warnings), ...failures.map(({ message }) => message)],
  };
}

/** One file of several: its failure is kept, a cancellation ends all. */
async function attempt(signal: AbortSignal | undefined, failures: Error[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    // A file that is refused is an outcome; what the disk or we ourselves do wrong ends the whole.
    const error = asAppError(thrown);
    if (signal?.aborted === true || error.kind !== 'refused' || error.code === 'image.quota') throw thrown;
    failures.push(error);
  }
}

async function withPlan<T>(
  path: string,
  platforms: readonly string[] | null,
  signal: AbortSignal | undefined,
  work: (source: ImportSource, plan: ImportPlan) => Promise<T>,
): Promise<T> {
  const source = await openSource(path, signal);
  try {
    return await work(source, await planOf(source, platforms, signal));
  } finally {
    await source.close();
  }
}

async function planOf(
  source: ImportSource,
  platforms: readonly string[] | null,
  signal: AbortSignal | undefined,
): Promise<ImportPlan> {
  const index = await source.find('index.json');
  if (index !== undefined) return planLayout(source, index, { platforms, signal });
  const saved = await source.find('manifest.json');
  if (saved !== undefined) return planSaved(source, saved, signal);
  throw unreadable(
    source.path,
    'has no images in it (neither index.json nor manifest.json)',
    'choose a file made by `docker save`, not by `docker export`, or an OCI layout',
  );
}

async function report(store: ImageStore, { format, images, warnings }: ImportPlan): Promise<ImageFileReport> {
  const lacking = new Set((await lackingOf(store.blobs, blobsOf(images))).map(({ digest }) => digest));
  const found = images
    .filter(({ names, subject }) => names.length > 0 || subject === null)
    .flatMap((image) => {
      const blobs = blobsOf([image]);
      const bytes = blobs.reduce((sum, blob) => sum + blob.bytes, 0);
      const newBytes = blobs.reduce((sum, blob) => (lacking.has(blob.digest) ? sum + blob.bytes : sum), 0);
      const names = image.names.length === 0 ? [null] : image.names.map((name) => imageText(name));
      return names.map((name) => ({ name, digest: digestOfImage(image), platforms: image.platforms, bytes, newBytes }));
    });
  return { format, images: found, warnings };
}

function together(reports: readonly ImageFileReport[], failures: readonly Error[]): ImageFileReport {
  const [first] = reports;
  if (first === undefined) throw failures[0] ?? new Error('nothing was tried');
  return {
    format: first.format,
    images: reports.flatMap(({ images }) => images),
    warnings: [...reports.flatMap(({ warnings }) => warnings), ...failures.map(({ message }) => message)],
  };
}
