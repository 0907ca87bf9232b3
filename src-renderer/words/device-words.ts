// Finding devices by words: each word somewhere in the id or in a tag, whatever its case.
import type { DeviceRow } from '#contract/console-rows.ts';

/** What the words are looked for in; kept beside the row, which is another object as soon as anything of it changed. */
const textOfRow = new WeakMap<DeviceRow, string>();

export function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** `words` as `wordsIn` gives them. Example: `north 07` finds Pump-07 with the tag site `north`. */
export function hasWords(row: DeviceRow, words: readonly string[]): boolean {
  // Made while rows come in, a few at a time: the first letter typed is not to wait for ten thousand.
  const text = textOf(row);
  return words.every((word) => text.includes(word));
}

function textOf(row: DeviceRow): string {
  const known = textOfRow.get(row);
  if (known !== undefined) return known;
  let text = row.deviceId;
  // Between the values stands what no word contains.
  for (const [path, value] of Object.entries(row.tags)) text += `\n${path}=${String(value)}`;
  text = text.toLowerCase();
  textOfRow.set(row, text);
  return text;
}
