// Takes the turns of a trial: writes each to disk before the next step, and keeps what was seen of an attempt. The last lines
// of containers that failed are read before anything removes them.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import { containerName, successorName, type ObservedContainer } from '#domain/agent-state.ts';
import { attemptKey } from '#domain/agent-step.ts';
import { takeTurn, type Revision, type TrialRecord, type TrialStep } from '#domain/update-course.ts';
import { reasonOf } from '#domain/update-reason.ts';
import type { AgentMemory } from './agent-memory.ts';
import type { AttemptLog, AttemptName } from './attempt-log.ts';
import { hashOf, termsOf, type DesiredReading } from './desired-reading.ts';
import type { Engine } from './engine.ts';
import type { ImagePulls } from './image-pulls.ts';

const lastLines = 200;
/** The old ones wait for it, so it is short. */
const logLimitMs = 5_000;

export interface TrialKeeperOptions {
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly attemptLog: AttemptLog;
  readonly pulls: () => ImagePulls;
}

export interface TrialKeeper {
  takeTurn(step: TrialStep, reading: DesiredReading, containers: readonly ObservedContainer[]): Promise<void>;
  /** An agent that finds a trial in mid-change counts its start. */
  countLife(): Promise<void>;
  note(line: string): void;
}

const attemptOf = (revision: Revision): number => termsOf(revision)?.attempt ?? 0;

/** Those the trial made, as far as they were started. */
function madeBy(trial: TrialRecord, containers: readonly ObservedContainer[]): readonly ObservedContainer[] {
  return containers.filter(({ module, name, specHash, startedAtMs }) => {
    if (module === null || startedAtMs === 0 || trial.kept.includes(module)) return false;
    // One that is handed over fails beside the old one.
    const isIts = name === containerName(module) || name === successorName(module);
    return isIts && Object.hasOwn(trial.hashes, module) && trial.hashes[module] === specHash;
  });
}

export function createTrialKeeper({ engine, memory, clock, log, attemptLog, pulls }: TrialKeeperOptions): TrialKeeper {
  async function keepLastLines(trial: TrialRecord, containers: readonly ObservedContainer[]): Promise<void> {
    await Promise.all(
      madeBy(trial, containers).map(async (container) => {
        try {
          const lines = await engine.logs(container.id, { tail: lastLines, sinceS: 0, untilS: 0 });
          await attemptLog.write(
            nameOf(trial),
            lines.map(({ timestamp, stream, text }) => `${container.name} ${timestamp} ${stream}: ${text}`),
          );
        } catch (error) {
          // Going back does not wait for what cannot be read.
          log.warn({ container: container.name, reason: asAppError(error).message }, 'no last lines');
        }
      }),
    );
  }

  async function atMost(work: Promise<void>): Promise<void> {
    const { promise: tooLong, resolve } = Promise.withResolvers<undefined>();
    const cancel = clock.after(logLimitMs, () => resolve(undefined));
    await Promise.race([work, tooLong]);
    cancel();
  }

  function note(line: string): void {
    const { trial } = memory.current.course;
    if (trial !== null) void attemptLog.write(nameOf(trial), [line]);
  }

  return {
    note,
    async takeTurn(step, { candidate }, containers) {
      const before = memory.current.course.trial;
      const failure = step.kind === 'enterPhase' ? step.trial.failure : null;
      if (before !== null && before.failure === null && failure !== null) {
        const { message, remedy } = reasonOf(failure);
        note(`${message} ${remedy}`);
        if (before.hasSwitched || before.phase === 'beside') await atMost(keepLastLines(before, containers));
      }
      if (step.kind === 'beginTrial' || step.kind === 'adopt') pulls().startCounting();
      const nowMs = clock.nowMs();
      note(attemptKey(step) + (step.kind === 'endTrial' ? ` ${step.verdict ?? 'given up'}` : ''));
      await memory.change((state) => ({
        ...state,
        course: takeTurn(state.course, step, { candidate, hash: hashOf, nowMs, attemptOf, ...pulls().transferred }),
      }));
    },
    async countLife() {
      const { trial } = memory.current.course;
      if (trial === null || !['beside', 'switch', 'verify'].includes(trial.phase)) return;
      const lives = trial.lives + 1;
      await memory.change((state) => ({ ...state, course: { ...state.course, trial: { ...trial, lives } } }));
    },
  };
}

function nameOf({ revision, number }: TrialRecord): AttemptName {
  return { version: revision.version, attempt: attemptOf(revision), number };
}
