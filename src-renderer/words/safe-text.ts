// Text that came from a device, made safe to read: React escapes markup, and this takes the power from characters that
// reorder, hide or break what stands around them.

// Control characters, line separators, zero-width and invisible ones, bidirectional overrides, marks and isolates, tags.
const treacherous = /[\p{Cc}\p{Cf}\u2028\u2029\u{E0000}-\u{E007F}]/gu;
// Unpaired surrogates are no text at all.
const unpaired = /\p{Cs}/gu;
const longest = 512;

/** Each such character becomes `�`, visible and harmless; texts over 512 characters are cut. Line breaks and tabs become spaces. */
export function safeText(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut
    .replaceAll(/[\t\r\n]+/g, ' ')
    .replaceAll(treacherous, '\uFFFD')
    .replaceAll(unpaired, '\uFFFD');
}

/** The same for a line that is shown as it is: nothing is cut, and a tab keeps its width. */
export function safeLine(text: string): string {
  return text
    .replaceAll('\t', '    ')
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(treacherous, '\uFFFD')
    .replaceAll(unpaired, '\uFFFD');
}
