// What can be done with images of the site, for whoever asks: look into a file, import, fetch, export, and tell what is missing before
// the site is left.
import { resolve } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { ImageFileReport } from '#contract/console-image-rows.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { imagesOfContent } from '#domain/deployments/deployment-images.ts';
import { imageNameOf, parseImageName, type ImageName } from '#domain/manifests/image-name.ts';
import { judgeReadiness, type ImageStanding, type ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { credentialFor, type RegistryCredential } from '#domain/manifests/registry-credential.ts';
import { planExport, type ExportedImage } from './export-plan.ts';
import { layoutTar } from './export-tar.ts';
import { writeExport } from './export-write.ts';
import type { Http } from './fetch-http.ts';
import { fetchImage, type FetchedImage, type FetchRequest } from './fetch-image.ts';
import { fetchAll, type FetchAllRequest, type FetchOutcome, type NeedyDeployment } from './fetch-many.ts';
import { openRegistry } from './fetch-registry.ts';
import type { ProgressListener } from './image-progress.ts';
import type { ImageStore } from './image-store.ts';
import { importPath, inspectPath, type ImportRequest } from './import-images.ts';
import type { ImportOutcome } from './import-run.ts';
import { placeOf, standingOf, type StandingChoices } from './readiness.ts';

export interface ImageOperationsNeeds {
  readonly store: ImageStore;
  readonly clock: Clock;
  readonly http: Http;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Whether a registry's address is the site's own. */
  readonly isSite?: (registry: string) => boolean;
}

interface SingleFetchRequest extends Omit<FetchRequest, 'name'> {
  /** As deployments write it. */
  readonly image: string;
  /** The one whose address is the image's registry is used. */
  readonly credentials: readonly RegistryCredential[];
}

interface ExportRequest {
  readonly images: readonly ExportedImage[];
  /** Of an index only these; null: all that is here. */
  readonly platforms: readonly string[] | null;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** Everything throws `AppError`; what its signal cancels rejects, and leaves no image half. */
export interface ImageOperations {
  /** What is in a file or folder, and how much of it is new. */
  inspect(path: string, signal?: AbortSignal): Promise<ImageFileReport>;
  import(request: ImportRequest): Promise<ImportOutcome>;
  fetch(request: SingleFetchRequest): Promise<FetchedImage>;
  /** All that these deployments name and the site lacks, for the platforms of their devices; each image with its outcome. */
  fetchFor(deployments: readonly NeedyDeployment[], request: FetchAllRequest): Promise<readonly FetchOutcome[]>;
  /** "Ready to leave: yes, or these are missing." */
  readiness(
    deployments: readonly NeedyDeployment[],
    choices?: Pick<StandingChoices, 'isThorough' | 'signal'>,
  ): Promise<ImageReadiness>;
  /** One image with the names that its repository gives it. */
  exported(repository: string, digest: Digest): ExportedImage;
  /** The images that a content names, as far as they are here, and the names of those that are not. */
  exportedOf(content: NeedyDeployment['content']): {
    readonly images: readonly ExportedImage[];
    readonly missing: readonly string[];
  };
  /** An OCI layout: a file where the path ends in `.tar`, else a folder. */
  export(path: string, request: ExportRequest): Promise<void>;
  /** The same as a tar, made while it is read. */
  archive(request: ExportRequest): AsyncGenerator<Uint8Array, void, undefined>;
}

const namesPage = 1_000;

export function createImageOperations(needs: ImageOperationsNeeds): ImageOperations {
  const { store, isSite } = needs;
  /** Two to one place would take each other's files. */
  const exporting = new Set<string>();
  const fetchOne = (name: ImageName, request: Omit<SingleFetchRequest, 'name'>) => fetchNamed(needs, name, request);
  return {
    inspect: (path, signal) => inspectPath(store, { path, signal }),
    import: (request) => importPath(store, request),
    fetch: (request) => fetchOne(nameOf(request.image), request),
    fetchFor: (deployments, request) =>
      fetchAll(
        store,
        deployments,
        request,
        ({ image, ...fetch }) => fetchOne(image.name, { ...request, ...fetch, image: image.image }),
        { isSite },
      ),
    readiness: (deployments, choices) => readinessOf(store, deployments, { ...choices, isSite }),
    exported: (repository, digest) => exportedFrom(store, repository, digest),
    exportedOf(content) {
      const images = imagesOfContent(content).images.map(({ image, name }) => ({
        image,
        name,
        place: placeOf(store, name, isSite),
      }));
      return {
        images: images.flatMap(({ name, place }) => (place === undefined ? [] : [{ ...place, names: [name] }])),
        missing: images.flatMap(({ image, place }) => (place === undefined ? [image] : [])),
      };
    },
    async export(path, { images, platforms, signal, onProgress }) {
      const place = resolve(path);
      if (exporting.has(place))
        throw refused(
          'image.archive',
          `Another export to '${path}' is under way: wait for it, or choose another name.`,
        );
      exporting.add(place);
      try {
        await writeExport(place, await planExport(store, images, platforms), { store, signal, onProgress });
      } finally {
        exporting.delete(place);
      }
    },
    async *archive({ images, platforms, signal, onProgress }) {
      yield* layoutTar(await planExport(store, images, platforms), { store, signal, onProgress });
    },
  };
}

async function fetchNamed(
  { store, clock, http, random = Math.random }: ImageOperationsNeeds,
  name: ImageName,
  { image, credentials, ...request }: SingleFetchRequest,
): Promise<FetchedImage> {
  const client = await openRegistry(http, name, credentialFor(image, credentials), request.signal);
  return fetchImage({ store, client, patience: { clock, random } }, { ...request, name });
}

async function readinessOf(
  store: ImageStore,
  deployments: readonly NeedyDeployment[],
  choices: StandingChoices,
): Promise<ImageReadiness> {
  const standings = new Map<string, ImageStanding>();
  const read = deployments.map(({ id, content, devices }) => ({ id, devices, ...imagesOfContent(content) }));
  for (const { image, name } of read.flatMap(({ images }) => images)) {
    if (standings.has(image)) continue;
    choices.signal?.throwIfAborted();
    const standing = await standingOf(store, name, choices);
    if (standing !== undefined) standings.set(image, standing);
  }
  const leaving = read.map(({ id, devices, images, notes }) => ({
    deploymentId: id,
    images: images.map(({ image }) => image),
    devices,
    notes,
  }));
  return judgeReadiness(leaving, standings);
}

function exportedFrom({ manifests }: ImageStore, repository: string, digest: Digest): ExportedImage {
  const names: ImageName[] = [];
  let after: string | undefined;
  for (;;) {
    const page = manifests.tags(repository, { after, limit: namesPage });
    for (const tag of page) if (tag.digest === digest) names.push(imageNameOf(repository, tag.tag));
    after = page.at(-1)?.tag;
    if (page.length < namesPage) return { repository, digest, names };
  }
}

function nameOf(image: string): ImageName {
  const name = parseImageName(image);
  if (name.ok) return name.value;
  throw refused('image.name', name.problems.map(({ message }) => message).join(' '));
}
