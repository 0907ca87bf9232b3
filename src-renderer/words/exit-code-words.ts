// What an exit code of a container most often means, and what one can do. Docker's own, and those of signals.
import type { ModuleStanding } from '#domain/updates/module-standing.ts';

interface ExitWords {
  readonly word: string;
  readonly next: string;
}

const known: Readonly<Record<number, ExitWords>> = {
  125: { word: 'Docker could not start it', next: 'Check its createOptions.' },
  126: { word: 'its command cannot be run', next: 'Check the command and its rights in the image.' },
  127: { word: 'its command was not found', next: 'Check the command, and that the image is for this platform.' },
  132: { word: 'an instruction this processor lacks', next: 'Use an image made for this platform.' },
  134: { word: 'it aborted itself', next: 'Its last log lines say why.' },
  137: {
    word: 'it was killed, often for want of memory',
    next: 'Look at its memory limit and at the memory of the device.',
  },
  139: { word: 'it crashed (segmentation fault)', next: 'Its log and another version of the image tell more.' },
  143: { word: 'it was stopped', next: 'Somebody or something stopped it: see the timeline.' },
};

/** 0 and null need no words. `137` → it was killed, often for want of memory. */
export function exitCodeWords(code: number | null): ExitWords | null {
  if (code === null || code === 0) return null;
  return known[code] ?? { word: 'it ended with an error of its own', next: 'Its log says why.' };
}

interface LastExit {
  /** Null: it is not known how it ended. */
  readonly code: number | null;
  /** Null: when is not known. */
  readonly endedAtMs: number | null;
}

/**
 * The last end of a module; null: it never ended. Engines say 0 of a module that runs, whatever its last end was: then only the
 * time is known. Running, code 0, ended 02:43 → at 02:43, the code is not known.
 */
export function lastExitOf(reported: ModuleStanding['reported']): LastExit | null {
  if (reported === null || reported.exitCode === null) return null;
  const { exitCode, runtimeStatus, lastExitTimeUtc } = reported;
  const toldMs = Date.parse(lastExitTimeUtc ?? '');
  const endedAtMs = toldMs > 0 ? toldMs : null;
  if (exitCode !== 0) return { code: exitCode, endedAtMs };
  if (endedAtMs === null) return null;
  const isAlive = runtimeStatus === 'running' || runtimeStatus === 'unhealthy';
  return { code: isAlive ? null : 0, endedAtMs };
}

/** Null: a code that says nothing by itself. */
export function knownExitWords(code: number | null): ExitWords | null {
  return code === null ? null : (known[code] ?? null);
}

// As the hub and Lanyard's agent write them: "ended with code 1", "ended again and again, last with code 1".
const told = /\b(?:ended|exited|last) with code (\d{1,3})\b/g;

/** Codes in a sentence, explained where they stand: `ended with code 139, it crashed (segmentation fault), and waits`. */
export function withExitWords(sentence: string): string {
  return sentence.replaceAll(told, (all: string, code: string, at: number) => {
    const words = knownExitWords(Number(code));
    const isMid = /^\s/.test(sentence.slice(at + all.length));
    return words === null ? all : `${all}, ${words.word}${isMid ? ',' : ''}`;
  });
}

/** The first code in somebody's own words that can be explained beside them. */
export function exitCodeIn(sentence: string): number | null {
  const codes = [...sentence.matchAll(told)].map(([, code]) => Number(code));
  return codes.find((code) => knownExitWords(code) !== null) ?? null;
}
