// The work with images that a person asks for, with what the site knows put in: the platforms of its devices, the credentials of its
// deployments, and what those name.
import { refused, unready } from '#base/errors.ts';
import type { ImageArchiveRequest, ImageExportWhat } from '#contract/console-images.ts';
import { isDigest } from '#domain/manifests/image-digest.ts';
import { imageNameOf, imageText, parseImageName } from '#domain/manifests/image-name.ts';
import type { Store } from '#store/store-types.ts';
import type { ExportedImage } from './export-plan.ts';
import type { FetchOutcome } from './fetch-many.ts';
import type { ImageOperations } from './image-operations.ts';
import type { BroughtImages, ImageWork, PersonCredential } from './image-work.ts';
import { createSiteNeeds, type SiteNeeds } from './site-needs.ts';

interface WorkParts {
  readonly read: Store['read'];
  readonly operations: ImageOperations;
}

interface Outgoing {
  readonly images: readonly ExportedImage[];
  readonly warnings: readonly string[];
}

export function createImageWork({ read, operations }: WorkParts): ImageWork {
  const needs = createSiteNeeds(read);
  const goingOut = (what: ImageExportWhat) => outgoing({ read, operations }, needs, what);
  return {
    inspect: (path) => operations.inspect(path),
    import: (request, watch) => operations.import({ ...request, ...watch, actor: 'console' }),
    async fetch({ image, platforms, credential }, watch) {
      const fetched = await operations.fetch({
        image,
        platforms: platforms ?? (await needs.platforms()),
        credentials: credential === null ? await needs.credentials() : [asked(image, credential)],
        ...watch,
        actor: 'console',
      });
      return { images: [fetched], warnings: fetched.warnings };
    },
    async fetchMissing(deploymentIds, watch) {
      const outcomes = await operations.fetchFor(await needs.of(deploymentIds), { ...watch, actor: 'console' });
      return together(outcomes);
    },
    readiness: async (deploymentIds) => operations.readiness(await needs.of(deploymentIds)),
    async export({ path, what }, watch) {
      const { images, warnings } = await goingOut(what);
      await operations.export(path, { images, platforms: null, ...watch });
      return { images: images.flatMap(({ names }) => names.map((name) => imageText(name))), warnings };
    },
    archive: (what, signal) => ({
      fileName: `${fileNameOf(what)}.tar`,
      tar: tarOf(goingOut(wholeOf(what)), operations, signal),
    }),
  };
}

/** For the registry of the image, whatever that is. */
function asked(image: string, { user, password }: PersonCredential) {
  const name = parseImageName(image);
  return { address: name.ok ? name.value.registry : image, username: user, password };
}

function together(outcomes: readonly FetchOutcome[]): BroughtImages {
  const images = outcomes.flatMap(({ fetched }) => fetched ?? []);
  const failures = outcomes.flatMap(({ message }) => message ?? []);
  const told = [...new Set(failures)];
  if (images.length === 0 && told.length > 0) throw unready('image.registry', told.join(' '));
  const nothing = images.length === 0 ? ['Nothing was missing.'] : [];
  return { images, warnings: [...nothing, ...told, ...images.flatMap(({ warnings }) => warnings)] };
}

async function outgoing({ read, operations }: WorkParts, needs: SiteNeeds, what: ImageExportWhat): Promise<Outgoing> {
  if ('images' in what)
    return {
      images: what.images.map(({ repository, digest }) => {
        if (!isDigest(digest) || read.images.listedAt({ repository, digest }) === undefined)
          throw refused('image.unknown', `'${repository}' has no such image any more: choose another one.`);
        return operations.exported(repository, digest);
      }),
      warnings: [],
    };
  const found = (await needs.of(what.deploymentIds)).map(({ content }) => operations.exportedOf(content));
  const images = [...new Map(found.flatMap((one) => one.images).map((image) => [keyOf(image), image])).values()];
  const missing = [...new Set(found.flatMap((one) => one.missing))];
  const warnings = missing.map((image) => `'${image}' is not here, so it did not go out.`);
  if (images.length > 0) return { images, warnings };
  throw refused(
    'image.unknown',
    ['Nothing that the deployments name is here: import or fetch it first.', ...warnings].join(' '),
  );
}

function keyOf({ repository, digest, names }: ExportedImage): string {
  return `${repository}@${digest} ${names.map((name) => imageText(name)).join(' ')}`;
}

async function* tarOf(going: Promise<Outgoing>, operations: ImageOperations, signal: AbortSignal) {
  const { images } = await going;
  yield* operations.archive({ images, platforms: null, signal });
}

function wholeOf(what: ImageArchiveRequest): ImageExportWhat {
  if ('deployments' in what) return { deploymentIds: null };
  return 'deployment' in what ? { deploymentIds: [what.deployment] } : { images: [what] };
}

function fileNameOf(what: ImageArchiveRequest): string {
  if ('deployments' in what) return 'images';
  if ('deployment' in what) return `images-of-${what.deployment}`;
  return imageText({ ...imageNameOf(what.repository, 'latest'), tag: null }).replaceAll('/', '-');
}
