// Whether anything on a device stands in the way of what it would get: what was asked and what the device saw, as sentences that
// say what, why, and what to do. What the device does not say is no obstacle.
import { clash, portText, type HostPort } from '#domain/manifests/host-port.ts';
import { fitsPlatform } from '#domain/manifests/platform.ts';
import { plainText } from '#domain/values/plain-text.ts';
import type { PreflightModule, PreflightRequest } from './preflight-request.ts';
import type { PreflightAnswer } from './rollout-event.ts';

export type ImageSight =
  /** On the device; `platforms` as `os/architecture`, none where it does not say. */
  | { readonly image: string; readonly state: 'present'; readonly platforms: readonly string[] }
  /** A registry that the device reaches has it. */
  | {
      readonly image: string;
      readonly state: 'offered';
      readonly platforms: readonly string[];
      /** Null: not known. */
      readonly sizeBytes: number | null;
    }
  /** The registry gives none, or is not reached. */
  | { readonly image: string; readonly state: 'unobtainable'; readonly reason: string }
  /** Not on the device, and nobody was asked for it. */
  | { readonly image: string; readonly state: 'absent' };

export interface TakenPort extends HostPort {
  /** The container that has it; null: another program. */
  readonly container: string | null;
}

export interface PreflightSight {
  readonly platform: string | null;
  /** Where the engine keeps images. */
  readonly freeBytes: number | null;
  readonly images: readonly ImageSight[];
  readonly takenPorts: readonly TakenPort[];
}

/** Below it no image of unknown size is begun. */
const leastFreeBytes = 200e6;
/** Nobody reads more, and they are journaled each time. */
const mostObstacles = 20;

/**
 * All that stands in the way at once, images first, then disk, then ports, each by module.
 * Example: port 80/tcp is taken by 'nginx' → wait: "Port 80/tcp, which module 'web' wants, is taken by container 'nginx': …".
 */
export function judgeSight(request: PreflightRequest, sight: PreflightSight): PreflightAnswer {
  const sights = new Map(sight.images.map((image) => [image.image, image]));
  const wanted = wantedImages(request.modules);
  for (const { image, modules } of wanted) {
    const platforms = platformsOf(sights.get(image));
    if (sight.platform === null || platforms.length === 0) continue;
    if (platforms.some((platform) => fitsPlatform(platform, sight.platform))) continue;
    const reason = `Image '${image}' of ${modulesText(modules)} is for ${listText(platforms)}, and the device is ${sight.platform}: deploy one for it.`;
    return { kind: 'never', reason };
  }
  const obstacles = [
    ...wanted.flatMap((image) => imageObstacles(image, sights.get(image.image))),
    ...diskObstacles(wanted, sights, sight.freeBytes),
    ...portObstacles(request.modules, sight.takenPorts),
  ];
  if (obstacles.length === 0) return { kind: 'go' };
  const more = obstacles.length - mostObstacles;
  const told = more > 0 ? [...obstacles.slice(0, mostObstacles), `And ${more} more.`] : obstacles;
  return { kind: 'wait', obstacles: told };
}

interface WantedImage {
  readonly image: string;
  readonly modules: readonly PreflightModule[];
}

function wantedImages(modules: readonly PreflightModule[]): readonly WantedImage[] {
  const byImage = Map.groupBy(modules, ({ image }) => image);
  return [...byImage].map(([image, users]) => ({ image, modules: users }));
}

function platformsOf(sight: ImageSight | undefined): readonly string[] {
  return sight?.state === 'present' || sight?.state === 'offered' ? sight.platforms : [];
}

function imageObstacles({ image, modules }: WantedImage, sight: ImageSight | undefined): readonly string[] {
  const isAway = sight?.state === 'absent' || sight?.state === 'unobtainable' || sight?.state === 'offered';
  const whose = `Image '${image}' of ${modulesText(modules)}`;
  if (isAway && !mayBePulled({ modules }))
    return [
      `${whose} is not on the device, and its imagePullPolicy is never: bring the image to the device (docker load), or let it be pulled.`,
    ];
  if (sight?.state !== 'unobtainable') return [];
  return [
    `${whose} is not on the device and cannot be pulled: ${ended(sight.reason)} Bring it to the device (docker load), or into a registry that the device reaches.`,
  ];
}

function mayBePulled({ modules }: Pick<WantedImage, 'modules'>): boolean {
  return modules.some(({ pullPolicy }) => pullPolicy === 'on-create');
}

function diskObstacles(
  wanted: readonly WantedImage[],
  sights: ReadonlyMap<string, ImageSight>,
  freeBytes: number | null,
): readonly string[] {
  // One that is deleted first makes its own room.
  const coming = wanted.filter(({ modules }) => modules.some(({ strategy }) => strategy !== 'delete-then-download'));
  const sizes = coming.flatMap((image) => {
    const sight = sights.get(image.image);
    return sight?.state === 'offered' && mayBePulled(image) ? [sight.sizeBytes] : [];
  });
  if (freeBytes === null || sizes.length === 0) return [];
  const neededBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const free = `It has ${sizeText(freeBytes)} free where its container engine keeps images`;
  const remedy = 'make room there by removing images and containers that it does not need, or give it a larger disk.';
  if (neededBytes > freeBytes)
    return [`${free}, and needs about ${sizeText(neededBytes)} for those it lacks: ${remedy}`];
  if (!sizes.includes(null) || freeBytes >= leastFreeBytes) return [];
  return [
    `${free}, and lacks images whose size is not known: below ${sizeText(leastFreeBytes)} none is begun; ${remedy}`,
  ];
}

function portObstacles(modules: readonly PreflightModule[], takenPorts: readonly TakenPort[]): readonly string[] {
  const wanted = modules.flatMap(({ name, hostPorts }) => hostPorts.map((port) => ({ name, port })));
  return wanted.flatMap(({ name, port }, index) => {
    const rival = wanted.slice(0, index).find((other) => other.name !== name && clash(other.port, port));
    if (rival !== undefined)
      return [`Modules '${rival.name}' and '${name}' both want port ${portText(port)}: give one of them another.`];
    const taken = takenPorts.find((other) => isPort(other, port));
    if (taken === undefined) return [];
    const [who, mend] =
      taken.container === null
        ? ['another program of the device', 'end that']
        : [`container '${plainText(taken.container)}'`, 'stop that'];
    return [
      `Port ${portText(port)}, which module '${name}' wants, is taken by ${who}: ${mend}, or choose another port.`,
    ];
  });
}

function isPort(left: HostPort, right: HostPort): boolean {
  return left.port === right.port && left.protocol === right.protocol && left.address === right.address;
}

function modulesText(modules: readonly PreflightModule[]): string {
  return `${modules.length === 1 ? 'module' : 'modules'} ${listText(modules.map(({ name }) => `'${name}'`))}`;
}

function listText(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' and $1');
}

/** Example: 1.2e9 → `1.2 GB`. */
export function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

function ended(text: string): string {
  return plainText(text).replace(/\.*$/, '.');
}
