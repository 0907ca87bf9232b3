// How images stand in the store, for the answer "ready to leave": which platforms of them are here whole.
import { finished } from 'node:stream/promises';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { placesOf, type ImageName } from '#domain/manifests/image-name.ts';
import type { ImageStanding, PlatformStanding } from '#domain/images/ready-to-leave.ts';
import {
  isAttestation,
  isImageConfig,
  largestDocumentBytes,
  platformOfConfig,
  readDocument,
  type Descriptor,
} from './image-document.ts';
import { lackingOf } from './image-presence.ts';
import type { ImageStore } from './image-store.ts';

export interface StandingChoices {
  /** Whether a registry's address is the site's own. */
  readonly isSite?: ((registry: string) => boolean) | undefined;
  /** Every byte is read and compared, which takes as long as reading the disk; else only what is known of damage counts. */
  readonly isThorough?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StoredPlace {
  readonly repository: string;
  readonly digest: Digest;
}

/** Where the image lies that a deployment means by the name; undefined: nowhere. */
export function placeOf(
  { manifests }: Pick<ImageStore, 'manifests'>,
  name: ImageName,
  isSite?: (registry: string) => boolean,
): StoredPlace | undefined {
  for (const repository of placesOf(name, isSite)) {
    const manifest = manifests.get(repository, name.digest ?? name.tag ?? 'latest');
    if (manifest !== undefined) return { repository, digest: manifest.digest };
  }
  return undefined;
}

export async function standingOf(
  store: ImageStore,
  name: ImageName,
  choices: StandingChoices = {},
): Promise<ImageStanding | undefined> {
  const place = placeOf(store, name, choices.isSite);
  const root = place === undefined ? undefined : documentAt(store, place.repository, place.digest);
  if (place === undefined || root === undefined) return undefined;
  if (root.kind === 'image')
    return { isSingle: true, platforms: [await imageStanding(store, [root.config, ...root.layers], null, choices)] };
  const platforms: PlatformStanding[] = [];
  for (const entry of root.entries.filter((one) => !isAttestation(one))) {
    const document = documentAt(store, place.repository, entry.digest);
    if (document === undefined) platforms.push({ platform: entry.platform, state: 'absent', lacking: 0 });
    // An index within an index is nobody's habit: it counts as what it is named for, once its documents are here.
    else if (document.kind === 'index') platforms.push({ platform: entry.platform, state: 'whole', lacking: 0 });
    else platforms.push(await imageStanding(store, [document.config, ...document.layers], entry.platform, choices));
  }
  return { isSingle: false, platforms };
}

function documentAt({ manifests }: ImageStore, repository: string, digest: Digest) {
  const manifest = manifests.get(repository, digest);
  if (manifest === undefined) return undefined;
  return readDocument(manifest.content, manifest.mediaType, `${digest} of '${repository}'`);
}

async function imageStanding(
  store: ImageStore,
  parts: readonly Descriptor[],
  platform: string | null,
  choices: StandingChoices,
): Promise<PlatformStanding> {
  const needed = parts.filter(({ isElsewhere }) => !isElsewhere);
  const lacking = new Set(await lackingOf(store.blobs, needed));
  if (choices.isThorough === true)
    for (const part of needed)
      if (!lacking.has(part) && !(await isSound(store, part.digest, choices.signal))) lacking.add(part);
  const [config] = parts;
  const known = platform ?? (config === undefined || lacking.has(config) ? null : await configPlatform(store, config));
  return { platform: known, state: lacking.size === 0 ? 'whole' : 'incomplete', lacking: lacking.size };
}

async function configPlatform({ blobs }: ImageStore, config: Descriptor): Promise<string | null> {
  if (!isImageConfig(config) || config.bytes > largestDocumentBytes) return null;
  const content = (await (await blobs.open(config.digest)).toArray()) as Buffer[];
  return platformOfConfig(Buffer.concat(content), config.digest);
}

async function isSound({ blobs }: ImageStore, digest: Digest, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const content = await blobs.open(digest);
    content.on('data', () => signal?.aborted === true && content.destroy(signal.reason as Error));
    await finished(content);
    return true;
  } catch (error) {
    // The store ends a damaged stream with its error, and tells of it: that is what was asked.
    signal?.throwIfAborted();
    if (blobs.sizeOf(digest) !== null) throw error;
    return false;
  }
}
