// A log of a device made safe to read: line by line as it was, colours of terminals left out, and what could reorder or hide text made
// visible.
import { safeText } from '#renderer/words/safe-text.ts';

const pieceLength = 500;
// Colours and cursor moves that programs write for a terminal.
// oxlint-disable-next-line no-control-regex -- the escape character is what is looked for
const terminalCodes = /\u001B\[[0-9;?]{0,16}[A-Za-z]/g;

/** Nothing is cut: long lines are made safe piece by piece. */
export function safeLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(terminalCodes, '')
    .split('\n')
    .map((line) => pieces(line).map(safeText).join(''))
    .join('\n');
}

/** By whole characters, so that none is torn. */
function pieces(line: string): readonly string[] {
  if (line.length <= pieceLength) return [line];
  const found: string[] = [];
  for (let at = 0; at < line.length;) {
    let end = Math.min(line.length, at + pieceLength);
    const code = line.charCodeAt(end - 1);
    if (end < line.length && code >= 0xd8_00 && code <= 0xdb_ff) end -= 1;
    found.push(line.slice(at, end));
    at = end;
  }
  return found;
}
