// What the agent can do to its engine: one map from step to arguments. The executor table (agent/step-executors.ts) is typed
// over the same keys, so a step that nothing executes does not compile.

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
  readonly create: { readonly module: string; readonly containerName: string };
  readonly stop: StepTarget;
  readonly remove: StepTarget;
  readonly rename: StepTarget & { readonly to: string };
  /** `counted`: by the restart policy, so that it adds to the backoff. */
  readonly start: StepTarget & { readonly counted: boolean };
  /** Stop and start of a container that is running but unhealthy. */
  readonly restart: StepTarget;
}

export type StepKind = keyof StepArguments;
export type Step = { readonly [Kind in StepKind]: { readonly kind: Kind } & StepArguments[Kind] }[StepKind];

/** What a failure of the step is remembered by: the same action on the same thing. */
export function attemptKey(step: Step): string {
  switch (step.kind) {
    case 'pull':
    case 'cancelPull':
      return `${step.kind} ${step.image}`;
    case 'create':
    case 'stop':
    case 'remove':
    case 'rename':
    case 'start':
    case 'restart':
      return `${step.kind} ${step.containerName}`;
  }
}
