// The switch of a trial: all old ones stop before any new one starts, so that a port or a device file may pass from one
// module to another. The old ones are kept under a name of their own.
import type { UpdateFailure } from '#domain/manifests/update-reason.ts';
import { containerName, isAlive, isOwn, predecessorName, type OwnContainer } from './agent-state.ts';
import { attemptKey, moduleOf, type Step } from './agent-step.ts';
import { keepRunning, removalOf, target } from './module-plan.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanInput, WantedModule } from './plan-input.ts';
import { failTrial, interruption, movesOf, only, turn } from './trial-turns.ts';
import type { Coming, Trial } from './update-trial.ts';

/** The engine may have had a bad moment once. */
const triesOfStep = 2;

export function planSwitch(trial: Trial, coming: Coming, input: PlanInput): Moves {
  const interrupted = interruption(trial);
  if (interrupted !== null) return only(failTrial(trial, input, interrupted));
  const gone = coming.modules.find(({ spec }) => isGone(spec.name, trial, input));
  if (gone !== undefined)
    return only(failTrial(trial, input, { code: 'container-gone', module: gone.spec.name, detail: '' }));
  const steps = switchSteps(trial, coming, input);
  if (steps === null) return only(turn(trial, 'verify'));
  return orFail(steps, trial, input);
}

/** The steps, unless the engine refused one of them too often. */
export function orFail(steps: readonly Step[], trial: Trial, input: PlanInput): Moves {
  const failure = steps.map((step) => wornOut(step, input)).find((found) => found !== null);
  return failure === undefined ? movesOf(steps) : only(failTrial(trial, input, failure));
}

/** Null when all is switched; none while the engine is still at something. */
function switchSteps(trial: Trial, coming: Coming, input: PlanInput): readonly Step[] | null {
  const own = input.containers.filter(isOwn);
  const outgoing = own.filter((container) => isOutgoing(container, trial));
  const stops = outgoing.filter((container) => isAlive(container)).map((container) => removalOf(container));
  const kept = coming.modules.filter(({ spec }) => trial.kept.includes(spec.name));
  const stopsOfKept = kept.flatMap((module) => stepsOfKept(module, 'stop', input));
  const firstStops = [...stops.filter((step) => step !== null), ...stopsOfKept];
  if (firstStops.length > 0) return firstStops;
  const moves = [...outgoing.map((container) => park(container, own)), ...incoming(Object.keys(trial.hashes), own)];
  if (moves.length > 0) return moves.filter((step) => step !== null);
  const fresh = coming.modules.filter(({ spec }) => !trial.kept.includes(spec.name));
  const starts = firstStarts([
    ...kept.flatMap((module) => withOrder(module, stepsOfKept(module, 'start', input))),
    ...fresh.flatMap((module) => {
      const { current } = containersOf(module.spec.name, input.containers);
      return withOrder(module, startOfNew(module, current));
    }),
  ]);
  return starts.length > 0 ? starts : null;
}

/** Under its module's name, and not what the trial wants there. */
export function isOutgoing(container: OwnContainer, { hashes, kept }: Trial): boolean {
  const { module } = container;
  if (container.name !== containerName(module)) return false;
  return !(Object.hasOwn(hashes, module) && (kept.includes(module) || container.specHash === hashes[module]));
}

/** Null while the engine removes one of them by itself. */
export function park(container: OwnContainer, own: readonly OwnContainer[]): Step | null {
  const name = predecessorName(container.module);
  const inTheWay = own.find((other) => other.module === container.module && other.name === name);
  if (inTheWay !== undefined) return removalOf(inTheWay);
  if (container.state === 'removing' || container.state === 'dead') return removalOf(container);
  return { kind: 'rename', ...target(container), to: name };
}

/** Successors whose old one has gone aside. */
export function incoming(modules: readonly string[], own: readonly OwnContainer[]): readonly Step[] {
  return modules.flatMap((module) => {
    const { current, successor } = containersOf(module, own);
    if (current !== null || successor === null) return [];
    return [{ kind: 'rename', ...target(successor), to: containerName(module) } as const];
  });
}

function stepsOfKept(wanted: WantedModule, kind: 'start' | 'stop', input: PlanInput): readonly Step[] {
  const name = containerName(wanted.spec.name);
  const standing = input.containers.filter(isOwn).filter((container) => container.name === name);
  // A restart of what stood before is for the time after the switch.
  return standing.flatMap((container) =>
    keepRunning(container, wanted, input).steps.filter((step) => step.kind === kind),
  );
}

/** Its first start; later ones are the restart policy's. */
export function startOfNew({ spec }: WantedModule, container: OwnContainer | null): readonly Step[] {
  const isUnstarted = container !== null && container.startedAtMs === 0 && !isAlive(container);
  if (spec.status === 'stopped' || !isUnstarted) return [];
  return [{ kind: 'start', ...target(container), counted: false }];
}

interface OrderedStep {
  readonly step: Step;
  readonly order: number;
}

export function withOrder({ spec }: WantedModule, steps: readonly Step[]): OrderedStep[] {
  return steps.map((step) => ({ step, order: spec.startupOrder }));
}

/** Those of the lowest startupOrder. */
export function firstStarts(starts: readonly OrderedStep[]): readonly Step[] {
  const lowest = Math.min(Infinity, ...starts.map(({ order }) => order));
  return starts.filter(({ order }) => order === lowest).map(({ step }) => step);
}

/** Neither the new one nor its successor is there: somebody removed it. */
function isGone(module: string, { kept, hashes }: Trial, input: PlanInput): boolean {
  const { current, successor } = containersOf(module, input.containers);
  if (kept.includes(module)) return current === null;
  return current?.specHash !== hashes[module] && successor?.specHash !== hashes[module];
}

function wornOut(step: Step, { attempts }: PlanInput): UpdateFailure | null {
  const attempt = attempts.get(attemptKey(step));
  if (attempt === undefined || attempt.count < triesOfStep) return null;
  const code = step.kind === 'start' ? 'start-failed' : 'switch-failed';
  return { code, module: moduleOf(step), detail: attempt.message };
}
