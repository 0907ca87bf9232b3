// Keeping a revision up: what stands as specified is kept running, what is missing or differs is made anew, what is not
// wanted goes. One module's trouble keeps no other from its steps.
import { isOwn } from './agent-state.ts';
import { heldStep } from './held-step.ts';
import { planModule, removalOf } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput, WantedModule } from './plan-input.ts';
import { holdBack } from './startup-order.ts';

/**
 * Example: `web` stands as wanted but ended 10 s ago → [start again web]. `mayReplace` false: what differs stays as it is.
 */
export function planSteady(wanted: readonly WantedModule[], input: PlanInput, mayReplace = true): Moves {
  const wantedNames = new Set(wanted.map(({ spec }) => spec.name));
  const removals = input.containers
    .filter(isOwn)
    .filter((container) => !wantedNames.has(container.module))
    .map((container) => removalOf(container));
  const modules = wanted.map((module) =>
    planModule(module, containersOf(module.spec.name, input.containers), input, mayReplace),
  );
  const ready = holdBack(modules, (step) => heldStep(step, input) === null);
  return {
    steps: [...removals.filter((step) => step !== null), ...ready],
    failures: modules.flatMap(({ failures }) => failures),
    waitsMs: modules.map(({ waitMs }) => waitMs).filter((waitMs) => waitMs !== null),
    missingImages: modules.map(({ missingImage }) => missingImage).filter((image) => image !== null),
    isApplied: removals.length === 0 && modules.every((module) => module.isApplied),
  };
}
