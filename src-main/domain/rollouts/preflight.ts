// Whether anything on a device stands in the way of what it would get: what was asked and what the device saw, as sentences that
// say what, why, and what to do. What the device does not say is no obstacle, and is told as not looked at.
import { clash, portText, type HostPort } from '#domain/manifests/host-port.ts';
import { fitsPlatform } from '#domain/manifests/platform.ts';
import { plainText } from '#domain/values/plain-text.ts';
import { bad, good, reportOf, unseen, type PreflightFinding, type PreflightReport } from './preflight-finding.ts';
import type { PreflightModule, PreflightRequest } from './preflight-request.ts';

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
  /** False: it could not be seen who holds them; missing: of an agent that does not tell that apart. */
  readonly arePortsSeen?: boolean;
}

/** Below it no image of unknown size is begun. */
const leastFreeBytes = 200e6;
/** Whose names are told; the others are counted. */
const mostNamed = 3;

/**
 * Architecture, images, disk and ports, each with its answer; all that stands in the way at once, each by module.
 * Example: port 80/tcp is taken by 'nginx' → wait: "Port 80/tcp, which module 'web' wants, is taken by container 'nginx': …".
 */
export function judgeSight(request: PreflightRequest, sight: PreflightSight): PreflightReport {
  const sights = new Map(sight.images.map((image) => [image.image, image]));
  const wanted = wantedImages(request.modules);
  return reportOf([
    judgeArchitecture(wanted, sights, sight.platform),
    judgeImages(wanted, sights),
    judgeDisk(wanted, sights, sight.freeBytes),
    judgePorts(request.modules, sight),
  ]);
}

interface WantedImage {
  readonly image: string;
  readonly modules: readonly PreflightModule[];
}

function wantedImages(modules: readonly PreflightModule[]): readonly WantedImage[] {
  const byImage = Map.groupBy(modules, ({ image }) => image);
  return [...byImage].map(([image, users]) => ({ image, modules: users }));
}

type Sights = ReadonlyMap<string, ImageSight>;

function judgeArchitecture(wanted: readonly WantedImage[], sights: Sights, platform: string | null): PreflightFinding {
  if (wanted.length === 0) return good('architecture', 'It gets no image that would have to fit it.');
  if (platform === null) return unseen('architecture', 'it does not say which it is');
  const foreign = wanted.flatMap(({ image, modules }) => {
    const platforms = platformsOf(sights.get(image));
    if (platforms.length === 0 || platforms.some((one) => fitsPlatform(one, platform))) return [];
    return [
      `Image '${image}' of ${modulesText(modules)} is for ${listText(platforms)}, and the device is ${platform}: deploy one for it.`,
    ];
  });
  if (foreign.length > 0) return bad('architecture', foreign);
  const silent = wanted.filter(({ image }) => platformsOf(sights.get(image)).length === 0);
  if (silent.length > 0)
    return unseen(
      'architecture',
      `it is ${platform}, and it is not known what ${imagesText(silent)} ${silent.length === 1 ? 'is' : 'are'} for`,
    );
  return good(
    'architecture',
    `It is ${platform}, and ${allText(wanted.length)} ${wanted.length === 1 ? 'fits' : 'fit'} that.`,
  );
}

function platformsOf(sight: ImageSight | undefined): readonly string[] {
  return sight?.state === 'present' || sight?.state === 'offered' ? sight.platforms : [];
}

function judgeImages(wanted: readonly WantedImage[], sights: Sights): PreflightFinding {
  if (wanted.length === 0) return good('image', 'It needs no image.');
  const obstacles = wanted.flatMap((image) => imageObstacles(image, sights.get(image.image)));
  if (obstacles.length > 0) return bad('image', obstacles);
  const stateOf = ({ image }: WantedImage) => sights.get(image)?.state;
  const present = wanted.filter((image) => stateOf(image) === 'present').length;
  const offered = wanted.filter((image) => stateOf(image) === 'offered').length;
  const unknown = wanted.filter((image) => stateOf(image) !== 'present' && stateOf(image) !== 'offered');
  if (unknown.length > 0) return unseen('image', `it is not known whether it can have ${imagesText(unknown)}`);
  const all = beginning(allText(wanted.length));
  const be = wanted.length === 1 ? 'is' : 'are';
  if (offered === 0) return good('image', `${all} ${be} on the device.`);
  if (present === 0) return good('image', `${all} can be pulled.`);
  const others = offered === 1 ? 'the other' : 'the others';
  return good(
    'image',
    `${present} of ${wanted.length} images ${present === 1 ? 'is' : 'are'} on the device, and ${others} can be pulled.`,
  );
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

function judgeDisk(wanted: readonly WantedImage[], sights: Sights, freeBytes: number | null): PreflightFinding {
  const lacked = wanted.flatMap((image) => {
    const sight = sights.get(image.image);
    return sight?.state === 'offered' && mayBePulled(image) ? [{ ...image, sizeBytes: sight.sizeBytes }] : [];
  });
  if (lacked.length === 0) return good('disk', 'It lacks no image that it would have to make room for.');
  if (freeBytes === null) return unseen('disk', 'it does not say how much room it has');
  // One that is deleted first makes its own room.
  const coming = lacked.filter(({ modules }) => modules.some(({ strategy }) => strategy !== 'delete-then-download'));
  const sizes = coming.map(({ sizeBytes }) => sizeBytes);
  const neededBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const free = `It has ${sizeText(freeBytes)} free where its container engine keeps images`;
  const remedy = 'make room there by removing images and containers that it does not need, or give it a larger disk.';
  if (neededBytes > freeBytes)
    return bad('disk', [`${free}, and needs about ${sizeText(neededBytes)} for those it lacks: ${remedy}`]);
  if (sizes.length === 0) return good('disk', `${free}, and those it lacks come when the old ones are deleted.`);
  if (!sizes.includes(null))
    return good('disk', `${free}, and needs about ${sizeText(neededBytes)} for those it lacks.`);
  if (freeBytes >= leastFreeBytes) return good('disk', `${free}, and lacks images whose size is not known.`);
  return bad('disk', [
    `${free}, and lacks images whose size is not known: below ${sizeText(leastFreeBytes)} none is begun; ${remedy}`,
  ]);
}

function judgePorts(
  modules: readonly PreflightModule[],
  { takenPorts, arePortsSeen = true }: PreflightSight,
): PreflightFinding {
  const obstacles = portObstacles(modules, takenPorts);
  if (obstacles.length > 0) return bad('ports', obstacles);
  const wanted = [...new Set(modules.flatMap(({ hostPorts }) => hostPorts.map(portText)))];
  if (wanted.length === 0) return good('ports', 'It needs no port.');
  if (!arePortsSeen) return unseen('ports', 'it could not see who holds them');
  const named = namesText(wanted);
  return good('ports', wanted.length === 1 ? `Port ${named} is free for it.` : `Ports ${named} are free for it.`);
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

/** One image by its name, of more the first few: "the images 'a', 'b', 'c' and 2 more". */
function imagesText(images: readonly WantedImage[]): string {
  const names = images.map(({ image }) => `'${image}'`);
  return `${names.length === 1 ? 'image' : 'the images'} ${namesText(names)}`;
}

function namesText(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return listText(more > 0 ? [...names.slice(0, mostNamed), `${more} more`] : names);
}

/** "its image", "both images" or "all 3 images". */
function allText(images: number): string {
  if (images === 1) return 'its image';
  return images === 2 ? 'both images' : `all ${images} images`;
}

function beginning(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
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
