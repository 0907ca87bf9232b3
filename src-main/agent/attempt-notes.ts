// What the agent writes into the log of an attempt: what it brings, what was fetched, each phase with the time it took, why it
// failed, and the last words of the containers that made it fail.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { isJsonObject } from '#base/json.ts';
import { containerName, successorName, type ObservedContainer } from '#domain/updates/agent-state.ts';
import { attemptKey } from '#domain/updates/agent-step.ts';
import { childOf, textAt } from '#domain/updates/module-standing.ts';
import type { Revision, TrialRecord, TrialStep } from '#domain/updates/update-course.ts';
import { reasonOf, type UpdateFailure } from '#domain/manifests/update-reason.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { AttemptLog, AttemptName } from './attempt-log.ts';
import { attemptOf } from './desired-reading.ts';
import type { Engine } from './engine.ts';
import type { PullEnd } from './image-pulls.ts';
import { tellLastWords } from './last-words.ts';

/** The old ones wait for it, so it is short. */
const lastWordsLimitMs = 5_000;
const longestSet = 2_000;

export interface AttemptNotesOptions {
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly attemptLog: AttemptLog;
}

export interface AttemptNotes {
  /** Of the trial that is on; without one it is of no attempt. */
  note(line: string): void;
  /** The device has it already: an attempt that begins and ends at once. */
  adopted(): void;
  begun(): void;
  /** Before the turn is taken. */
  turning(step: TrialStep): void;
  pullEnded(end: PullEnd): void;
  failed(failure: UpdateFailure): void;
  /** Resolves when the last lines of what the trial made are kept, or it takes too long. */
  keepLastWords(trial: TrialRecord, containers: readonly ObservedContainer[]): Promise<void>;
}

export function createAttemptNotes({ engine, memory, clock, log, attemptLog }: AttemptNotesOptions): AttemptNotes {
  let phaseSinceMs: number | null = null;

  function note(line: string): void {
    const { trial } = memory.current.course;
    if (trial !== null) void attemptLog.write(nameOf(trial), [line]);
  }

  function tookText(): string {
    return phaseSinceMs === null ? '' : `, after ${seconds(clock.monotonicMs() - phaseSinceMs)}`;
  }

  return {
    note,
    adopted() {
      const { lastAttempt } = memory.current.course;
      if (lastAttempt === null) return;
      const { version, attempt, number } = lastAttempt;
      void attemptLog.write({ version, attempt, number }, ['the device runs all of it already: done']);
    },
    begun() {
      const { trial } = memory.current.course;
      if (trial === null) return;
      phaseSinceMs = clock.monotonicMs();
      const { revision, doneBytes } = trial;
      note(`attempt ${attemptOf(revision)} at version ${revision.version}: ${modulesText(revision)}`);
      if (doneBytes > 0) note(`${megabytes(doneBytes)} of it came before its terms were renewed`);
    },
    turning(step) {
      note(`${attemptKey(step)}${step.kind === 'endTrial' ? ` ${step.verdict ?? 'given up'}` : ''}${tookText()}`);
      phaseSinceMs = clock.monotonicMs();
    },
    pullEnded({ image, error, isCancelled, doneBytes, tookMs }) {
      const outcome = isCancelled ? 'is wanted no more' : (error?.message ?? 'is here');
      note(`pull ${image}: ${outcome} (${megabytes(doneBytes)} in ${seconds(tookMs)})`);
    },
    failed(failure) {
      const { message, remedy } = reasonOf(failure);
      note(`${message} ${remedy}`);
    },
    async keepLastWords(trial, containers) {
      const { promise: tooLong, resolve } = Promise.withResolvers<undefined>();
      const cancel = clock.after(lastWordsLimitMs, () => resolve(undefined));
      const tell = (lines: readonly string[]): Promise<void> => attemptLog.write(nameOf(trial), lines);
      await Promise.race([tellLastWords({ engine, log, tell }, madeBy(trial, containers)), tooLong]);
      cancel();
    },
  };
}

/** Those the trial made, as far as they were started. */
function madeBy(trial: TrialRecord, containers: readonly ObservedContainer[]): readonly ObservedContainer[] {
  return containers.filter(({ module, name, specHash, startedAtMs }) => {
    if (module === null || startedAtMs === 0 || trial.kept.includes(module)) return false;
    // One that is handed over fails beside the old one.
    const isIts = name === containerName(module) || name === successorName(module);
    return isIts && Object.hasOwn(trial.hashes, module) && trial.hashes[module] === specHash;
  });
}

function modulesText({ value }: Revision): string {
  const modules = Object.entries(childOf(value, 'modules')).map(
    ([name, spec]) => `${name} ${textAt(childOf(isJsonObject(spec) ? spec : undefined, 'settings'), 'image') ?? '?'}`,
  );
  return modules.length === 0 ? 'no modules' : modules.join(', ').slice(0, longestSet);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function nameOf({ revision, number }: TrialRecord): AttemptName {
  return { version: revision.version, attempt: attemptOf(revision), number };
}
