// The newest attempt at a revision as the device reports it in `lanyard.attempt`: which one, how far, and how it ended.
import type { Json, JsonObject } from '#base/json.ts';
import type { UpdateReason } from '#domain/manifests/update-reason.ts';
import type { SwitchHolder } from '#domain/updates/switch-holder.ts';
import { standingOf, type Revision, type UpdateCourse } from '#domain/updates/update-course.ts';
import type { TrialPhase } from '#domain/updates/update-trial.ts';
import { reportText } from '#domain/values/report-size.ts';

interface AttemptSurroundings {
  /** Who holds the switch back, of a trial that is otherwise ready for it. */
  readonly hold: SwitchHolder | null;
  /** How long the gate may take that the trial is in; null: it is in none. */
  readonly gateLimitMs: number | null;
  readonly transferred: {
    readonly doneBytes: number;
    readonly totalBytes: number;
    /** Moves while layers are unpacked; absent or 0 before any is. */
    readonly unpacked?: number;
    /** Those under way, few; `totalBytes` null while not known. */
    readonly layers?: readonly {
      readonly layer: string;
      readonly image?: string;
      readonly doneBytes: number;
      readonly totalBytes: number | null;
    }[];
  };
  readonly attemptOf: (revision: Revision) => number;
  readonly toIso: (epochMs: number) => string;
}

const steps: Readonly<Record<TrialPhase, string>> = {
  stage: 'downloading',
  beside: 'installing',
  yield: 'downloading',
  switch: 'installing',
  verify: 'verifying',
  commit: 'verifying',
  leave: 'verifying',
  back: 'installing',
  restore: 'installing',
  recover: 'installing',
};

/** Example: a trial of version 4 in its gate → `{version: 4, …, step: 'verifying', verdict: null, runs: 4}`; null: no attempt yet. */
export function attemptReport(course: UpdateCourse, around: AttemptSurroundings): JsonObject | null {
  const { trial, lastAttempt } = course;
  if (trial !== null)
    return {
      version: trial.revision.version,
      attempt: around.attemptOf(trial.revision),
      number: trial.number,
      step: around.hold === null ? steps[trial.phase] : 'held',
      ...transferReport(trial.phase, around),
      startedTimeUtc: around.toIso(trial.startedAtMs),
      endedTimeUtc: null,
      verdict: null,
      reason: null,
      runs: runningVersion(course),
      hasSwitched: trial.hasSwitched,
      ...(around.gateLimitMs === null ? {} : { limitSeconds: Math.ceil(around.gateLimitMs / 1000) }),
      ...(around.hold === null ? {} : { hold: holdReport(around.hold) }),
    };
  if (lastAttempt === null) return null;
  const { version, attempt, number, doneBytes, totalBytes, startedAtMs, endedAtMs, verdict, reason } = lastAttempt;
  return {
    version,
    attempt,
    number,
    step: 'ended',
    doneBytes,
    totalBytes,
    startedTimeUtc: around.toIso(startedAtMs),
    endedTimeUtc: around.toIso(endedAtMs),
    verdict,
    reason: reason === null ? null : reasonReport(reason),
    runs: runningVersion(course),
  };
}

/** Layers only while they are fetched. A twin's list holds no null, so a total that is not known is 0, as that of the whole. */
function transferReport(phase: TrialPhase, { transferred }: AttemptSurroundings): JsonObject {
  const { doneBytes, totalBytes, unpacked = 0, layers = [] } = transferred;
  if (steps[phase] !== 'downloading') return { doneBytes, totalBytes };
  const sums = { doneBytes, totalBytes, ...(unpacked > 0 && { unpacked }) };
  if (layers.length === 0) return sums;
  const told = layers.map(({ layer: id, image = '', ...layer }) => ({
    id,
    ...(image === '' ? {} : { image }),
    doneBytes: layer.doneBytes,
    totalBytes: layer.totalBytes ?? 0,
  }));
  return { ...sums, layers: told };
}

function reasonReport({ code, module, message, remedy, ...reason }: UpdateReason): Json {
  return { code, while: reason.while, module, message: reportText(message), remedy };
}

function holdReport({ by, module, message }: SwitchHolder): Json {
  return { by, module, message: reportText(message) };
}

/** Of the revision whose containers run; while they change, of the one that is on its way to. */
function runningVersion(course: UpdateCourse): number | null {
  const { trial } = course;
  const isOn = trial !== null && (trial.phase === 'switch' || trial.phase === 'verify');
  return (isOn ? trial.revision : standingOf(course))?.version ?? null;
}
