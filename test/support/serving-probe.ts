// What somebody who uses a module sees: the port is asked again and again, and every answer is kept with its time. An answer
// that does not come, three times in a row, is one too; one that is missing for a moment alone tells of a busy machine.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

interface Answer {
  readonly atMs: number;
  /** null: nobody answered. */
  readonly said: string | null;
}

export interface ServingProbe {
  readonly answers: readonly Answer[];
  /**
   * Since when only `said` was heard, moments without an answer aside; null when something else was heard last, or nobody.
   * On `performance.now()`.
   */
  servesSinceMs(said: string): number | null;
  stop(): Promise<void>;
}

const everyMs = 150;
/** Busybox' nc serves one caller at a time: one that comes between two of them is turned away by a module that is well. */
const tries = 3;
const againMs = 30;
/** A gap that is shorter is no outage worth telling. */
const momentMs = 2_000;

async function ask(host: string, port: number): Promise<string | null> {
  for (let left = tries; ; left -= 1) {
    const heard = await askOnce(host, port);
    if (heard !== null || left === 1) return heard;
    await delay(againMs);
  }
}

async function askOnce(host: string, port: number): Promise<string | null> {
  try {
    const heard = (await text(connect({ host, port }))).trim();
    return heard === '' ? null : heard;
  } catch {
    // Refused or cut off: that is what is to be known.
    return null;
  }
}

/** Whether nobody answered here, somebody did soon before, and the same soon after. */
function isMoment(answers: readonly Answer[], index: number): boolean {
  if (answers[index]?.said !== null) return false;
  const before = answers.slice(0, index).findLast(({ said }) => said !== null);
  const after = answers.slice(index).find(({ said }) => said !== null);
  return before?.said === after?.said && (after?.atMs ?? Infinity) - (before?.atMs ?? -Infinity) < momentMs;
}

export function watchServing(host: string, port: number): ServingProbe {
  const answers: Answer[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const said = await ask(host, port);
      answers.push({ atMs: performance.now(), said });
      await delay(everyMs);
    }
  })();
  return {
    answers,
    servesSinceMs(said) {
      const lastOther = answers.findLastIndex((answer, index) => answer.said !== said && !isMoment(answers, index));
      return answers[lastOther + 1]?.atMs ?? null;
    },
    stop() {
      over.abort();
      return watching;
    },
  };
}
