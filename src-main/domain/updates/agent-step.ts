// What the agent can do to its engine: one map from step to arguments. The executor table (agent/step-executors.ts) is typed
// over the same keys, so a step that nothing executes does not compile. The trial's own steps write to disk and do no more.
import type { Trial, Verdict } from './update-trial.ts';

/** A container, by the id to act on and the names to say. */
export interface StepTarget {
  readonly module: string;
  readonly containerId: string;
  readonly containerName: string;
}

export interface StepArguments {
  /** Begins to obtain the image in the background; the loop goes on meanwhile. */
  readonly pull: { readonly image: string };
  readonly cancelPull: { readonly image: string };
  /** To make room; never one that something uses. */
  readonly removeImage: { readonly image: string };
  /** From the specification of that hash: two revisions may be about. */
  readonly create: { readonly module: string; readonly containerName: string; readonly specHash: string };
  readonly stop: StepTarget;
  readonly remove: StepTarget;
  readonly rename: StepTarget & { readonly to: string };
  /** `counted`: by the restart policy, so that it adds to the backoff. */
  readonly start: StepTarget & { readonly counted: boolean };
  /** Stop and start of a container that is running but unhealthy. */
  readonly restart: StepTarget;
  /** The coming revision is already what stands: it is proven without a trial. */
  readonly adopt: object;
  readonly beginTrial: object;
  /** Writes the trial in its next phase. */
  readonly enterPhase: { readonly trial: Trial };
  /** null: given up before anything was changed, for another revision is wanted. */
  readonly endTrial: { readonly verdict: Verdict | null };
}

export type StepKind = keyof StepArguments;
export type Step = { readonly [Kind in StepKind]: { readonly kind: Kind } & StepArguments[Kind] }[StepKind];

/** What a failure of the step is remembered by: the same action on the same thing. */
export function attemptKey(step: Step): string {
  switch (step.kind) {
    case 'pull':
    case 'cancelPull':
    case 'removeImage':
      return `${step.kind} ${step.image}`;
    case 'adopt':
    case 'beginTrial':
    case 'endTrial':
      return step.kind;
    case 'enterPhase':
      return `enter ${step.trial.phase}`;
    case 'create':
    case 'stop':
    case 'remove':
    case 'rename':
    case 'start':
    case 'restart':
      return `${step.kind} ${step.containerName}`;
  }
}

/** The module that the step acts on; null: none alone. */
export function moduleOf(step: Step): string | null {
  return isOfModule(step) ? step.module : null;
}

function isOfModule(step: Step): step is Extract<Step, { readonly module: string }> {
  return 'module' in step;
}
