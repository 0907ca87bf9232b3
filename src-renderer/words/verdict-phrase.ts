// How an attempt ended, as the second half of a sentence about the device: on the way to something new, and on the way back.
import type { Verdict } from '#domain/updates/update-trial.ts';

const there: Readonly<Record<Verdict, string>> = {
  done: 'succeeded',
  'failed-unchanged': 'failed before anything was changed',
  'failed-rolled-back': 'failed, and the device rolled back by itself',
  'failed-left': 'failed and was left as it is, with no way back',
  'failed-stuck': 'failed, and could not be rolled back',
  refused: 'was refused',
};

const back: Readonly<Record<Verdict, string>> = {
  done: 'was rolled back',
  'failed-unchanged': 'could not be rolled back, and nothing was changed',
  'failed-rolled-back': 'could not be rolled back: it failed, and the device went on with what it ran',
  'failed-left': 'could not be rolled back: it failed and was left as it is',
  'failed-stuck': 'could not be rolled back: it failed midway and stands in between',
  refused: 'refused to be rolled back',
};

/** `done` → `succeeded`, on the way back `was rolled back`; one that is not known here: `ended`. */
export function verdictPhrase(verdict: string, isWayBack = false): string {
  const phrases: Readonly<Record<string, string>> = isWayBack ? back : there;
  return Object.hasOwn(phrases, verdict) ? (phrases[verdict] ?? 'ended') : 'ended';
}
