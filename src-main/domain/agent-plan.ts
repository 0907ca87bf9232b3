// From what a device should run and what it runs to the NEXT steps; nothing left to do is the empty list. The whole plan is
// never made: after every round the world is looked at anew, so a crash between any two steps is just another start.
//
// INVARIANTS: a successor is made, under its own name, before the old container is stopped, and started only under the
// module's name, which it gets when the old one is gone: never two running. The image is there before anything is stopped,
// so what cannot be replaced keeps running. Containers without our labels are never touched.
import { backoffMs } from '#base/backoff.ts';
import { containerName, isOwn, successorName } from './agent-state.ts';
import { attemptKey, type Step } from './agent-step.ts';
import { planModule, removalOf, type ModulePlan } from './module-plan.ts';
import type { OwnContainers, PlanFailure, PlanInput, WantedModule } from './plan-input.ts';
import { holdBack } from './startup-order.ts';

export interface Plan {
  readonly steps: readonly Step[];
  /** What keeps modules from being as wanted and will not pass by itself. */
  readonly failures: readonly PlanFailure[];
  /** Every wanted container stands as specified and has been started, nothing else of ours is left. */
  readonly isApplied: boolean;
  /** When to look again though nothing happens; null: only the world can change it. */
  readonly waitMs: number | null;
}

const attemptShape = { firstMs: 10_000, limitMs: 300_000 };

/**
 * The next steps.
 * Example: module `web` runs web:1, wanted is web:2, which is on the device → [create container 'web.next'];
 * then [stop web], [remove web], [rename web.next to web], [start web], [].
 */
export function plan(input: PlanInput): Plan {
  const { wanted } = input;
  if (wanted === null) return { steps: [], failures: [], isApplied: false, waitMs: null };
  const wantedNames = new Set(wanted.map(({ spec }) => spec.name));
  const removals = input.containers
    .filter(isOwn)
    .filter((container) => !wantedNames.has(container.module))
    .map((container) => removalOf(container));
  const modules = wanted.map((module) => planModule(module, containersOf(module, input), input));
  const ready = holdBack(modules, (step) => heldStep(step, input) === null);
  const due = dedupe([...removals.filter((step) => step !== null), ...ready, ...abandonedPulls(modules, input)]);
  const held = due.map((step) => heldStep(step, input)).filter((step) => step !== null);
  const heldSteps = new Set(held.map(({ step }) => step));
  const waits = [...modules.map(({ waitMs }) => waitMs), ...held.map(({ waitMs }) => waitMs)].filter(
    (waitMs) => waitMs !== null,
  );
  return {
    steps: due.filter((step) => !heldSteps.has(step)),
    failures: [...modules.flatMap(({ failures }) => failures), ...held.flatMap((step) => failuresOf(step, wanted))],
    isApplied: removals.length === 0 && modules.every((module) => module.isApplied),
    waitMs: waits.length === 0 ? null : Math.min(...waits),
  };
}

function containersOf(wanted: WantedModule, input: PlanInput): OwnContainers {
  const names = [containerName(wanted.spec.name), successorName(wanted.spec.name)];
  const own = input.containers.filter(isOwn).filter((container) => container.module === wanted.spec.name);
  const foreign = input.containers.find(
    (container) => container.module !== wanted.spec.name && names.includes(container.name),
  );
  return {
    current: own.find((container) => container.name === names[0]) ?? null,
    successor: own.find((container) => container.name === names[1]) ?? null,
    strays: own.filter((container) => !names.includes(container.name)),
    foreign: foreign?.name ?? null,
  };
}

/** A step that failed and is not tried again yet. */
interface HeldStep {
  readonly step: Step;
  readonly message: string;
  readonly waitMs: number;
}

/** 10 s · 2^n after the n-th failure, at most five minutes; without end, because an image may be brought any day. */
function heldStep(step: Step, input: PlanInput): HeldStep | null {
  const attempt = input.attempts.get(attemptKey(step));
  if (attempt === undefined) return null;
  const waitMs = attempt.lastAtMonotonicMs + backoffMs(attempt.count - 1, attemptShape) - input.monotonicMs;
  return waitMs > 0 ? { step, message: attempt.message, waitMs } : null;
}

/** Whom a held step concerns, and how it failed. */
function failuresOf({ step, message }: HeldStep, wanted: readonly WantedModule[]): PlanFailure[] {
  if (step.kind !== 'pull' && step.kind !== 'cancelPull') return [{ module: step.module, message }];
  const users = wanted.filter(({ spec }) => spec.image === step.image);
  return users.map(({ spec }) => ({ module: spec.name, message }));
}

function abandonedPulls(modules: readonly ModulePlan[], input: PlanInput): Step[] {
  const needed = new Set(modules.map((module) => module.missingImage));
  return [...input.pulling].filter((image) => !needed.has(image)).map((image) => ({ kind: 'cancelPull', image }));
}

/** Two modules of one image need one pull. */
function dedupe(steps: readonly Step[]): Step[] {
  const seen = new Set<string>();
  return steps.filter((step) => {
    if (step.kind !== 'pull') return true;
    const isNew = !seen.has(step.image);
    seen.add(step.image);
    return isNew;
  });
}
