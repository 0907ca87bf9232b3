// The end of a trial that stays: whatever is not the module's own container goes, and then the attempt is over.
import { containerName, isOwn } from './agent-state.ts';
import type { Moves, PlanInput, WantedModule } from './plan-input.ts';
import { planSteady } from './steady-plan.ts';
import { only } from './trial-turns.ts';
import type { Trial } from './update-trial.ts';

/** `standing` null: it cannot be read any more; then nothing is known to be superfluous. */
export function planTidying({ phase }: Trial, standing: readonly WantedModule[] | null, input: PlanInput): Moves {
  const names = new Set(standing?.map(({ spec }) => spec.name));
  const isTidy = input.containers
    .filter(isOwn)
    .every(({ module, name }) => names.has(module) && name === containerName(module));
  if (isTidy || standing === null)
    return only({ kind: 'endTrial', verdict: phase === 'commit' ? 'done' : 'failed-left' });
  return { ...planSteady(standing, input), isApplied: false };
}
