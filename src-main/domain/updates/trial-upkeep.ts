// Keeping up what serves while a trial is on: what stands, until its turn has come; and what was handed over already.
import { containerName, isOwn, successorName, type ObservedContainer } from './agent-state.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput, WantedModule } from './plan-input.ts';
import { planSteady } from './steady-plan.ts';
import type { Coming, Trial } from './update-trial.ts';

/** What stands goes on as it is; what is coming is not its business. */
export function keepStanding({ modules }: Coming, input: PlanInput): Moves {
  const wanted = input.wanted ?? [];
  const wantedNames = namesOf(wanted);
  const comingNames = namesOf(modules);
  const containers = input.containers.filter((container) => {
    if (!isOwn(container)) return true;
    if (!wantedNames.has(container.module)) return false;
    return !comingNames.has(container.module) || container.name !== successorName(container.module);
  });
  return planSteady(wanted, { ...input, containers }, false);
}

/** In the yield: all but those that gave way, and of those that are handed over the new ones. */
export function keepServing({ beside, yields, hashes }: Trial, { modules }: Coming, input: PlanInput): Moves {
  const standing = (input.wanted ?? []).filter(
    ({ spec: { name } }) => !Object.hasOwn(yields, name) && !beside.includes(name),
  );
  const handedOver = modules.filter(({ spec: { name } }) => {
    const { current } = containersOf(name, input.containers);
    return beside.includes(name) && current?.specHash === hashes[name];
  });
  const wanted = [...standing, ...handedOver];
  const names = namesOf(wanted);
  const isServing = (container: ObservedContainer): boolean =>
    !isOwn(container) || (names.has(container.module) && container.name === containerName(container.module));
  return planSteady(wanted, { ...input, containers: input.containers.filter(isServing) }, false);
}

/** A turn is taken alone: nothing else is done before it is on disk. */
export function withUpkeep(moves: Moves, upkeep: Moves): Moves {
  const isTurning = moves.steps.some(({ kind }) => kind === 'enterPhase');
  return {
    steps: isTurning ? moves.steps : [...upkeep.steps, ...moves.steps],
    failures: moves.failures,
    waitsMs: [...upkeep.waitsMs, ...moves.waitsMs],
    missingImages: [...upkeep.missingImages, ...moves.missingImages],
    isApplied: false,
  };
}

function namesOf(modules: readonly WantedModule[]): ReadonlySet<string> {
  return new Set(modules.map(({ spec }) => spec.name));
}
