// The stage of a trial: every image is obtained and every successor made, while what stands is kept up. Nothing is stopped
// here, so that whatever fails here has changed nothing.
import { ownValue } from '#base/json.ts';
import { containerName, isAlive, isOwn, predecessorName, successorName } from './agent-state.ts';
import { attemptKey, type Step } from './agent-step.ts';
import { imageForbidden, nameTaken, removalOf } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanFailure, PlanInput, WantedModule } from './plan-input.ts';
import { fitsPlatform } from './platform.ts';
import { planSteady } from './steady-plan.ts';
import { failTrial, only, turn } from './trial-turns.ts';
import type { UpdateFailure } from './update-reason.ts';
import type { Coming, Trial } from './update-trial.ts';

export function planStage(trial: Trial, coming: Coming, input: PlanInput): Moves {
  if (!coming.isStillWanted) return only({ kind: 'endTrial', verdict: null });
  const stages = coming.modules.map((module) => stageModule(module, coming, input));
  const fatal = stages.map((stage) => stage.fatal).find((failure) => failure !== null);
  if (fatal !== undefined) return only(failTrial(trial, input, fatal));
  const staged = stages.map((stage) => stage.staged).filter((found) => found !== null);
  const upkeep = keepStanding(coming, input);
  const mayTurn = staged.length === stages.length && !coming.isHeld && input.canRemember;
  const next = mayTurn ? [turn(trial, 'switch', frozen(staged, input))] : [];
  return {
    steps: mayTurn ? next : [...upkeep.steps, ...stages.flatMap((stage) => stage.steps)],
    failures: stages.flatMap((stage) => stage.failures),
    waitsMs: upkeep.waitsMs,
    missingImages: [...upkeep.missingImages, ...stages.flatMap((stage) => stage.missingImages)],
    isApplied: false,
  };
}

interface ModuleStage {
  readonly steps: readonly Step[];
  readonly failures: readonly PlanFailure[];
  readonly missingImages: readonly string[];
  readonly fatal: UpdateFailure | null;
  /** Null while it is not ready for the switch. */
  readonly staged: StagedModule | null;
}

interface StagedModule {
  readonly module: string;
  readonly specHash: string;
  /** What stands is as it comes. */
  readonly isKept: boolean;
}

const waiting: ModuleStage = { steps: [], failures: [], missingImages: [], fatal: null, staged: null };

function stageModule(wanted: WantedModule, { tries }: Coming, input: PlanInput): ModuleStage {
  const { spec, specHash } = wanted;
  const module = spec.name;
  const { current, successor, foreign } = containersOf(module, input.containers);
  // Its own key is not known yet.
  if (specHash === null) return waiting;
  const inTheWay = foreign ?? strangerAt(predecessorName(module), module, input);
  if (inTheWay !== null) return blocked(module, 'create-failed', nameTaken(inTheWay), tries);
  if (current?.specHash === specHash && current.state !== 'dead')
    return successor === null
      ? { ...waiting, staged: { module, specHash, isKept: true } }
      : acting(removalOf(successor));
  if (successor !== null) {
    // One that somebody started is no successor any more.
    if (successor.specHash === specHash && successor.state === 'created')
      return { ...waiting, staged: { module, specHash, isKept: false } };
    return acting(removalOf(successor));
  }
  if (!input.images.has(spec.image)) return obtain(wanted, tries, input);
  const imagePlatform = input.images.get(spec.image) ?? null;
  if (!fitsPlatform(imagePlatform, input.platform)) {
    const detail = `${imagePlatform}, and this device is ${input.platform}`;
    return { ...waiting, fatal: { code: 'wrong-platform', module, detail } };
  }
  const create: Step = { kind: 'create', module, containerName: successorName(module), specHash };
  return wornOut(create, 'create-failed', module, tries, input) ?? acting(create);
}

function obtain({ spec }: WantedModule, tries: number | null, input: PlanInput): ModuleStage {
  const { name: module, image } = spec;
  if (spec.imagePullPolicy === 'never') return blocked(module, 'image-unavailable', imageForbidden(image), tries);
  const pull: Step = { kind: 'pull', image };
  const worn = wornOut(pull, 'image-unavailable', module, tries, input);
  if (worn !== null) return worn;
  return { ...waiting, steps: input.pulling.has(image) ? [] : [pull], missingImages: [image] };
}

function acting(step: Step | null): ModuleStage {
  return step === null ? waiting : { ...waiting, steps: [step] };
}

/** What only somebody else can mend: told while there is no limit to the tries, the end where there is one. */
function blocked(module: string, code: UpdateFailure['code'], message: string, tries: number | null): ModuleStage {
  if (tries === null) return { ...waiting, failures: [{ module, message }] };
  return { ...waiting, fatal: { code, module, detail: message } };
}

function wornOut(
  step: Step,
  code: UpdateFailure['code'],
  module: string,
  tries: number | null,
  { attempts }: PlanInput,
): ModuleStage | null {
  const attempt = attempts.get(attemptKey(step));
  if (attempt === undefined || tries === null || attempt.count < tries) return null;
  return { ...waiting, fatal: { code, module, detail: attempt.message } };
}

function strangerAt(name: string, module: string, { containers }: PlanInput): string | null {
  return containers.some((container) => container.name === name && container.module !== module) ? name : null;
}

/** What stands goes on as it is; what is coming is not its business. */
function keepStanding({ modules }: Coming, input: PlanInput): Moves {
  const wanted = input.wanted ?? [];
  const wantedNames = new Set(wanted.map(({ spec }) => spec.name));
  const comingNames = new Set(modules.map(({ spec }) => spec.name));
  const containers = input.containers.filter((container) => {
    if (!isOwn(container)) return true;
    if (!wantedNames.has(container.module)) return false;
    return !comingNames.has(container.module) || container.name !== successorName(container.module);
  });
  return planSteady(wanted, { ...input, containers }, false);
}

/** What the switch goes by to its end, whatever changes meanwhile. */
function frozen(staged: readonly StagedModule[], { restarts, containers }: PlanInput): Partial<Trial> {
  const hashes: Record<string, string> = {};
  const exitsBefore: Record<string, number> = {};
  for (const { module, specHash } of staged) {
    const record = ownValue(restarts, module);
    hashes[module] = specHash;
    exitsBefore[module] = record?.specHash === specHash ? record.restartCount : 0;
  }
  const kept = staged.filter(({ isKept }) => isKept).map(({ module }) => module);
  const running = containers
    .filter(isOwn)
    .filter((found) => isAlive(found) && found.name === containerName(found.module));
  const ranBefore = Object.fromEntries(running.map(({ module, startedAtMs }) => [module, startedAtMs]));
  return { hasSwitched: true, hashes, kept, exitsBefore, ranBefore };
}
