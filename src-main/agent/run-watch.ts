// How long each container's present run has lasted, on the agent's own monotonic clock: setting the device's clock neither
// proves nor delays anything. What ran before the agent started counts from then.
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { TrialRecord } from '#domain/updates/update-course.ts';

export interface RunWatch {
  /** Container id → how long it has been seen running without a break. */
  look(containers: readonly ObservedContainer[], monotonicMs: number): ReadonlyMap<string, number>;
}

export function createRunWatch(): RunWatch {
  let runs = new Map<string, { readonly startedAtMs: number; readonly sinceMs: number }>();
  return {
    look(containers, monotonicMs) {
      const running = containers.filter(({ state }) => state === 'running');
      runs = new Map(
        running.map(({ id, startedAtMs }) => {
          const known = runs.get(id);
          return [id, known?.startedAtMs === startedAtMs ? known : { startedAtMs, sinceMs: monotonicMs }];
        }),
      );
      return new Map([...runs].map(([id, { sinceMs }]) => [id, monotonicMs - sinceMs]));
    },
  };
}

export interface PhaseWatch {
  /** How long the trial has been in its phase; 0 without a trial. */
  look(trial: TrialRecord | null, monotonicMs: number): number;
}

export function createPhaseWatch(): PhaseWatch {
  let phase = { name: '', sinceMs: 0 };
  return {
    look(trial, monotonicMs) {
      const name = trial === null ? '' : `${trial.number} ${trial.phase}`;
      if (trial === null || phase.name !== name) phase = { name, sinceMs: monotonicMs };
      return monotonicMs - phase.sinceMs;
    },
  };
}
