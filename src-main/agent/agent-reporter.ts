// Turns rounds of the loop into the reported section of `$edgeAgent`. What a round could not learn keeps its last value.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { attemptReport } from '#domain/rollouts/attempt-report.ts';
import { edgeAgentReport, type DesiredOutcome } from '#domain/updates/agent-report.ts';
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { AgentConfiguration } from '#domain/manifests/module-spec.ts';
import type { AgentMemory } from './agent-memory.ts';
import { agentVersion } from './agent-version.ts';
import { attemptOf } from './desired-reading.ts';
import type { Engine, EngineDescription, Transferred } from './engine.ts';
import type { RoundReport } from './reconcile-loop.ts';

export interface AgentReporterOptions {
  readonly engine: Engine;
  readonly memory: AgentMemory;
  readonly clock: Clock;
  readonly log: Logger;
  readonly send: (report: JsonObject) => Promise<void>;
}

export interface AgentReporter {
  roundEnded(round: RoundReport): void;
  /** Between rounds. */
  hasTransferred(transferred: Transferred): void;
  /** Everything becomes unknown; resolves when the hub has it. */
  reportStopping(): Promise<void>;
}

const unknownEngine: EngineDescription = { os: '', architecture: '', version: '' };
const noProgress: Pick<RoundReport, 'hold' | 'gateLimitMs' | 'transferred'> = {
  hold: null,
  gateLimitMs: null,
  transferred: { doneBytes: 0, totalBytes: 0, unpacked: 0, layers: [] },
};
const toIso = (epochMs: number): string => new Date(epochMs).toISOString();

export function createAgentReporter({ engine, memory, clock, log, send }: AgentReporterOptions): AgentReporter {
  const description = createEngineDescription(engine, log);
  let configuration: AgentConfiguration | null = null;
  let containers: readonly ObservedContainer[] = [];
  let notes: Readonly<Record<string, string>> = {};
  let version: number | null = null;
  let outcome: DesiredOutcome | null = null;
  let progress = noProgress;

  function report(isStopping: boolean): Promise<void> {
    return send(
      edgeAgentReport({
        agentVersion,
        engine: description.current,
        runtime: configuration?.runtime ?? {},
        systemModules: configuration?.systemModules ?? {},
        lastDesiredVersion: version,
        lastDesiredStatus: isStopping ? { code: 406, description: 'Agent is not running' } : outcome,
        wanted: configuration?.modules ?? [],
        containers,
        restarts: memory.current.restarts,
        notes,
        attempt: attemptReport(memory.current.course, { ...progress, attemptOf, toIso }),
        isStopping,
        nowMs: clock.nowMs(),
        toIso,
      }),
    );
  }

  return {
    roundEnded(round) {
      description.ask();
      // An agent that knows nothing yet would take away what the hub knows.
      if (round.configuration === null && round.version === null) return;
      configuration = round.configuration;
      progress = round;
      notes = round.notes;
      containers = round.containers ?? containers;
      if (round.outcome !== null && round.version !== null) ({ outcome, version } = round);
      void report(false);
    },
    hasTransferred(transferred) {
      progress = { ...progress, transferred };
      if (configuration !== null || version !== null) void report(false);
    },
    reportStopping: () => report(true),
  };
}

/** Asked with every round until it is known. */
function createEngineDescription(engine: Engine, log: Logger) {
  let current = unknownEngine;
  let isAsked = false;
  return {
    get current() {
      return current;
    },
    ask(): void {
      if (isAsked) return;
      isAsked = true;
      engine.describe().then(
        (found) => {
          current = found;
        },
        (error: unknown) => {
          isAsked = false;
          log.warn({ reason: asAppError(error).message }, 'the engine does not say what it is');
        },
      );
    },
  };
}
