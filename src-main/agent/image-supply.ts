// How an image gets on the device: from the hub through the proxy, or by Docker from the image's own registry, in the order the device
// was told. What is there already, under whatever name, is asked of nobody. All that was tried and failed is one sentence.
import type { Logger } from 'pino';
import { asAppError, unready, type AppError } from '#base/errors.ts';
import { parseImageName, placesOf, type ImageName } from '#domain/manifests/image-name.ts';
import { platformText } from '#domain/manifests/platform.ts';
import type { ImageShelf, ShelvedImage } from './docker-shelf.ts';
import type { Engine, PullRequest } from './engine.ts';
import type { HubRegistry } from './hub-registry.ts';
import { lookAtImage, type ImageLook, type ImageLookOptions } from './image-look.ts';
import type { ImageProxy } from './image-proxy.ts';
import { isProxyName, keptNameOf } from './image-reference.ts';
import type { ImageRoom } from './image-room.ts';
import type { ImageUpkeep } from './image-upkeep.ts';
import type { ImageOffer, OfferRequest } from './machine.ts';
import { createProxyOffer } from './proxy-offer.ts';

export const imageOrigins = ['hub', 'registry'] as const;
export type ImageOrigin = (typeof imageOrigins)[number];

export interface ImageSupply {
  /** As `Engine.pull`. */
  pull(request: PullRequest): Promise<void>;
  /** As `Machine.offerOf`. */
  offerOf(request: OfferRequest): Promise<ImageOffer>;
}

export interface ImageSupplyOptions extends ImageLookOptions {
  readonly engine: Engine;
  readonly shelf: ImageShelf;
  readonly proxy: ImageProxy;
  readonly room: ImageRoom;
  readonly upkeep: ImageUpkeep;
  readonly registry: HubRegistry;
  /** Whom to ask, in turn; each at most once. */
  readonly from: readonly ImageOrigin[];
  /** Of the proxy's names. */
  readonly prefix: string;
  readonly log: Logger;
}

type PullOutcome =
  | {
      readonly isHere: true;
      readonly id: string;
      /** Of what the hub has under its name; not there: it came from elsewhere. */
      readonly digest?: string;
    }
  | {
      readonly isHere: false;
      readonly reason: string;
      /** Nobody else could do better. */
      readonly isFinal?: boolean;
    };

const longestReason = 400;

export function createImageSupply(options: ImageSupplyOptions): ImageSupply {
  const { engine, upkeep, from, log } = options;
  const pullFrom: Readonly<Record<ImageOrigin, typeof pullFromHub>> = { hub: pullFromHub, registry: pullFromRegistry };

  return {
    async pull(request) {
      const { image, signal } = request;
      const parsed = parseImageName(image);
      // Then Docker says what is wrong with the name.
      if (!parsed.ok) return engine.pull(request);
      const known = await findByDigest(parsed.value, options);
      if (known !== null) return settle(image, known, options);
      const reasons: string[] = [];
      for (const origin of from) {
        const outcome = await pullFrom[origin](request, parsed.value, options);
        if (outcome.isHere) {
          log.info({ image, from: origin }, 'an image came');
          if (origin === 'hub') return settle(image, outcome, options);
          return upkeep.brought(image, outcome.id);
        }
        if (outcome.isFinal === true) throw cannotBePulled(image, `${unended(outcome.reason)}.`);
        reasons.push(outcome.reason);
        if (signal.aborted) break;
      }
      throw cannotBePulled(image, joined(reasons, parsed.value, from));
    },
    async offerOf(request) {
      const reasons: string[] = [];
      const parsed = parseImageName(request.image);
      for (const origin of parsed.ok ? from : (['registry'] as const)) {
        const offer =
          origin === 'hub' && parsed.ok
            ? await offerOfHub(request, parsed.value, options)
            : await engine.machine.offerOf(request);
        if (offer.isOffered) return offer;
        reasons.push(origin === 'hub' || !from.includes('hub') ? offer.reason : `its registry: ${offer.reason}`);
      }
      return { isOffered: false, reason: `${reasons.map(unended).join('; ')}.` };
    },
  };
}

/**
 * An image named by its digest may be here under the name of another registry, under that of a pull that was cut off, or by its tag:
 * of that the engine knows no digest once the name is gone under which it came.
 */
async function findByDigest(
  { digest }: ImageName,
  { shelf, upkeep }: Pick<ImageSupplyOptions, 'shelf' | 'upkeep'>,
): Promise<{ readonly id: string; readonly digest: string } | null> {
  if (digest === null) return null;
  const brought = upkeep.idOf(digest);
  const found = (await shelf.all()).find(
    ({ id, digests }) => id === digest || id === brought || digests.some((name) => name.endsWith(`@${digest}`)),
  );
  return found === undefined ? null : { id: found.id, digest };
}

/** Gives it the name by which the agent looks for it, and takes away the one under which it came. */
async function settle(
  image: string,
  { id, digest }: { readonly id: string; readonly digest?: string },
  { shelf, upkeep, prefix }: ImageSupplyOptions,
): Promise<void> {
  const name = keptNameOf(image) ?? image;
  if ((await shelf.find(name))?.id !== id) await shelf.giveName(id, name);
  await upkeep.brought(image, id, digest);
  const { names = [], digests = [] } = (await shelf.find(id)) ?? {};
  for (const other of [...names, ...digests]) if (isProxyName(other, prefix)) await shelf.takeName(other);
}

async function lookAtHub(
  name: ImageName,
  signal: AbortSignal,
  { engine, registry, clock }: ImageSupplyOptions,
): Promise<{ readonly look: ImageLook | null; readonly platform: string | null }> {
  const { os, architecture } = await engine.describe();
  const platform = platformText(os, architecture);
  const reference = name.digest ?? name.tag ?? 'latest';
  for (const repository of placesOf(name, (address) => registry.isAt(address))) {
    const look = await lookAtImage({ repository, reference, platform, signal }, { registry, clock });
    if (look !== null) return { look, platform };
  }
  return { look: null, platform };
}

async function pullFromHub(request: PullRequest, name: ImageName, options: ImageSupplyOptions): Promise<PullOutcome> {
  const { registry, shelf, room, upkeep } = options;
  try {
    const { look, platform } = await lookAtHub(name, request.signal, options);
    if (look === null) return { isHere: false, reason: `${registry.name} does not have it` };
    if (look.fitting === null)
      return {
        isHere: false,
        reason: `${registry.name} has it for ${look.platforms.join(', ') || 'no platform'}, and this device is ${platform}`,
      };
    const known = await findSame(shelf, look);
    if (known !== null) return { isHere: true, id: known.id, digest: look.digest };
    const noRoom = await room.whyNone(look, () => upkeep.makeRoom());
    if (noRoom !== null) return { isHere: false, reason: noRoom, isFinal: true };
    return { isHere: true, id: await pullThroughProxy(request, look, options), digest: look.digest };
  } catch (error) {
    // The next in turn may have it; why this one did not give it is told if none does.
    return { isHere: false, reason: asAppError(error).message };
  }
}

/** Built here, loaded from a file, or pulled under another name: the same configuration is the same image. */
async function findSame(shelf: ImageShelf, { fitting, digest }: ImageLook): Promise<ShelvedImage | null> {
  const byConfiguration = fitting === null ? null : await shelf.find(fitting.config.digest);
  // Engines that store images as containerd does know them by their manifest.
  return byConfiguration ?? (await shelf.find(digest));
}

/** Resolves with the image's id; the name it came under is gone by then, or goes with the next tidying. */
async function pullThroughProxy(
  { signal, onProgress }: PullRequest,
  look: ImageLook,
  { proxy, shelf, registry, log }: ImageSupplyOptions,
): Promise<string> {
  await proxy.start();
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  let reason: string | null = null;
  let stillAlive: (() => void) | null = null;
  const offer = createProxyOffer({
    look,
    registry,
    signal: stop,
    onFailed(why) {
      reason ??= why;
      // Docker would try the same again five times.
      failed.abort();
    },
    onAlive: () => stillAlive?.(),
  });
  const opened = proxy.open(offer);
  const pulled = `${opened.name}@${look.digest}`;
  try {
    await shelf.pull({ name: pulled, signal: stop, onProgress, onStart: (alive) => (stillAlive = alive) });
    // Another pull of the same may have taken the name away.
    const found = (await shelf.find(pulled)) ?? (await findSame(shelf, look));
    if (found === null) throw unready('agent.image', 'it is not there after its pull');
    return found.id;
  } catch (error) {
    // What the proxy saw says more than that its connection ended.
    throw reason === null ? error : unready('agent.image', reason, { cause: error });
  } finally {
    opened.close();
    log.debug({ name: pulled }, 'the pull through the proxy is over');
  }
}

async function pullFromRegistry(
  request: PullRequest,
  { registry }: ImageName,
  { engine, shelf, from }: ImageSupplyOptions,
): Promise<PullOutcome> {
  const prefix = `Image '${request.image}' cannot be pulled: `;
  try {
    await engine.pull(request);
    const found = await shelf.find(request.image);
    return found === null
      ? { isHere: false, reason: 'it is not there after its pull' }
      : { isHere: true, id: found.id };
  } catch (error) {
    const { message } = asAppError(error);
    const reason = message.startsWith(prefix) ? message.slice(prefix.length) : message;
    return {
      isHere: false,
      reason: from.includes('hub') ? `its registry ${registry} gives none (${unended(reason)})` : reason,
    };
  }
}

async function offerOfHub(request: OfferRequest, name: ImageName, options: ImageSupplyOptions): Promise<ImageOffer> {
  const { registry, room } = options;
  const limit = AbortSignal.timeout(request.limitMs);
  try {
    const { look } = await lookAtHub(name, limit, options);
    if (look === null) return { isOffered: false, reason: `${registry.name} does not have it` };
    return { isOffered: true, platforms: look.platforms, sizeBytes: await room.neededBytes(look) };
  } catch (error) {
    // Why there is none is the answer.
    const tooLate = `${registry.name} did not answer within ${request.limitMs / 1_000} seconds`;
    return { isOffered: false, reason: limit.aborted ? tooLate : asAppError(error).message };
  }
}

function cannotBePulled(image: string, why: string): AppError {
  return unready('agent.image', `Image '${image}' cannot be pulled: ${why}`);
}

function joined(reasons: readonly string[], { registry }: ImageName, from: readonly ImageOrigin[]): string {
  const told = reasons.map(unended).join('; ');
  if (!from.includes('hub')) return `${told}.`;
  const other = from.includes('registry') ? `, or let this device reach ${registry}` : '';
  return `${told}. Bring it to the hub${other}.`;
}

function unended(reason: string): string {
  return reason.slice(0, longestReason).replace(/\.+$/, '');
}
