// What somebody who uses a module sees: its address is asked again and again, and every answer is kept with its time. An answer
// that does not come is one too; one that is missing for a moment alone tells of a busy machine.
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
  /** What was heard in turn, each from when on in seconds: for the one who wonders why a test fails. */
  story(): string;
  stop(): Promise<void>;
}

const everyMs = 150;
/** A container that goes away between two packets says no word of it. */
const silentMs = 2_000;
/** A gap that is shorter is no outage worth telling. */
const momentMs = 2_000;

async function ask(address: string): Promise<string | null> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(silentMs), headers: { connection: 'close' } });
    return answer.ok ? (await answer.text()).trim() : null;
  } catch {
    // Refused, cut off or silent: that is what is to be known.
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

export function watchServing(address: string): ServingProbe {
  const answers: Answer[] = [];
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const said = await ask(address);
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
    story() {
      const turns = answers.filter(({ said }, index) => said !== answers[index - 1]?.said);
      return turns.map(({ atMs, said }) => `${(atMs / 1_000).toFixed(1)} s ${said ?? 'nobody'}`).join(', ');
    },
    stop() {
      over.abort();
      return watching;
    },
  };
}
