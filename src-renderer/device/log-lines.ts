// The lines of a device's logs as the page keeps them: read from the agent's text, put together of several modules by time, taken
// once however often they come, and no more of them than a page can hold.
import type { ModuleLogsView } from '#contract/console-device-page.ts';

export interface LogLine {
  /** Grows with every line that came; names it on the page. */
  readonly key: number;
  readonly module: string;
  /** As the engine wrote it; null: the line has none. */
  readonly time: string | null;
  /** Without the codes that colour a terminal; whatever else a device wrote is in it. */
  readonly text: string;
}

export interface LogBook {
  /** By time, oldest first. */
  readonly lines: readonly LogLine[];
  /** How many older ones were let go to keep the rest. */
  readonly dropped: number;
  readonly nextKey: number;
}

export const emptyLogBook: LogBook = { lines: [], dropped: 0, nextKey: 1 };
/** More than anybody reads, and little enough for a page. */
export const mostLogLines = 20_000;
// A line that is longer is told by its beginning; a container may write megabytes without a line break.
const longestLine = 16_384;

// ECMA-48: control sequences, operating system commands, and the two-character rest.
const esc = String.fromCodePoint(0x1b);
const bell = String.fromCodePoint(0x07);
const terminalCodes = new RegExp(
  `(?:${esc}\\[|\\u009b)[0-?]*[ -/]*[@-~]|${esc}[\\]PX^_][^${bell}${esc}]*(?:${bell}|${esc}\\\\)?|${esc}[ -/]*[0-~]`,
  'g',
);
const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))\s?(.*)$/s;

function withoutTerminalCodes(text: string): string {
  return text.replaceAll(terminalCodes, '');
}

/** `2026-01-01T00:00:00Z up` → that time and `up`; without a time the whole line. */
export function readLogLine(line: string): Pick<LogLine, 'time' | 'text'> {
  const [, time = null, rest = line] = stamped.exec(line) ?? [];
  const text = withoutTerminalCodes(rest.slice(0, longestLine));
  return { time, text: rest.length > longestLine ? `${text}… (${rest.length} characters)` : text };
}

/**
 * The book with what came now. Who follows a log asks again from the second of the last line: what is known of that second comes
 * again, and is taken once. Lines without times are taken from where they go on from what is known.
 */
export function withLogs(book: LogBook, logs: ModuleLogsView['logs'], most = mostLogLines): LogBook {
  let { nextKey } = book;
  const fresh: LogLine[] = [];
  for (const { module, text } of logs) {
    const known = book.lines.filter((line) => line.module === module);
    const came = text.split(/\r?\n/).filter((line) => line !== '');
    for (const line of freshOf(known, came.map(readLogLine))) fresh.push({ key: nextKey++, module, ...line });
  }
  if (fresh.length === 0) return book;
  const lines = inOrder([...book.lines, ...fresh]);
  const over = Math.max(0, lines.length - most);
  return { lines: over === 0 ? lines : lines.slice(over), dropped: book.dropped + over, nextKey };
}

/** The time to go on from: that of the newest line, in whole seconds; null while there is none. */
export function followFrom({ lines }: LogBook): string | null {
  const newest = lines.findLast(({ time }) => time !== null)?.time ?? null;
  const atMs = newest === null ? Number.NaN : Date.parse(newest);
  return Number.isFinite(atMs) ? String(Math.floor(atMs / 1000)) : null;
}

type Read = Pick<LogLine, 'time' | 'text'>;

function freshOf(known: readonly LogLine[], came: readonly Read[]): readonly Read[] {
  if (known.length === 0) return came;
  if (came.every(({ time }) => time === null)) return came.slice(overlapOf(known, came));
  const seen = new Map<string, number>();
  for (const line of known) seen.set(nameOf(line), (seen.get(nameOf(line)) ?? 0) + 1);
  // As often as it is known it is the same; a line may say the same again.
  return came.filter((line) => {
    const left = seen.get(nameOf(line)) ?? 0;
    seen.set(nameOf(line), left - 1);
    return left <= 0;
  });
}

function nameOf({ time, text }: Read): string {
  return `${time} ${text}`;
}

/** How many lines at the beginning of what came are the last known ones. */
function overlapOf(known: readonly LogLine[], came: readonly Read[]): number {
  for (let size = Math.min(known.length, came.length); size > 0; size -= 1) {
    const tail = known.slice(-size);
    if (tail.every(({ text }, at) => text === came[at]?.text)) return size;
  }
  return 0;
}

/** Sorted where it is not: most often what came last is newest, and nothing moves. Lines without a time stay behind the one before. */
function inOrder(lines: readonly LogLine[]): readonly LogLine[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  let isSorted = true;
  const timed = lines.map((line) => {
    const parsed = line.time === null ? Number.NaN : Date.parse(line.time);
    const atMs = Number.isNaN(parsed) ? lastMs : parsed;
    if (atMs < lastMs) isSorted = false;
    else lastMs = atMs;
    return { line, atMs };
  });
  if (isSorted) return lines;
  return timed
    .toSorted((left, right) => left.atMs - right.atMs || compareFine(left.line, right.line))
    .map(({ line }) => line);
}

/** Engines tell nanoseconds, `Date` knows milliseconds. */
function compareFine(left: LogLine, right: LogLine): number {
  const [mine, other] = [left, right].map(({ time }) => (time ?? '').replace(/Z$/, ''));
  if (left.time === null || right.time === null || mine === other) return left.key - right.key;
  return (mine ?? '') < (other ?? '') ? -1 : 1;
}
