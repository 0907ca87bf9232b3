// The next steps for one module, by the stage its containers are in. Which stage that is shows in names and labels alone.
import { ownValue } from '#base/json.ts';
import { containerName, isAlive, recordName, successorName, type OwnContainer } from './agent-state.ts';
import { attemptKey, type Step, type StepTarget } from './agent-step.ts';
import type { OwnContainers, PlanFailure, PlanInput, WantedModule } from './plan-input.ts';
import { judgeRun } from './restart-policy.ts';

export interface ModulePlan {
  readonly wanted: WantedModule;
  /** At most one of them acts on the module's containers; a pull may stand beside it. */
  readonly steps: readonly Step[];
  readonly failures: readonly PlanFailure[];
  /** The image it needs and the device does not have. */
  readonly missingImage: string | null;
  readonly isApplied: boolean;
  readonly waitMs: number | null;
  /** Never ran on this device and is, without a failure so far, on its way to. */
  readonly awaitsFirstStart: boolean;
  readonly everStarted: boolean;
  /** The step ends the old container of a replacement. */
  readonly isSwap: boolean;
}

export type Move = Pick<ModulePlan, 'steps' | 'waitMs'> & { readonly isSwap?: boolean };

/**
 * What the module needs to stand as wanted. `mayReplace` false: what stands under its name is good enough, for another
 * revision is about to take its place.
 */
export function planModule(given: WantedModule, own: OwnContainers, input: PlanInput, mayReplace = true): ModulePlan {
  const wanted = mayReplace || own.current === null ? given : { ...given, specHash: own.current.specHash };
  const { spec, specHash } = wanted;
  const failures = failuresOf(wanted, own, input);
  const isCurrent = own.current !== null && (specHash === null || own.current.specHash === specHash);
  const needsContainer = !isCurrent && !(specHash !== null && own.successor?.specHash === specHash);
  const missingImage = needsContainer && !input.images.has(spec.image) ? spec.image : null;
  const canPull = missingImage !== null && spec.imagePullPolicy !== 'never' && !input.pulling.has(missingImage);
  const pulls: Step[] = canPull && own.foreign === null ? [{ kind: 'pull', image: missingImage }] : [];
  const move = own.foreign === null ? nextMove(wanted, own, input) : besideStranger(wanted, own, input);
  const everStarted = ownValue(input.restarts, spec.name)?.everStarted === true || (own.current?.startedAtMs ?? 0) > 0;
  const steps = [...pulls, ...move.steps];
  const hasFailed = [`pull ${spec.image}`, ...steps.map((step) => attemptKey(step))].some((key) =>
    input.attempts.has(key),
  );
  const isSettled = isCurrent && specHash !== null && own.successor === null && own.strays.length === 0;
  // What only the restart policy does belongs to a module's life, not to applying a configuration.
  const isQuiet = move.steps.every((step) => step.kind === 'restart' || (step.kind === 'start' && step.counted));
  const isUnstarted = spec.status === 'running' && own.current?.state === 'created';
  return {
    wanted,
    steps,
    failures,
    missingImage,
    isApplied: isSettled && isQuiet && !isUnstarted && own.foreign === null,
    waitMs: move.waitMs,
    awaitsFirstStart:
      spec.status === 'running' && !everStarted && failures.length === 0 && specHash !== null && !hasFailed,
    everStarted,
    isSwap: move.isSwap === true,
  };
}

/** Takes a container of ours away: first it ends, then it goes. Null while the engine is already removing it. */
export function removalOf(container: OwnContainer): Step | null {
  if (container.state === 'removing') return null;
  return { kind: isAlive(container) ? 'stop' : 'remove', ...target(container) };
}

function failuresOf({ spec, specHash }: WantedModule, own: OwnContainers, input: PlanInput): PlanFailure[] {
  if (own.foreign !== null)
    return [
      {
        module: spec.name,
        message: nameTaken(own.foreign),
      },
    ];
  const isThere = own.current?.specHash === specHash || own.successor?.specHash === specHash;
  if (spec.imagePullPolicy !== 'never' || isThere || input.images.has(spec.image)) return [];
  return [
    {
      module: spec.name,
      message: imageForbidden(spec.image),
    },
  ];
}

export function nameTaken(name: string): string {
  return `A container named '${name}' exists that this agent did not make: rename or remove it, or rename the module.`;
}

export function imageForbidden(image: string): string {
  return `Image '${image}' is not on the device and imagePullPolicy is never: load it there, or set the policy to on-create.`;
}

function nextMove(wanted: WantedModule, own: OwnContainers, input: PlanInput): Move {
  const name = containerName(wanted.spec.name);
  const { current, successor } = own;
  const [stray] = own.strays;
  const dead = [current, successor, ...own.strays].find(
    (found) => found?.state === 'removing' || found?.state === 'dead',
  );
  if (dead) return act(removalOf(dead));
  if (stray !== undefined) {
    // Somebody renamed it; where it is all there is, it gets its name back rather than leaving nothing.
    const isAll = current === null && successor === null;
    return act(isAll ? { kind: 'rename', ...target(stray), to: name } : removalOf(stray));
  }
  if (current === null) {
    // The old one is gone: whatever successor there is becomes the module's container, so that something can run.
    if (successor !== null) return act({ kind: 'rename', ...target(successor), to: name });
    return act(creation(wanted, name, input));
  }
  const isCurrent = wanted.specHash === null || current.specHash === wanted.specHash;
  if (successor !== null && (isCurrent || successor.specHash !== wanted.specHash || isAlive(successor)))
    return act(removalOf(successor));
  if (isCurrent) return keepRunning(current, wanted, input);
  if (successor !== null)
    return { steps: [removalOf(current)].filter((step) => step !== null), waitMs: null, isSwap: true };
  const create = creation(wanted, successorName(wanted.spec.name), input);
  if (create === null) return keepRunning(current, wanted, input);
  // A creation that keeps failing must not leave the old container unattended.
  return input.attempts.has(attemptKey(create)) ? withStep(keepRunning(current, wanted, input), create) : act(create);
}

/** A stranger has one of its names: nothing can be replaced, and what it has is kept as it is wanted. */
function besideStranger(wanted: WantedModule, { current }: OwnContainers, input: PlanInput): Move {
  return current === null ? rest : keepRunning(current, wanted, input);
}

/** What the restart policy asks for. */
export function keepRunning(container: OwnContainer, { spec }: WantedModule, input: PlanInput): Move {
  const record = ownValue(input.restarts, recordName(spec.name, container.name));
  const verdict = judgeRun(container, spec, record, input.nowMs);
  const at = target(container);
  switch (verdict.action) {
    case 'none':
      return { steps: [], waitMs: verdict.waitMs };
    case 'start':
      return act({ kind: 'start', ...at, counted: verdict.counted });
    case 'restart':
      return act({ kind: 'restart', ...at });
    case 'stop':
      return act({ kind: 'stop', ...at });
  }
}

const rest: Move = { steps: [], waitMs: null };

function act(step: Step | null): Move {
  return step === null ? rest : { steps: [step], waitMs: null };
}

function withStep(move: Move, step: Step): Move {
  return move.steps.length > 0 ? move : { steps: [step], waitMs: move.waitMs };
}

/** Null while its image or its key is missing. */
function creation({ spec, specHash }: WantedModule, containerName: string, input: PlanInput): Step | null {
  const canCreate = specHash !== null && input.images.has(spec.image);
  return canCreate ? { kind: 'create', module: spec.name, containerName, specHash } : null;
}

/** The container as a step names it. */
export function target(container: OwnContainer): StepTarget {
  return { module: container.module, containerId: container.id, containerName: container.name };
}
