// The next steps of a trial, by its phase. Each phase ends with the one step that writes the next phase to disk.
import type { Moves, PlanInput } from './plan-input.ts';
import { planBack } from './trial-back.ts';
import { planBeside } from './trial-beside.ts';
import { planVerification } from './trial-gate.ts';
import { planRecovery, planRestoring } from './trial-recovery.ts';
import { planStage } from './trial-stage.ts';
import { planSwitch } from './trial-switch.ts';
import { planTidying } from './trial-tidying.ts';
import { failTrial, only } from './trial-turns.ts';
import { planYield } from './trial-yield.ts';
import type { Trial } from './update-trial.ts';

export function planTrial(trial: Trial, input: PlanInput): Moves {
  const { coming } = input;
  switch (trial.phase) {
    case 'stage':
      return coming === null ? only({ kind: 'endTrial', verdict: null }) : planStage(trial, coming, input);
    case 'beside':
      return coming === null ? only({ kind: 'endTrial', verdict: null }) : planBeside(trial, coming, input);
    case 'yield':
      return coming === null ? withdraw(trial, input) : planYield(trial, coming, input);
    case 'switch':
      return coming === null ? withdraw(trial, input) : planSwitch(trial, coming, input);
    case 'verify':
      return coming === null ? withdraw(trial, input) : planVerification(trial, coming, input);
    case 'commit':
    case 'leave':
      return planTidying(trial, coming?.modules ?? null, input);
    case 'back':
      return planBack(trial, input);
    case 'restore':
      return planRestoring(trial, input);
    case 'recover':
      return planRecovery(trial, input);
  }
}

/** What the device's own policy does not allow any more is not brought further. */
function withdraw(trial: Trial, input: PlanInput): Moves {
  return only(failTrial(trial, input, { code: 'not-allowed', module: null, detail: '' }));
}
