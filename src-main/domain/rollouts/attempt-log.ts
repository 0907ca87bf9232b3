// The log of an attempt as a device kept it: what is said where it is not what it was, and the few lines of it that tell why the
// attempt failed. Devices may write anything into it.

const sliceLines = 20;
const shownCharacters = 200;
const cutNote = '(this log was too big and is cut here)';

// As the agent writes them: its own time, the container, the container's time, the stream.
const containerLine = /^\S+ (\S+) (\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr): .*)$/s;
const failureLine = /^\S+ While (?:downloading|installing|switching|verifying), /;

interface FetchedText {
  readonly text: string;
  /** There was more of it than is kept. */
  readonly isCut: boolean;
  /** Why the rest is missing, as the end of a sentence; null: nothing is. */
  readonly fault: string | null;
}

/**
 * The text to keep, with a line for each thing that is not as the device wrote it. Example: a log cut in its middle ends with
 * "(this log was too big and is cut here)".
 */
export function keptText({ text, isCut, fault }: FetchedText): string {
  const readable = text.toWellFormed().replaceAll('\0', '\ufffd');
  const notes = [
    ...(isCut ? [cutNote] : []),
    ...(fault === null ? [] : [`(the rest of this log is missing: ${fault})`]),
    ...(readable.includes('\ufffd') ? ['(this log held bytes that are no text; each is shown as \ufffd)'] : []),
  ];
  if (notes.length === 0) return readable;
  const end = readable === '' || readable.endsWith('\n') ? '' : '\n';
  return `${readable}${end}${notes.join('\n')}\n`;
}

/**
 * The lines that matter: the last of the failed module's container; where it wrote none, or none failed alone, those of the agent
 * around the failure. Example: module 'web' → ['2026-01-01T00:00:00Z stderr: no license'].
 */
export function sliceOf(text: string, module: string | null): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const words = module === null ? [] : lines.flatMap((line) => wordsOf(line, module));
  return (words.length > 0 ? words.slice(-sliceLines) : aroundFailure(lines)).map(shown);
}

/** Of the module's container, or of its successor that ran beside it. */
function wordsOf(line: string, module: string): readonly string[] {
  const [, container, said] = containerLine.exec(line) ?? [];
  return said !== undefined && (container === module || container === `${module}.next`) ? [said] : [];
}

/** As many before it as after it. */
function aroundFailure(lines: readonly string[]): readonly string[] {
  const own = lines.filter((line) => !containerLine.test(line));
  const at = own.findLastIndex((line) => failureLine.test(line));
  if (at === -1) return own.slice(-sliceLines);
  return own.slice(Math.max(0, at - sliceLines / 2 + 1), at + sliceLines / 2 + 1);
}

/** One line and no more, whatever is in it: what would move the cursor, turn the text round or not be seen is spelled out. */
function shown(line: string): string {
  const kept = line.slice(0, shownCharacters).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, spelledOut);
  return line.length > shownCharacters ? `${kept}…` : kept;
}

function spelledOut(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}
