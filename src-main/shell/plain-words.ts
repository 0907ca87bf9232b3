// Words that may hold what a device said, for places of the system: notifications read markup, menus read `&`, and any of them
// can be turned around by invisible characters.

const longest = 300;
// Control, format (bidirectional marks and zero-width among them), line separators, unpaired surrogates.
const treacherous = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const markup: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '&': '＆' };

/** One line of at most 300 characters in which nothing is more than it looks. */
export function plainWords(text: string): string {
  const oneLine = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(treacherous, '\uFFFD')
    .replaceAll(/[<>&]/g, (character) => markup[character] ?? character);
  return oneLine.length > longest ? `${oneLine.slice(0, longest)}…` : oneLine;
}
