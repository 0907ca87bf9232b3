// An image from its registry into the store: its documents, of an index only what the site's devices run, then the parts that are
// not here, several at a time. Named last: whatever ends it before, nothing is named that is not whole.
import { refused } from '#base/errors.ts';
import type { Digest } from '#domain/manifests/image-digest.ts';
import { imageText, siteRepositoryOf, type ImageName } from '#domain/manifests/image-name.ts';
import { entriesFor } from '#domain/manifests/image-platforms.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { fetchBlob } from './fetch-blob.ts';
import type { RegistryClient } from './fetch-registry.ts';
import { persist, type Patience } from './fetch-retry.ts';
import {
  isAttestation,
  isImageConfig,
  largestDocumentBytes,
  platformOfConfig,
  readDocument,
  type Descriptor,
} from './image-document.ts';
import { lackingOf } from './image-presence.ts';
import { countParts, type ProgressListener } from './image-progress.ts';
import type { ImageStore } from './image-store.ts';
import type { PlannedDocument } from './import-plan.ts';

export interface FetchRequest {
  readonly name: ImageName;
  /** Of an index only these; null: all. */
  readonly platforms: readonly string[] | null;
  readonly actor: Actor;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Before each step of the progress. */
  readonly prefix?: string;
}

export interface FetchedImage {
  readonly name: string;
  readonly repository: string;
  readonly digest: Digest;
  readonly platforms: readonly string[];
  /** Of parts that were not here. */
  readonly newBytes: number;
  /** Each a sentence: platforms that it is not made for. */
  readonly warnings: readonly string[];
}

interface FetchNeeds {
  readonly store: ImageStore;
  readonly client: RegistryClient;
  readonly patience: Patience;
}

const deepestIndex = 4;
const atOnce = 3;

/** @throws refused, unready `image.registry`; refused `image.manifest`, `image.quota`; unready `store.full` */
export async function fetchImage(needs: FetchNeeds, request: FetchRequest): Promise<FetchedImage> {
  const { name, signal } = request;
  const found = await documentsOf({ ...needs, ...request }, name.digest ?? name.tag ?? 'latest', null, 0);
  const parts = [...new Map(found.parts.map((part) => [part.digest, part])).values()];
  const lacking = await lackingOf(needs.store.blobs, parts);
  const newBytes = lacking.reduce((sum, { bytes }) => sum + bytes, 0);
  const release = await needs.store.reserve(newBytes);
  try {
    await fetchParts(needs, lacking, newBytes, request);
  } finally {
    release();
  }
  signal?.throwIfAborted();
  const repository = siteRepositoryOf(name);
  keep(needs.store, found.documents, { repository, tag: name.tag, actor: request.actor });
  const platforms = [...new Set(await platformsOf(needs.store, found))];
  return {
    name: imageText(name),
    repository,
    digest: found.root,
    platforms,
    newBytes,
    warnings: unserved(name, platforms, request.platforms),
  };
}

interface FoundDocuments {
  readonly root: Digest;
  /** Parts of an index before it. */
  readonly documents: readonly PlannedDocument[];
  readonly parts: readonly Descriptor[];
  /** Each by its index, or by the config it has. */
  readonly platforms: readonly (string | { readonly config: Descriptor })[];
}

async function documentsOf(
  walk: FetchNeeds & FetchRequest,
  reference: string,
  platform: string | null,
  depth: number,
): Promise<FoundDocuments> {
  const { client, patience, signal, name } = walk;
  const where = `${imageText(name)} of '${client.registry}'`;
  if (depth > deepestIndex) throw refused('image.manifest', `${where} has indexes within indexes without end.`);
  const self = await persist(patience, () => client.document(reference, signal), { signal });
  const document = readDocument(self.content, self.mediaType, where);
  if (document.kind === 'image') {
    const parts = [document.config, ...document.layers.filter(({ isElsewhere }) => !isElsewhere)];
    const { config } = document;
    const known = platform ?? (isImageConfig(config) ? { config } : null);
    return { root: self.digest, documents: [self], parts, platforms: known === null ? [] : [known] };
  }
  const children: FoundDocuments[] = [];
  for (const entry of chosenOf(document.entries, walk))
    children.push(await documentsOf(walk, entry.digest, entry.platform, depth + 1));
  return {
    root: self.digest,
    documents: [...children.flatMap(({ documents }) => documents), self],
    parts: children.flatMap(({ parts }) => parts),
    platforms: children.flatMap(({ platforms }) => platforms),
  };
}

function chosenOf(entries: readonly Descriptor[], { platforms, name }: FetchRequest): readonly Descriptor[] {
  if (platforms === null || platforms.length === 0) return entries;
  const offered = entries.filter((entry) => !isAttestation(entry));
  const fitting = new Set(platforms.flatMap((platform) => entriesFor(offered, platform)));
  if (fitting.size > 0) return offered.filter((entry) => fitting.has(entry));
  const made = offered.flatMap(({ platform }) => platform ?? []).join(', ');
  throw refused(
    'image.registry',
    `'${imageText(name)}' is made for ${made === '' ? 'no platform that it tells' : made}, not for ${platforms.join(', ')}: name another image, or fetch it for those it has.`,
  );
}

async function fetchParts(
  { store, client, patience }: FetchNeeds,
  lacking: readonly Descriptor[],
  totalBytes: number,
  { signal, onProgress, prefix = '' }: FetchRequest,
): Promise<void> {
  const counter = countParts({ parts: lacking.length, totalBytes, prefix }, onProgress);
  const giveUp = new AbortController();
  const both = signal === undefined ? giveUp.signal : AbortSignal.any([signal, giveUp.signal]);
  const waiting = lacking.values();
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const part of waiting) {
      if (both.aborted) return;
      try {
        await fetchBlob({ blobs: store.blobs, client, patience, counter, signal: both }, part);
      } catch (error) {
        // The first failure ends the other lanes too; only then it goes on.
        errors.push(error);
        giveUp.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  signal?.throwIfAborted();
  if (errors.length > 0) throw errors[0];
}

function keep(
  store: ImageStore,
  documents: readonly PlannedDocument[],
  { repository, tag, actor }: { readonly repository: string; readonly tag: string | null; readonly actor: Actor },
): void {
  for (const [at, { mediaType, content }] of documents.entries())
    store.manifests.put({ repository, tag: at === documents.length - 1 ? tag : null, mediaType, content, actor });
}

async function platformsOf(store: ImageStore, { platforms }: FoundDocuments): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const platform of platforms) {
    if (typeof platform === 'string') {
      texts.push(platform);
      continue;
    }
    if (platform.config.bytes > largestDocumentBytes) continue;
    const content = await (await store.blobs.open(platform.config.digest)).toArray();
    const text = platformOfConfig(Buffer.concat(content as Buffer[]), platform.config.digest);
    if (text !== null) texts.push(text);
  }
  return texts;
}

function unserved(name: ImageName, platforms: readonly string[], wanted: readonly string[] | null): readonly string[] {
  if (platforms.length === 0) return [];
  const offered = platforms.map((platform) => ({ platform }));
  return (wanted ?? [])
    .filter((platform) => entriesFor(offered, platform).length === 0)
    .map((platform) => `'${imageText(name)}' is not made for ${platform}: devices of it cannot run it.`);
}
