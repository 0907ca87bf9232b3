// From what a device should run and what it runs to the NEXT steps; nothing left to do is the empty list. The whole plan is
// never made: after every round the world is looked at anew, so a crash between any two steps is just another start.
//
// INVARIANTS: what stands is kept up until every successor of a coming revision is made; then all modules change together,
// and all go back together; only a module whose strategy says so gives way before its download. A container is started only under
// its module's name: never two of a module running, but for one that is handed over. Containers without our labels are never
// touched.
import { isOwn } from './agent-state.ts';
import type { Step } from './agent-step.ts';
import { failuresOfHeld, heldStep } from './held-step.ts';
import { containersOf } from './own-containers.ts';
import type { Moves, PlanFailure, PlanInput } from './plan-input.ts';
import { planSteady } from './steady-plan.ts';
import { planTrial } from './trial-plan.ts';
import type { Coming } from './update-trial.ts';

export interface Plan {
  readonly steps: readonly Step[];
  /** What keeps modules from being as wanted and will not pass by itself. */
  readonly failures: readonly PlanFailure[];
  /** Every wanted container stands as specified and has been started, nothing else of ours is left, and no trial is on. */
  readonly isApplied: boolean;
  /** When to look again though nothing happens; null: only the world can change it. */
  readonly waitMs: number | null;
}

const nothing: Moves = { steps: [], failures: [], waitsMs: [], missingImages: [], isApplied: false };

/**
 * The next steps.
 * Example: `web` runs web:1, coming is web:2, which is on the device → [begin the trial]; then [create 'web.next'],
 * [enter switch], [stop web], [rename web to web.prev], [rename web.next to web], [start web], [enter verify], … [end: done].
 */
export function plan(input: PlanInput): Plan {
  const { wanted, coming, trial } = input;
  if (trial !== null) return finish(planTrial(trial, input), input, true);
  if (coming !== null) return finish({ ...nothing, steps: [firstStep(coming, input)] }, input, true);
  return finish(wanted === null ? nothing : planSteady(wanted, input), input, false);
}

/** A revision that needs no container made, started, stopped or removed needs no trial. */
function firstStep(coming: Coming, input: PlanInput): Step {
  const names = new Set(coming.modules.map(({ spec }) => spec.name));
  const isSame = coming.modules.every(({ spec, specHash }) => {
    const { current } = containersOf(spec.name, input.containers);
    const before = input.wanted?.find((wanted) => wanted.spec.name === spec.name);
    return specHash !== null && current?.specHash === specHash && (before?.spec.status ?? spec.status) === spec.status;
  });
  const hasMore = input.containers.filter(isOwn).some(({ module }) => !names.has(module));
  return { kind: isSame && !hasMore ? 'adopt' : 'beginTrial' };
}

/** Less what failed lately, with what is no longer needed. */
function finish(moves: Moves, input: PlanInput, isChanging: boolean): Plan {
  const due = dedupe([...moves.steps, ...abandonedPulls(moves, input)]);
  const held = due.map((step) => heldStep(step, input)).filter((step) => step !== null);
  const heldSteps = new Set(held.map(({ step }) => step));
  const waitsMs = [...moves.waitsMs, ...held.map(({ waitMs }) => waitMs)];
  return {
    steps: due.filter((step) => !heldSteps.has(step)),
    failures: [...moves.failures, ...held.flatMap((step) => failuresOfHeld(step, input))],
    isApplied: moves.isApplied && !isChanging,
    waitMs: waitsMs.length === 0 ? null : Math.min(...waitsMs),
  };
}

function abandonedPulls({ steps, missingImages }: Moves, { pulling }: PlanInput): Step[] {
  // Whether the next trial needs them is known when it has begun: new terms for the same content must not cost a download.
  if (steps.some((step) => step.kind === 'beginTrial' || (step.kind === 'endTrial' && step.verdict === null)))
    return [];
  const needed = new Set(missingImages);
  return [...pulling].filter((image) => !needed.has(image)).map((image) => ({ kind: 'cancelPull', image }));
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
