// Back: all new ones stop, go, and the old ones get their names again; then they too must stay up. What had not switched has
// only successors to take away.
import { ownValue } from '#base/json.ts';
import {
  containerName,
  isAlive,
  isOwn,
  predecessorName,
  successorName,
  type OwnContainer,
  type RestartRecord,
} from './agent-state.ts';
import type { Step } from './agent-step.ts';
import { gateLimitMs, judgeGate, settleMsOf } from './health-gate.ts';
import { removalOf, target } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput } from './plan-input.ts';
import { planSteady } from './steady-plan.ts';
import { movesOf, only, turn, wasAiling } from './trial-turns.ts';
import type { Trial, Verdict } from './update-trial.ts';

const usualSettleMs = 10_000;

export function planBack(trial: Trial, input: PlanInput): Moves {
  const own = input.containers.filter(isOwn);
  const unwelcome = own.filter((container) => isNew(container, trial, own));
  const alive = unwelcome.filter((container) => isAlive(container));
  // As in the switch, all stop before any other moves.
  if (alive.length > 0) return movesOf(removals(alive));
  const parked = own.filter((container) => container.name === predecessorName(container.module));
  if (unwelcome.length > 0) return movesOf(removals(unwelcome));
  if (parked.length > 0)
    return movesOf(
      parked.map((container) => ({ kind: 'rename', ...target(container), to: containerName(container.module) })),
    );
  return only(trial.hasSwitched ? turn(trial, 'recover') : { kind: 'endTrial', verdict: unchanged(trial) });
}

function unchanged({ failure }: Trial): Verdict {
  return failure?.code === 'wrong-platform' ? 'refused' : 'failed-unchanged';
}

function isNew(container: OwnContainer, { hasSwitched, hashes, kept }: Trial, own: readonly OwnContainer[]): boolean {
  const { module, name, specHash } = container;
  if (name === successorName(module)) return true;
  if (!hasSwitched || name !== containerName(module)) return false;
  const hasOld = own.some((other) => other.module === module && other.name === predecessorName(module));
  const isMadeByTrial = Object.hasOwn(hashes, module) && hashes[module] === specHash && !kept.includes(module);
  return hasOld || isMadeByTrial;
}

function removals(containers: readonly OwnContainer[]): readonly Step[] {
  return containers.map((container) => removalOf(container)).filter((step) => step !== null);
}

/** The old ones again, under their restart policy, until they stay up or time is up. */
export function planRecovery(trial: Trial, input: PlanInput): Moves {
  const { wanted } = input;
  // The device's policy does not allow it any more: nothing may start.
  if (wanted === null) return only({ kind: 'endTrial', verdict: 'failed-stuck' });
  const steady = planSteady(wanted, { ...input, restarts: withOwedStarts(trial, input) });
  const limitMs = gateLimitMs(
    wanted.map(({ spec }) => spec),
    usualSettleMs,
  );
  const owed = wanted.filter(({ spec }) => !wasAiling(trial, spec.name));
  const verdicts = owed.map(({ spec }) => {
    const { current } = containersOf(spec.name, input.containers);
    if (current === null) return null;
    const ranForMs = input.ranForMs.get(current.id) ?? 0;
    // Its restarts were counted in other times; here only staying up counts.
    return judgeGate(spec, current, { ranForMs, restarts: 0, settleMs: settleMsOf(spec, usualSettleMs) });
  });
  if (verdicts.every((verdict) => verdict?.kind === 'passed') && steady.steps.length === 0)
    return only({ kind: 'endTrial', verdict: 'failed-rolled-back' });
  if (input.phaseForMs >= limitMs) return only({ kind: 'endTrial', verdict: 'failed-stuck' });
  const waits = verdicts.map((verdict) => (verdict?.kind === 'waiting' ? verdict.waitMs : null));
  return {
    ...steady,
    isApplied: false,
    waitsMs: [...steady.waitsMs, ...waits.filter((waitMs) => waitMs !== null), limitMs - input.phaseForMs],
  };
}

/** Records of the new ones have taken the place of the old ones': what the switch stopped is known by its run. */
function withOwedStarts({ ranBefore, kept }: Trial, { containers, restarts }: PlanInput): PlanInput['restarts'] {
  const owed = containers
    .filter(isOwn)
    .filter(({ module, startedAtMs }) => !kept.includes(module) && ownValue(ranBefore, module) === startedAtMs);
  const records = owed.map(({ module, startedAtMs }): [string, RestartRecord] => [
    module,
    {
      specHash: '',
      restartCount: 0,
      lastRestartAtMs: null,
      stoppedRunAtMs: startedAtMs,
      everStarted: true,
    },
  ]);
  return { ...restarts, ...Object.fromEntries(records) };
}
