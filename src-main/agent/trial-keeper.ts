// Takes the turns of a trial: writes each to disk before the next step, with what was fetched for it so far. The last lines of
// containers that failed are read before anything removes them.
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import { takeTurn, type Revision, type TrialStep } from '#domain/updates/update-course.ts';
import { createAttemptNotes, type AttemptNotesOptions } from './attempt-notes.ts';
import { attemptOf, hashOf, type DesiredReading } from './desired-reading.ts';
import type { ImagePulls, PullEnd } from './image-pulls.ts';

export interface TrialKeeperOptions extends AttemptNotesOptions {
  readonly pulls: () => ImagePulls;
}

export interface TrialKeeper {
  takeTurn(step: TrialStep, reading: DesiredReading, containers: readonly ObservedContainer[]): Promise<void>;
  /** An agent that finds a trial under way counts its start, and goes on counting what is fetched for it. */
  countLife(): Promise<void>;
  pullEnded(end: PullEnd): Promise<void>;
  note(line: string): void;
}

export function createTrialKeeper(options: TrialKeeperOptions): TrialKeeper {
  const { memory, clock, pulls } = options;
  const notes = createAttemptNotes(options);
  let countedFor: string | null = null;

  /** Begun anew for the same attempt, as when only its time to switch was renewed, it goes on counting. */
  function beginCounting(candidate: Revision | null): void {
    const work = candidate === null ? null : workOf(candidate);
    if (work === null || work !== countedFor) pulls().startCounting(0);
    countedFor = work;
  }

  return {
    note: (line) => notes.note(line),
    async takeTurn(step, { candidate }, containers) {
      const before = memory.current.course.trial;
      const failure = step.kind === 'enterPhase' ? step.trial.failure : null;
      if (before !== null && before.failure === null && failure !== null) {
        notes.failed(failure);
        if (before.hasSwitched || before.phase === 'beside') await notes.keepLastWords(before, containers);
      }
      if (step.kind === 'beginTrial' || step.kind === 'adopt') beginCounting(candidate);
      const nowMs = clock.nowMs();
      notes.turning(step);
      await memory.change((state) => ({
        ...state,
        course: takeTurn(state.course, step, { candidate, hash: hashOf, nowMs, attemptOf, ...pulls().transferred }),
      }));
      if (step.kind === 'beginTrial') notes.begun();
      if (step.kind === 'adopt') notes.adopted();
    },
    async countLife() {
      const { trial } = memory.current.course;
      if (trial === null) return;
      pulls().startCounting(trial.doneBytes);
      countedFor = workOf(trial.revision);
      notes.note('the agent started and goes on');
      if (!['beside', 'yield', 'switch', 'verify'].includes(trial.phase)) return;
      const lives = trial.lives + 1;
      await memory.change((state) => ({ ...state, course: { ...state.course, trial: { ...trial, lives } } }));
    },
    async pullEnded(end) {
      notes.pullEnded(end);
      const { trial } = memory.current.course;
      const { doneBytes } = pulls().transferred;
      if (trial === null || trial.doneBytes === doneBytes) return;
      await memory.change((state) => ({ ...state, course: { ...state.course, trial: { ...trial, doneBytes } } }));
    },
  };
}

/** What an attempt of a rollout is about, whatever its terms; null without a rollout. */
function workOf(revision: Revision): string | null {
  const { lanyard: _terms, ...content } = revision.value;
  const attempt = attemptOf(revision);
  return attempt === 0 ? null : `${attempt} ${hashOf(content)}`;
}
