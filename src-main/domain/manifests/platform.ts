// Whether an image made for one platform runs on another, as `os/architecture` in Docker's words.

/** What else a processor runs besides its own. */
const alsoRuns: ReadonlyMap<string, readonly string[]> = new Map([
  ['linux/amd64', ['linux/386']],
  ['linux/arm64', ['linux/arm']],
]);

/** Example: an image for linux/arm on a linux/arm64 device → true; what either does not say is left to be tried. */
export function fitsPlatform(image: string | null, device: string | null): boolean {
  return image === null || device === null || image === device || alsoRuns.get(device)?.includes(image) === true;
}

const dockersWords: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
  ['armv7l', 'arm'],
  ['i386', '386'],
  ['i686', '386'],
]);

/** Example: linux and x86_64 → `linux/amd64`; null where a machine does not say what it is. */
export function platformText(os: string, architecture: string): string | null {
  return os === '' || architecture === '' ? null : `${os}/${dockersWords.get(architecture) ?? architecture}`;
}
