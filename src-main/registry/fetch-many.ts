// Everything that deployments need, from wherever it is: each image for the platforms of the devices that are to run it, those that
// are here left out, one that fails does not keep the others away.
import { asAppError } from '#base/errors.ts';
import type { ModulesContent } from '#domain/records/deployment.ts';
import { imagesOfContent, type NeededImage } from '#domain/deployments/deployment-images.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { judgeReadiness, type LeavingDeployment } from '#domain/images/ready-to-leave.ts';
import type { RegistryCredential } from '#domain/manifests/registry-credential.ts';
import type { FetchedImage } from './fetch-image.ts';
import type { ProgressListener } from './image-progress.ts';
import type { ImageStore } from './image-store.ts';
import { standingOf, type StandingChoices } from './readiness.ts';

/** A deployment, and the devices that it means. */
export interface NeedyDeployment {
  readonly id: string;
  readonly content: ModulesContent;
  /** `platform` null: they never said. */
  readonly devices: LeavingDeployment['devices'];
}

export interface FetchOutcome {
  /** As deployments write it. */
  readonly image: string;
  /** `here`: it was, for all those platforms, and nobody was asked. */
  readonly state: 'here' | 'fetched' | 'failed';
  readonly fetched: FetchedImage | null;
  /** Why it failed, and what to do. */
  readonly message: string | null;
}

export interface FetchAllRequest {
  readonly actor: Actor;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Go before those of the deployments. */
  readonly credentials?: readonly RegistryCredential[];
}

export interface SingleFetch {
  readonly image: NeededImage;
  readonly platforms: readonly string[] | null;
  readonly credentials: readonly RegistryCredential[];
  readonly prefix: string;
}

interface Wanted {
  readonly image: NeededImage;
  readonly platforms: Set<string>;
  /** A device of unknown platform needs it. */
  isOpen: boolean;
}

/** `fetchOne` brings one image. @throws when cancelled, or when the store takes no more */
export async function fetchAll(
  store: ImageStore,
  deployments: readonly NeedyDeployment[],
  { signal, credentials = [] }: FetchAllRequest,
  fetchOne: (fetch: SingleFetch) => Promise<FetchedImage>,
  choices: StandingChoices,
): Promise<readonly FetchOutcome[]> {
  const read = deployments.map(({ content, devices }) => ({ ...imagesOfContent(content), devices }));
  const all = [...credentials, ...read.flatMap((one) => one.credentials)];
  const wanted = [...wantedOf(read).values()];
  const outcomes: FetchOutcome[] = [];
  /** Registries that are not reached, with the sentence that says so: they are not asked for every image of theirs. */
  const silent = new Map<string, string>();
  for (const [at, { image, platforms, isOpen }] of wanted.entries()) {
    signal?.throwIfAborted();
    const only = isOpen && platforms.size === 0 ? null : [...platforms];
    const told = silent.get(image.name.registry);
    const prefix = `image ${at + 1} of ${wanted.length}, `;
    if (await isReady(store, image, only, choices)) outcomes.push(outcome(image, 'here'));
    else if (told !== undefined) outcomes.push(outcome(image, 'failed', { message: told }));
    else
      outcomes.push(await attempt({ image, platforms: only, credentials: all, prefix }, { fetchOne, silent, signal }));
  }
  return outcomes;
}

async function attempt(
  fetch: SingleFetch,
  needs: {
    readonly fetchOne: (fetch: SingleFetch) => Promise<FetchedImage>;
    readonly silent: Map<string, string>;
    readonly signal: AbortSignal | undefined;
  },
): Promise<FetchOutcome> {
  try {
    return outcome(fetch.image, 'fetched', { fetched: await needs.fetchOne(fetch) });
  } catch (thrown) {
    // One image that is not to be had is an outcome; a full disk or a fault of ours ends the whole.
    const error = asAppError(thrown);
    const isOfRegistry = error.code === 'image.registry' || error.code === 'image.manifest';
    if (needs.signal?.aborted === true || !isOfRegistry) throw thrown;
    if (error.kind === 'unready') needs.silent.set(fetch.image.name.registry, error.message);
    return outcome(fetch.image, 'failed', { message: error.message });
  }
}

function outcome(
  { image }: NeededImage,
  state: FetchOutcome['state'],
  more: { readonly fetched?: FetchedImage; readonly message?: string } = {},
): FetchOutcome {
  return { image, state, fetched: more.fetched ?? null, message: more.message ?? null };
}

function wantedOf(
  read: readonly { readonly images: readonly NeededImage[]; readonly devices: NeedyDeployment['devices'] }[],
): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { images, devices } of read)
    for (const image of images) {
      const known = wanted.get(image.image) ?? { image, platforms: new Set<string>(), isOpen: false };
      wanted.set(image.image, known);
      for (const { platform } of devices) if (platform !== null) known.platforms.add(platform);
      if (devices.every(({ platform }) => platform === null)) known.isOpen = true;
    }
  return wanted;
}

async function isReady(
  store: ImageStore,
  { image, name }: NeededImage,
  platforms: readonly string[] | null,
  choices: StandingChoices,
): Promise<boolean> {
  const standing = await standingOf(store, name, choices);
  if (standing === undefined) return false;
  const devices = platforms === null ? [] : platforms.map((platform) => ({ platform, count: 1 }));
  const deployment = { deploymentId: '', images: [image], devices, notes: [] };
  return judgeReadiness([deployment], new Map([[image, standing]])).isReady;
}
