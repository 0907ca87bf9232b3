// Images in words: how sound they are, where they came from, and how to get to each.
import type { ImageOrigin, ImageRow, ImageSoundness, ImageTaskRow } from '#contract/console-image-rows.ts';
import { safeText } from './safe-text.ts';
import type { StatusWords } from './status-words.ts';

export const soundnessWords: Readonly<Record<ImageSoundness | 'absent', StatusWords>> = {
  verified: {
    word: 'Verified',
    meaning: 'Every byte was checked against its digest when it came, and is checked again as it is served.',
    color: 'green',
    icon: 'good',
  },
  damaged: {
    word: 'Damaged',
    meaning: 'What lies on the disk is not what came. It is not served. Import or fetch it again: that mends it.',
    color: 'red',
    icon: 'bad',
  },
  absent: { word: 'Not here', meaning: 'The manifest names it, and it never came.', color: 'gray', icon: 'none' },
};

export const taskWords: Readonly<Record<ImageTaskRow['state'], StatusWords>> = {
  running: { word: 'Running', meaning: 'It goes on when you leave this screen.', color: 'blue', icon: 'busy' },
  done: { word: 'Done', meaning: 'It went through.', color: 'green', icon: 'good' },
  failed: { word: 'Failed', meaning: 'It ended early; the reason stands beside.', color: 'red', icon: 'bad' },
  cancelled: { word: 'Cancelled', meaning: 'A person ended it.', color: 'gray', icon: 'off' },
};

export const readyWords: StatusWords = {
  word: 'Ready to leave',
  meaning: 'Every image that the deployments name is here, for every kind of device they mean.',
  color: 'green',
  icon: 'good',
};
export const notReadyWords: StatusWords = {
  word: 'Not ready to leave',
  meaning: 'Images are missing that the deployments name.',
  color: 'orange',
  icon: 'bad',
};

const taskKinds = { import: 'Import', fetch: 'Fetch', export: 'Export' } as const;

export function taskTitle({ kind, subject }: Pick<ImageTaskRow, 'kind' | 'subject'>): string {
  return `${taskKinds[kind]} ${safeText(subject)}`;
}

const originWords = { file: 'File', registry: 'Registry', push: 'Pushed' } as const;

export function originInWords({ kind, from }: ImageOrigin): string {
  return from === null ? originWords[kind] : `${originWords[kind]} ${safeText(from)}`;
}

/** As a person would write it: `nginx:1.27`; one without a tag by its name alone. */
export function imageTitle({ name, tags }: Pick<ImageRow, 'name' | 'tags'>): string {
  const [first] = tags;
  return safeText(first === undefined ? name : `${name}:${first}`);
}

/** Enough of it to tell two apart. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/** One that is missing, with what for. */
export function imageTitleOfMissing({
  image,
  platform,
}: {
  readonly image: string;
  readonly platform: string;
}): string {
  return platform === 'any' ? safeText(image) : `${safeText(image)} for ${safeText(platform)}`;
}
