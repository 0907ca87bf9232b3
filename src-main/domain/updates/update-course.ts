// What a device remembers of its updates, and how each step of a trial changes that. All of it is on disk before the next
// step is taken, so these few records and the containers tell everything after a power cut.
import type { JsonObject } from '#base/json.ts';
import { reasonOf, type UpdateReason } from '#domain/manifests/update-reason.ts';
import type { Step } from './agent-step.ts';
import { newTrial, type Trial, type Verdict } from './update-trial.ts';

/** A desired section without its `$version`, and that. */
export interface Revision {
  readonly version: number;
  readonly value: JsonObject;
}

export interface TrialRecord extends Trial {
  readonly revision: Revision;
  /** Grows with each attempt of this device. */
  readonly number: number;
  readonly startedAtMs: number;
  /** Fetched for it so far, by whichever life of the agent. */
  readonly doneBytes: number;
}

/** An attempt that is over. A revision whose last attempt failed is not tried again: it waits for a new one. */
export interface EndedAttempt {
  readonly version: number;
  readonly contentHash: string;
  /** Of the rollout's terms; 0 without. */
  readonly attempt: number;
  readonly number: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly verdict: Verdict;
  readonly reason: UpdateReason | null;
}

export interface UpdateCourse {
  /** The last revision that passed its gate. */
  readonly proven: Revision | null;
  /** Did not pass, and stands all the same, for there was nothing to go back to. */
  readonly left: Revision | null;
  readonly trial: TrialRecord | null;
  readonly lastAttempt: EndedAttempt | null;
  /** Attempts begun so far. */
  readonly attempts: number;
}

export const newCourse: UpdateCourse = { proven: null, left: null, trial: null, lastAttempt: null, attempts: 0 };

/** The agent's own view of a revision: `hash` is the digest of its canonical text. */
export interface CourseSurroundings {
  readonly hash: (value: JsonObject) => string;
  /** The revision the device is to run; null: not known. */
  readonly candidate: Revision | null;
  readonly nowMs: number;
  readonly attemptOf: (revision: Revision) => number;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export type TrialStep = Extract<Step, { readonly kind: 'adopt' | 'beginTrial' | 'enterPhase' | 'endTrial' }>;

export function isTrialStep(step: Step): step is TrialStep {
  return ['adopt', 'beginTrial', 'enterPhase', 'endTrial'].includes(step.kind);
}

/** What stands and is kept up while no trial has taken its place. */
export function standingOf({ left, proven }: UpdateCourse): Revision | null {
  return left ?? proven;
}

/** Only what was proven is worth going back to. */
export function canGoBack({ left, proven }: UpdateCourse): boolean {
  return left === null && proven !== null;
}

/** The candidate's one automatic attempt failed. */
export function isRejected(
  { lastAttempt }: UpdateCourse,
  candidate: Revision,
  hash: CourseSurroundings['hash'],
): boolean {
  if (lastAttempt === null || lastAttempt.verdict === 'done') return false;
  return lastAttempt.version === candidate.version && lastAttempt.contentHash === hash(candidate.value);
}

/**
 * The revision to bring: the trial's own while one is on, else the candidate unless it stands already or was rejected.
 * By content as well as version, for a hub that was set up anew counts from one again.
 */
export function comingOf(
  course: UpdateCourse,
  { candidate, hash }: Pick<CourseSurroundings, 'candidate' | 'hash'>,
): { readonly revision: Revision; readonly isStillWanted: boolean } | null {
  const isSame = (one: Revision, other: Revision): boolean =>
    one.version === other.version && hash(one.value) === hash(other.value);
  const { trial } = course;
  if (trial !== null) {
    const isStillWanted = candidate === null || isSame(candidate, trial.revision);
    // Beyond the stage terms have said all they can: for others of the same modules nothing is undone.
    const isUnderWay = trial.phase !== 'stage' && hash(modulesOf(candidate)) === hash(modulesOf(trial.revision));
    return { revision: trial.revision, isStillWanted: isStillWanted || isUnderWay };
  }
  if (candidate === null || isRejected(course, candidate, hash)) return null;
  const standing = standingOf(course);
  return standing !== null && isSame(standing, candidate) ? null : { revision: candidate, isStillWanted: true };
}

/** Without the rollout's terms. */
function modulesOf(revision: Revision | null): JsonObject {
  const { lanyard: _terms, ...content } = revision?.value ?? {};
  return content;
}

/** The course after the step. Example: entering `commit` makes the trial's revision the proven one. */
export function takeTurn(course: UpdateCourse, step: TrialStep, around: CourseSurroundings): UpdateCourse {
  const { trial } = course;
  switch (step.kind) {
    case 'adopt':
      return around.candidate === null ? course : adopted(course, around.candidate, around);
    case 'beginTrial':
      return around.candidate === null ? course : begun(course, around.candidate, around);
    case 'enterPhase': {
      if (trial === null) return course;
      const isProven = step.trial.phase === 'commit';
      const proof = isProven ? { proven: trial.revision, left: null } : {};
      return { ...course, ...proof, trial: { ...trial, ...step.trial, doneBytes: around.doneBytes } };
    }
    case 'endTrial':
      return trial === null ? course : ended(course, trial, step.verdict, around);
  }
}

function adopted(course: UpdateCourse, candidate: Revision, around: CourseSurroundings): UpdateCourse {
  const next = begun(course, candidate, around);
  return { ...ended(next, next.trial, 'done', around), proven: candidate, left: null };
}

function begun(
  course: UpdateCourse,
  revision: Revision,
  { nowMs: startedAtMs, doneBytes }: CourseSurroundings,
): UpdateCourse & { trial: TrialRecord } {
  const number = course.attempts + 1;
  return { ...course, attempts: number, trial: { ...newTrial, revision, number, startedAtMs, doneBytes } };
}

function ended(
  course: UpdateCourse,
  { revision, number, startedAtMs, failure, loss }: TrialRecord,
  verdict: Verdict | null,
  around: CourseSurroundings,
): UpdateCourse {
  if (verdict === null) return { ...course, trial: null };
  const { doneBytes, totalBytes, nowMs: endedAtMs } = around;
  const lastAttempt: EndedAttempt = {
    version: revision.version,
    contentHash: around.hash(revision.value),
    attempt: around.attemptOf(revision),
    number,
    startedAtMs,
    endedAtMs,
    doneBytes,
    totalBytes,
    verdict,
    reason: failure === null ? null : reasonOf(failure, loss),
  };
  return { ...course, trial: null, lastAttempt, left: verdict === 'failed-left' ? revision : course.left };
}
