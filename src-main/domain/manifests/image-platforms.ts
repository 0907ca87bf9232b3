// Which of the images that an index offers serve the devices of a site, as `os/architecture[/variant]` in Docker's words.
import { fitsPlatform } from './platform.ts';

/** An image of an index; null: it does not say for what it is made. */
export interface OfferedPlatform {
  readonly platform: string | null;
}

/**
 * What of `offered` a device of `wanted` may take: those made for it, in all their variants, for devices do not tell theirs; only
 * where there are none, those that its processor runs besides (OCI image-spec, image-index.md).
 * Example: linux/arm of linux/arm/v6, linux/arm/v7, linux/arm64 → the first two; linux/arm64 of linux/arm/v7 → that one.
 */
export function entriesFor<T extends OfferedPlatform>(offered: readonly T[], wanted: string): readonly T[] {
  const exact = offered.filter(({ platform }) => platform !== null && isSame(platform, wanted));
  if (exact.length > 0) return exact;
  return offered.filter(({ platform }) => platform !== null && fitsPlatform(stemOf(platform), stemOf(wanted)));
}

/** Example: os linux, architecture arm, variant v7 → `linux/arm/v7`; `unknown/unknown`, as attestations have, is none. */
export function platformOf(os: string, architecture: string, variant: string): string | null {
  if (os === '' || architecture === '' || os === 'unknown' || architecture === 'unknown') return null;
  return variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

function isSame(platform: string, wanted: string): boolean {
  if (platform === wanted || stemOf(platform) === wanted) return true;
  // An image that tells no variant runs on all of them.
  return platform === stemOf(wanted);
}

function stemOf(platform: string): string {
  return platform.split('/').slice(0, 2).join('/');
}
