// What gives way before its download: it stops and is kept, or goes with its image, and only then is its new one fetched. It
// comes when everything else is ready, and what cannot be put back from the disk comes last of all.
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { isAlive, isOwn, type OwnContainer } from './agent-state.ts';
import { attemptKey, type Step } from './agent-step.ts';
import { removalOf } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput } from './plan-input.ts';
import { stageModule } from './trial-stage.ts';
import { incoming, isOutgoing, orFail, park } from './trial-switch.ts';
import { countsOf, failTrial, interruption, movesOf, only, turn } from './trial-turns.ts';
import { keepServing, withUpkeep } from './trial-upkeep.ts';
import type { Coming, Trial } from './update-trial.ts';

/** What gave way stands still: unlike in the stage, nothing is tried for ever. */
const triesOfYield = 3;

export function planYield(trial: Trial, coming: Coming, input: PlanInput): Moves {
  // As long as the disk has all of the old ones; afterwards going on is the shorter way.
  const reason = isWhole(trial, input) ? reasonToStop(trial, coming) : null;
  if (reason !== null) return only(failTrial(trial, input, reason));
  const moves = handedOver(trial, input) ?? yieldInTurn(trial, coming, input);
  return withUpkeep(moves, keepServing(trial, coming, input));
}

function reasonToStop(trial: Trial, { isStillWanted }: Coming): UpdateFailure | null {
  if (!isStillWanted) return { code: 'superseded', module: null, detail: '' };
  const interrupted = interruption(trial);
  return interrupted === null ? null : { ...interrupted, code: 'download-interrupted' };
}

const isDeleted = ({ yields }: Trial, module: string): boolean => yields[module] !== null;

function isWhole(trial: Trial, { containers }: PlanInput): boolean {
  return Object.keys(trial.yields)
    .filter((module) => isDeleted(trial, module))
    .every((module) => containersOf(module, containers).current !== null);
}

/** The new ones that passed their gate take their names at once: two of a module run no longer than they must. Null: all did. */
function handedOver(trial: Trial, input: PlanInput): Moves | null {
  const own = input.containers.filter(isOwn);
  const steps = stepsAside(trial.beside, trial, input) ?? incoming(trial.beside, own);
  return steps.length > 0 ? orFail(steps, trial, input) : null;
}

function yieldInTurn(trial: Trial, coming: Coming, input: PlanInput): Moves {
  const modules = Object.keys(trial.yields);
  const killed = modules.filter((module) => !isDeleted(trial, module));
  const deleted = modules.filter((module) => isDeleted(trial, module));
  return (
    exchange(killed, trial, coming, input) ?? exchange(deleted, trial, coming, input) ?? toSwitch(trial, coming, input)
  );
}

/** Null: their new ones are made. */
function exchange(modules: readonly string[], trial: Trial, coming: Coming, input: PlanInput): Moves | null {
  const steps = stepsAside(modules, trial, input) ?? imageRemovals(modules, trial, coming, input);
  if (steps !== null) return orFail(steps, trial, input);
  const tries = coming.tries ?? triesOfYield;
  const stages = coming.modules
    .filter(({ spec }) => modules.includes(spec.name))
    .map((module) => stageModule(module, { tries }, input));
  const fatal = stages.map((stage) => stage.fatal).find((failure) => failure !== null);
  if (fatal !== undefined) return only(failTrial(trial, input, fatal));
  if (stages.every(({ staged }) => staged !== null)) return null;
  return {
    ...movesOf(stages.flatMap((stage) => stage.steps)),
    missingImages: stages.flatMap((stage) => stage.missingImages),
  };
}

/** Old ones stop, and go aside or altogether. Null: none is left. */
function stepsAside(modules: readonly string[], trial: Trial, { containers }: PlanInput): readonly Step[] | null {
  const own = containers.filter(isOwn);
  const outgoing = own.filter((container) => modules.includes(container.module) && isOutgoing(container, trial));
  if (outgoing.length === 0) return null;
  const alive = outgoing.filter((container) => isAlive(container));
  const leave = (container: OwnContainer): Step | null =>
    (trial.yields[container.module] ?? null) === null ? park(container, own) : removalOf(container);
  const steps = alive.length > 0 ? alive.map((container) => removalOf(container)) : outgoing.map(leave);
  return steps.filter((step) => step !== null);
}

/** Old images that nothing uses. One try: where the engine says that something does, the download may find room all the same. */
function imageRemovals(
  modules: readonly string[],
  { yields }: Trial,
  coming: Coming,
  { images, containers, attempts }: PlanInput,
): readonly Step[] | null {
  const used = new Set([...containers.map(({ image }) => image), ...coming.modules.map(({ spec }) => spec.image)]);
  const old = new Set(modules.map((module) => yields[module] ?? null).filter((image) => image !== null));
  const steps = [...old]
    .filter((image) => images.has(image) && !used.has(image))
    .map((image) => ({ kind: 'removeImage', image }) as const)
    .filter((step) => !attempts.has(attemptKey(step)));
  return steps.length > 0 ? steps : null;
}

function toSwitch(trial: Trial, { modules }: Coming, input: PlanInput): Moves {
  if (!input.canRemember) {
    // A full disk may be the download's own doing: the old ones do not wait for somebody to make room.
    return only(failTrial(trial, input, { code: 'state-unwritable', module: null, detail: '' }));
  }
  // A key may have changed since the stage: what was made counts.
  const made = modules.flatMap(({ spec: { name }, specHash }) =>
    specHash !== null && Object.hasOwn(trial.yields, name) ? [[name, specHash]] : [],
  );
  const known = { ...trial, hashes: { ...trial.hashes, ...Object.fromEntries(made) } };
  // Starts of the agent in the download are no fault of what comes now.
  return only(turn(known, 'switch', { ...countsOf(known, input), lives: 1 }));
}
