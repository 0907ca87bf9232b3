// The handing over of a trial: new ones start beside the running old ones, under the successor's name, and must pass their gate
// there. Nothing old is stopped here, so that whatever fails has changed nothing but that both ran.
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput } from './plan-input.ts';
import { planGate } from './trial-gate.ts';
import { firstStarts, orFail, startOfNew, withOrder } from './trial-switch.ts';
import { countsOf, only, phaseOfSwitch, turn } from './trial-turns.ts';
import { keepStanding, withUpkeep } from './trial-upkeep.ts';
import type { Coming, Trial } from './update-trial.ts';

export function planBeside(trial: Trial, coming: Coming, input: PlanInput): Moves {
  if (!coming.isStillWanted) return only({ kind: 'endTrial', verdict: null });
  return withUpkeep(handOver(trial, coming, input), keepStanding(coming, input));
}

function handOver(trial: Trial, { modules, settleMs, isHeld }: Coming, input: PlanInput): Moves {
  const beside = modules.filter(({ spec }) => trial.beside.includes(spec.name));
  const starts = beside.flatMap((module) => {
    const { successor } = containersOf(module.spec.name, input.containers);
    return withOrder(module, startOfNew(module, successor));
  });
  if (starts.length > 0) return orFail(firstStarts(starts), trial, input);
  const passed = turn(trial, phaseOfSwitch(trial), {
    hasSwitched: true,
    ...countsOf({ ...trial, ranBefore: {} }, input),
  });
  const moves = planGate(trial, { modules: beside, settleMs, role: 'successor', passed }, input);
  // Old ones stop next, and may have come to something meanwhile that must not be broken off.
  return isHeld ? { ...moves, steps: moves.steps.filter((step) => step !== passed) } : moves;
}
