// Words of a device or of what runs on it, which may say anything, as part of a sentence of ours.

const longest = 300;

/** On one line, without what a terminal or a page would act on, and not too long. Example: `no\n route` → `no route`. */
export function plainText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longest);
}
