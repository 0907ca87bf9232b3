// "Ready to leave: yes, or these are missing": the images that deployments name against what lies in the site's store, for each
// platform of the devices they mean. What cannot be told is said, and counts as missing: nobody fetches it at the site.
import { entriesFor } from '#domain/manifests/image-platforms.ts';

/** One image of a name, made for one platform. */
export interface PlatformStanding {
  /** Null: it does not say. */
  readonly platform: string | null;
  /** `absent`: an index names it and it was never brought here. */
  readonly state: 'whole' | 'absent' | 'incomplete';
  /** Parts of it that are not here, or damaged. */
  readonly lacking: number;
}

/** An image as it lies in the store; `single`: not an index, so that nothing is known of other platforms. */
export interface ImageStanding {
  readonly isSingle: boolean;
  readonly platforms: readonly PlatformStanding[];
}

export interface LeavingDeployment {
  readonly deploymentId: string;
  /** As its content names them. */
  readonly images: readonly string[];
  /** Platforms of the devices it means, and how many each; `platform` null: they never said. */
  readonly devices: readonly { readonly platform: string | null; readonly count: number }[];
  readonly notes: readonly string[];
}

interface LackingImage {
  readonly image: string;
  readonly platform: string;
  /** A sentence: what is not ready, and what to do. */
  readonly explanation: string;
}

export interface DeploymentReadiness {
  readonly deploymentId: string;
  /** It names images, for each platform of the devices it means. */
  readonly platforms: readonly {
    readonly platform: string;
    /** Devices of this platform that it means. */
    readonly devices: number;
    readonly images: number;
    readonly missing: readonly LackingImage[];
  }[];
  /** What could not be told (a device that never said its platform, a name that is none), each a sentence. */
  readonly notes: readonly string[];
}

/** "Ready to leave: yes, or these are missing." */
export interface ImageReadiness {
  readonly isReady: boolean;
  readonly deployments: readonly DeploymentReadiness[];
  /** Each image and platform once. */
  readonly missing: readonly LackingImage[];
}

/** Where no device has said its platform: an image is ready when it is here for any. */
const anyPlatform = 'any';

/**
 * Example: web:1 is here for linux/amd64, the devices are linux/amd64 and linux/arm64, its index lists both → not ready,
 * "'web:1' is here, but not for linux/arm64: fetch it for that platform while you are online, or import it."
 */
export function judgeReadiness(
  deployments: readonly LeavingDeployment[],
  standings: ReadonlyMap<string, ImageStanding>,
): ImageReadiness {
  const verdicts = deployments.map((deployment) => judgeDeployment(deployment, standings));
  const missing = new Map<string, LackingImage>();
  for (const lacking of verdicts.flatMap(({ platforms }) => platforms.flatMap(({ missing }) => missing)))
    missing.set(`${lacking.image} ${lacking.platform}`, lacking);
  return { isReady: missing.size === 0, deployments: verdicts, missing: [...missing.values()] };
}

function judgeDeployment(
  { deploymentId, images, devices, notes }: LeavingDeployment,
  standings: ReadonlyMap<string, ImageStanding>,
): DeploymentReadiness {
  const known = devices.flatMap(({ platform, count }) => (platform === null ? [] : [{ platform, devices: count }]));
  const silent = devices.reduce((sum, { platform, count }) => (platform === null ? sum + count : sum), 0);
  const judged = known.length === 0 ? [{ platform: anyPlatform, devices: silent }] : known;
  return {
    deploymentId,
    platforms: judged.map(({ platform, devices }) => ({
      platform,
      devices,
      images: images.length,
      missing: images.flatMap((image) => lackOf(image, platform, standings.get(image))),
    })),
    notes: [...notes, ...silenceNotes(known.length, silent)],
  };
}

function silenceNotes(knownPlatforms: number, silent: number): readonly string[] {
  if (knownPlatforms === 0)
    return ['No device of it has said its platform: each image counts as ready when it is here for any.'];
  if (silent === 0) return [];
  const who = silent === 1 ? '1 device of it has' : `${silent} devices of it have`;
  return [`${who} never said a platform: what such a device needs cannot be told before it connects.`];
}

function lackOf(image: string, platform: string, standing: ImageStanding | undefined): readonly LackingImage[] {
  const explanation = explain(image, platform, standing);
  return explanation === null ? [] : [{ image, platform, explanation }];
}

function explain(image: string, platform: string, standing: ImageStanding | undefined): string | null {
  if (standing === undefined)
    return `'${image}' is not here: fetch it while you are online, or import it from a file or folder.`;
  const fitting = fittingOf(standing, platform);
  if (fitting.some(({ state }) => state === 'whole')) return null;
  const incomplete = fitting.find(({ state }) => state === 'incomplete');
  if (incomplete !== undefined) {
    const parts = incomplete.lacking === 1 ? '1 part' : `${incomplete.lacking} parts`;
    const whose = platform === anyPlatform ? 'of it' : `of it for ${platform}`;
    return `'${image}' is here, but ${parts} ${whose} ${incomplete.lacking === 1 ? 'is' : 'are'} missing or damaged: fetch or import it again, which mends it.`;
  }
  if (fitting.length > 0 && platform === anyPlatform)
    return `'${image}' is known here, but for no platform whole: fetch it while you are online, or import it.`;
  if (fitting.length > 0)
    return `'${image}' is here, but not for ${platform}: fetch it for that platform while you are online, or import it.`;
  const made = listText(standing.platforms.flatMap((entry) => entry.platform ?? []));
  if (!standing.isSingle) return `'${image}' is made for ${made}, not for ${platform}: deploy another one there.`;
  return `'${image}' is here for ${made} alone, and whether its registry has it for ${platform} cannot be told from here: fetch it for that platform while you are online.`;
}

function fittingOf({ isSingle, platforms }: ImageStanding, platform: string): readonly PlatformStanding[] {
  if (platform === anyPlatform) return platforms;
  const fitting = entriesFor(platforms, platform);
  // A single image that does not say what it is for is left to be tried, as on a device.
  return fitting.length === 0 && isSingle ? platforms.filter((entry) => entry.platform === null) : fitting;
}

function listText(platforms: readonly string[]): string {
  const distinct = [...new Set(platforms)];
  return distinct.length === 0 ? 'no platform that it tells' : distinct.join(', ');
}
