// The stage of a trial: every image is obtained and every successor made, while what stands is kept up. Nothing is stopped
// here, so that whatever fails here has changed nothing. What must give way before its download waits for its turn.
import { fitsPlatform } from '#domain/manifests/platform.ts';
import { strategyFault } from '#domain/manifests/strategy-fault.ts';
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { strategyOf } from '#domain/manifests/update-strategy.ts';
import { predecessorName, successorName, type OwnContainer } from './agent-state.ts';
import { attemptKey, type Step } from './agent-step.ts';
import { imageForbidden, nameTaken, removalOf } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanFailure, PlanInput, WantedModule } from './plan-input.ts';
import { countsOf, failTrial, only, phaseOfSwitch, turn } from './trial-turns.ts';
import { keepStanding } from './trial-upkeep.ts';
import type { Coming, Trial } from './update-trial.ts';

export function planStage(trial: Trial, coming: Coming, input: PlanInput): Moves {
  if (!coming.isStillWanted) return only({ kind: 'endTrial', verdict: null });
  const refusal = coming.modules.map(({ spec }) => strategyFault(spec)).find((fault) => fault !== null);
  if (refusal !== undefined) return only(failTrial(trial, input, refusal));
  const stages = coming.modules.map((module) => stageModule(module, coming, input));
  const fatal = stages.map((stage) => stage.fatal).find((failure) => failure !== null);
  if (fatal !== undefined) return only(failTrial(trial, input, fatal));
  const staged = stages.map((stage) => stage.staged).filter((found) => found !== null);
  const upkeep = keepStanding(coming, input);
  const mayTurn = staged.length === stages.length && !coming.isHeld && input.canRemember;
  return {
    steps: mayTurn ? [afterStage(trial, staged, input)] : [...upkeep.steps, ...stages.flatMap((stage) => stage.steps)],
    failures: stages.flatMap((stage) => stage.failures),
    waitsMs: upkeep.waitsMs,
    missingImages: [...upkeep.missingImages, ...stages.flatMap((stage) => stage.missingImages)],
    isApplied: false,
  };
}

export interface ModuleStage {
  readonly steps: readonly Step[];
  readonly failures: readonly PlanFailure[];
  readonly missingImages: readonly string[];
  readonly fatal: UpdateFailure | null;
  /** Null while it is not ready for what comes next. */
  readonly staged: StagedModule | null;
}

interface StagedModule {
  readonly module: string;
  readonly specHash: string;
  /** keep: what stands is as it comes. beside, kill, delete: by its strategy. */
  readonly way: 'keep' | 'switch' | 'beside' | 'kill' | 'delete';
  /** The image that goes with the old one. */
  readonly oldImage: string | null;
}

const waiting: ModuleStage = { steps: [], failures: [], missingImages: [], fatal: null, staged: null };

/** What the module needs for its successor to stand ready, or its turn to give way to come. */
export function stageModule(wanted: WantedModule, { tries }: Pick<Coming, 'tries'>, input: PlanInput): ModuleStage {
  const { spec, specHash } = wanted;
  const module = spec.name;
  const { current, successor, foreign } = containersOf(module, input.containers);
  // Its own key is not known yet.
  if (specHash === null) return waiting;
  const inTheWay = foreign ?? strangerAt(predecessorName(module), module, input);
  if (inTheWay !== null) return blocked(module, 'create-failed', nameTaken(inTheWay), tries);
  if (current?.specHash === specHash && current.state !== 'dead')
    return successor === null
      ? { ...waiting, staged: { module, specHash, way: 'keep', oldImage: null } }
      : acting(removalOf(successor));
  if (successor !== null) {
    // One that somebody started is no successor any more.
    if (successor.specHash === specHash && successor.state === 'created')
      return { ...waiting, staged: { module, specHash, way: wayOf(wanted, current), oldImage: null } };
    return acting(removalOf(successor));
  }
  if (!input.images.has(spec.image)) {
    const staged = yielding(wanted, specHash, current);
    return staged === null ? obtain(wanted, tries, input) : { ...waiting, staged };
  }
  const imagePlatform = input.images.get(spec.image) ?? null;
  if (!fitsPlatform(imagePlatform, input.platform)) {
    const detail = `${imagePlatform}, and this device is ${input.platform}`;
    return { ...waiting, fatal: { code: 'wrong-platform', module, detail } };
  }
  const create: Step = { kind: 'create', module, containerName: successorName(module), specHash };
  return wornOut(create, 'create-failed', module, tries, input) ?? acting(create);
}

function wayOf({ spec }: WantedModule, current: OwnContainer | null): 'switch' | 'beside' {
  const isBeside = current !== null && spec.status === 'running' && strategyOf(spec) === 'hand-over';
  return isBeside ? 'beside' : 'switch';
}

/** One whose old container has to give way to the download; null: none that has one, or none to download. */
function yielding({ spec }: WantedModule, specHash: string, current: OwnContainer | null): StagedModule | null {
  if (current === null || spec.imagePullPolicy === 'never') return null;
  const staged = { module: spec.name, specHash };
  const strategy = strategyOf(spec);
  if (strategy === 'kill-then-download') return { ...staged, way: 'kill', oldImage: null };
  return strategy === 'delete-then-download' ? { ...staged, way: 'delete', oldImage: current.image } : null;
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

/** What the trial goes by to its end, whatever changes meanwhile. */
function afterStage(trial: Trial, staged: readonly StagedModule[], input: PlanInput): Step {
  const of = (...ways: readonly StagedModule['way'][]): StagedModule[] =>
    staged.filter(({ way }) => ways.includes(way));
  const hashes = Object.fromEntries(staged.map(({ module, specHash }) => [module, specHash]));
  const beside = of('beside').map(({ module }) => module);
  const yields = Object.fromEntries(of('kill', 'delete').map(({ module, oldImage }) => [module, oldImage]));
  const kept = of('keep').map(({ module }) => module);
  const frozen: Trial = { ...trial, hashes, kept, beside, yields };
  const known = { ...frozen, ...countsOf(frozen, input) };
  return beside.length > 0 ? turn(known, 'beside') : turn(known, phaseOfSwitch(known), { hasSwitched: true });
}
