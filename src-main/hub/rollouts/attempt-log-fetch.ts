// Reads the log of one attempt from its device, page by page. A device may answer anything: what is no page ends the log, with a
// line that says so, for asking again would bring the same.
import { unready } from '#base/errors.ts';
import type { Json } from '#base/json.ts';
import { attemptLogPage } from '#contract/attempt-log-method.ts';
import { keptText } from '#domain/rollouts/attempt-log.ts';

/** As much as Lanyard's agent keeps. */
const mostBytes = 256 * 1024;
/** Lanyard's agent gives such a log in six. */
const mostPages = 64;

export interface FetchedLog {
  /** Null: the device keeps none. */
  readonly text: string | null;
  readonly totalBytes: number;
  readonly isWhole: boolean;
}

type Ask = (offset: number) => Promise<{ readonly status: number; readonly payload: Json }>;

/** @throws unready where another day may bring more: it is away, or could not read its own log. */
export async function fetchAttemptLog(ask: Ask): Promise<FetchedLog> {
  let text = '';
  let offset = 0;
  let totalBytes = 0;
  const ended = (fault: string | null): FetchedLog => {
    const { kept, isCut } = bounded(text);
    return { text: keptText({ text: kept, isCut, fault }), totalBytes, isWhole: fault === null && !isCut };
  };
  for (let page = 0; page < mostPages; page++) {
    const { status, payload } = await ask(offset);
    // An agent that knows no such method keeps no logs.
    if ((status === 404 || status === 501) && page === 0) return { text: null, totalBytes: 0, isWhole: true };
    if (status >= 500 && status !== 501) throw unready('device.offline', `It answered with code ${status}.`);
    const read = attemptLogPage.safeParse(payload);
    if (status !== 200 || !read.success) return ended('the device answered with something that is no log');
    const { nextOffset } = read.data;
    text += read.data.text;
    totalBytes = read.data.totalBytes;
    if (Buffer.byteLength(text) > mostBytes || nextOffset >= totalBytes) return ended(null);
    if (nextOffset <= offset) return ended('the device gave the same part of it again');
    offset = nextOffset;
  }
  return ended('the device gave it in too many parts');
}

/** Cut between two characters. */
function bounded(text: string): { readonly kept: string; readonly isCut: boolean } {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return { kept: text, isCut: false };
  return {
    kept: bytes
      .subarray(0, mostBytes)
      .toString('utf8')
      .replace(/\ufffd+$/, ''),
    isCut: true,
  };
}
