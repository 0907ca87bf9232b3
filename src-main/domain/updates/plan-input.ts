// What a plan is made from: what is wanted, what is there, and what is remembered. All of it is passed in, time included.
import type { ModuleSpec } from '#domain/manifests/module-spec.ts';
import type { Attempt, ObservedContainer, OwnContainer, RestartRecord } from './agent-state.ts';
import type { Step } from './agent-step.ts';
import type { Coming, Trial } from './update-trial.ts';

export interface WantedModule {
  readonly spec: ModuleSpec;
  /** null while its own key is not known: it can be neither made nor replaced, and runs on as it is. */
  readonly specHash: string | null;
}

export interface PlanInput {
  /** What stands and is kept up; null: not known, which is not the same as nothing. */
  readonly wanted: readonly WantedModule[] | null;
  /** What is to take its place; null: nothing, or it cannot be read any more. */
  readonly coming: Coming | null;
  readonly trial: Trial | null;
  /** `wanted` is a revision that was proven: a trial that fails goes back to it. */
  readonly canGoBack: boolean;
  /** What is remembered survives a power cut: without that nothing is switched. */
  readonly canRemember: boolean;
  /** How long the trial has been in its phase, in this life of the agent. */
  readonly phaseForMs: number;
  /** Container id → how long its present run has lasted, as far as this agent saw. */
  readonly ranForMs: ReadonlyMap<string, number>;
  readonly containers: readonly ObservedContainer[];
  /** Images that are on the device, tags included, each with the platform it is for (`linux/arm64`); null: not said. */
  readonly images: ReadonlyMap<string, string | null>;
  /** What the engine runs on; null: not known. */
  readonly platform: string | null;
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

/** What one part of a plan asks for, before what failed lately is held back. */
export interface Moves {
  readonly steps: readonly Step[];
  readonly failures: readonly PlanFailure[];
  readonly waitsMs: readonly number[];
  readonly missingImages: readonly string[];
  /** Every wanted container stands as specified and has been started, nothing else of ours is left. */
  readonly isApplied: boolean;
}

export interface OwnContainers {
  readonly current: OwnContainer | null;
  readonly successor: OwnContainer | null;
  /** Ours, for this module, under a name that is no stage of a replacement: somebody renamed it. */
  readonly strays: readonly OwnContainer[];
  /** The name of a container that is in the way and not ours. */
  readonly foreign: string | null;
}
