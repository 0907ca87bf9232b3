// What a plan is made from: what is wanted, what is there, and what is remembered. All of it is passed in, time included.
import type { Attempt, ObservedContainer, OwnContainer, RestartRecord } from './agent-state.ts';
import type { ModuleSpec } from './module-spec.ts';

export interface WantedModule {
  readonly spec: ModuleSpec;
  /** null while its own key is not known: it can be neither made nor replaced, and runs on as it is. */
  readonly specHash: string | null;
}

export interface PlanInput {
  /** null: not known, which is not the same as nothing. */
  readonly wanted: readonly WantedModule[] | null;
  readonly containers: readonly ObservedContainer[];
  /** Images that are on the device, tags included. */
  readonly images: ReadonlySet<string>;
  readonly pulling: ReadonlySet<string>;
  readonly restarts: Readonly<Record<string, RestartRecord>>;
  readonly attempts: ReadonlyMap<string, Attempt>;
  readonly nowMs: number;
  readonly monotonicMs: number;
}

export interface PlanFailure {
  readonly module: string;
  readonly message: string;
}

export interface OwnContainers {
  readonly current: OwnContainer | null;
  readonly successor: OwnContainer | null;
  /** Ours, for this module, under a name that is no stage of a replacement: somebody renamed it. */
  readonly strays: readonly OwnContainer[];
  /** The name of a container that is in the way and not ours. */
  readonly foreign: string | null;
}
