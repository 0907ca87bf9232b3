// The images that have all the words a person typed: in name, tag, digest, platform, origin, or among who names them.
import type { ImageRow } from '#contract/console-image-rows.ts';
import { originInWords, soundnessWords } from '#renderer/words/image-words.ts';

export function imagesWith(rows: readonly ImageRow[], text: string): readonly ImageRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const has = soughtIn(row);
    return words.every((word) => has.includes(word));
  });
}

function soughtIn({ name, tags, digest, platforms, origin, deployments, devices, soundness }: ImageRow): string {
  const named = tags.map((tag) => `${name}:${tag}`);
  const { word } = soundnessWords[soundness];
  return [name, ...named, digest, ...platforms, originInWords(origin), ...deployments, ...devices, word]
    .join(' ')
    .toLowerCase();
}
