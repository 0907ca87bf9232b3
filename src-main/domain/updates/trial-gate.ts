// The gate of a trial: the new containers run under their restart policy until each passed, or one failed, or time is up.
import { ownValue } from '#base/json.ts';
import { isAlive, recordName, type ObservedContainer, type OwnContainer, type RestartRecord } from './agent-state.ts';
import type { Step } from './agent-step.ts';
import { gateLimitMs, judgeGate, settleMsOf, standsInWords, type GateVerdict } from './health-gate.ts';
import { keepRunning } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, OwnContainers, PlanInput, WantedModule } from './plan-input.ts';
import { failTrial, interruption, movesOf, only, turn, wasAiling } from './trial-turns.ts';
import type { Coming, Trial } from './update-trial.ts';

/** What must be waited for: each one's verdict, and what keeps it going meanwhile. */
interface Watched {
  readonly module: string;
  /** Why it has not passed yet, in words that may be empty. */
  readonly stands: string;
  readonly verdict: GateVerdict;
  readonly steps: readonly Step[];
  readonly waitsMs: readonly (number | null)[];
}

export function planVerification(trial: Trial, coming: Coming, input: PlanInput): Moves {
  const gate = {
    modules: coming.modules,
    settleMs: coming.settleMs,
    role: 'current',
    passed: turn(trial, 'commit'),
  } as const;
  return planGate(trial, gate, input);
}

interface Gate {
  readonly modules: readonly WantedModule[];
  readonly settleMs: number;
  /** Under which of its names the new one is found. */
  readonly role: keyof Pick<OwnContainers, 'current' | 'successor'>;
  readonly passed: Step;
}

export function planGate(trial: Trial, gate: Gate, input: PlanInput): Moves {
  const interrupted = interruption(trial);
  if (interrupted !== null) return only(failTrial(trial, input, interrupted));
  const watched = gate.modules.map((module) => watch(module, trial, gate, input));
  const failed = watched.map(({ verdict }) => verdict).find((verdict) => verdict.kind === 'failed');
  if (failed !== undefined) return only(failTrial(trial, input, failed.failure));
  const open = watched.filter(({ verdict }) => verdict.kind === 'waiting');
  const [slowest] = open;
  if (slowest === undefined) return input.canRemember ? only(gate.passed) : movesOf([]);
  const limitMs = gateLimitMs(
    gate.modules.map(({ spec }) => spec),
    gate.settleMs,
  );
  if (input.phaseForMs >= limitMs) {
    const detail = `${limitMs / 1_000} s${slowest.stands}`;
    return only(failTrial(trial, input, { code: 'not-proven', module: slowest.module, detail }));
  }
  return waitFor(open, limitMs - input.phaseForMs);
}

function watch(wanted: WantedModule, trial: Trial, { role, settleMs }: Gate, input: PlanInput): Watched {
  const module = wanted.spec.name;
  const current: OwnContainer | null = containersOf(module, input.containers)[role];
  if (current === null || current.specHash !== trial.hashes[module]) {
    const failure = { code: 'container-gone', module, detail: '' } as const;
    return { module, stands: '', verdict: { kind: 'failed', failure }, steps: [], waitsMs: [] };
  }
  const stands = standsInWords(current);
  if (wasAiling(trial, module)) return { module, stands, verdict: { kind: 'passed' }, steps: [], waitsMs: [] };
  const record = ownValue(input.restarts, recordName(module, current.name));
  const restarts = restartsSince(current, record, trial.exitsBefore[module] ?? 0);
  const verdict = judgeGate(wanted.spec, current, {
    ranForMs: input.ranForMs.get(current.id) ?? 0,
    restarts,
    settleMs: settleMsOf(wanted.spec, settleMs),
  });
  const { steps, waitMs } = keepRunning(current, wanted, input);
  return { module, stands, verdict, steps, waitsMs: [waitMs, verdict.kind === 'waiting' ? verdict.waitMs : null] };
}

function restartsSince(container: ObservedContainer, record: RestartRecord | undefined, before: number): number {
  if (record === undefined || record.specHash !== container.specHash) return 0;
  // An end that the agent brought about itself, at a person's word, is none of the module's.
  const isOurs = !isAlive(container) && record.stoppedRunAtMs === container.startedAtMs;
  return Math.max(0, record.restartCount - before) - (isOurs ? 1 : 0);
}

function waitFor(open: readonly Watched[], limitMs: number): Moves {
  const waitsMs = open.flatMap((module) => module.waitsMs).filter((waitMs) => waitMs !== null);
  return movesOf(
    open.flatMap(({ steps }) => steps),
    [...waitsMs, limitMs],
  );
}
