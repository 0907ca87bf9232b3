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
