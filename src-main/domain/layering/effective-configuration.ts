// What a device is to run once all deployments that match it are folded together, and why.
import type { DeploymentId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';

/** Why a deployment that matches does not apply (spec/layering.md rule 8). */
export type NotAppliedReason =
  | { readonly reason: 'outranked'; readonly by: DeploymentId }
  | { readonly reason: 'priority-not-above-base'; readonly base: DeploymentId }
  | { readonly reason: 'no-base' };

/** One write that shows in the result: who wrote it, and who wrote there before and is hidden (lowest first). A path without a value was taken away. */
export interface ValueOrigin {
  /** Segments below the module's desired section; [] is the whole section. */
  readonly path: readonly string[];
  readonly writtenBy: DeploymentId;
  readonly hidden: readonly DeploymentId[];
}

export interface EffectiveConfiguration {
  readonly base: DeploymentId | null;
  /** In the order they are folded: lowest first. */
  readonly applied: readonly DeploymentId[];
  readonly notApplied: Readonly<Record<string, NotAppliedReason>>;
  /** Module id → its whole desired section. A module that no deployment names is absent. */
  readonly modules: Readonly<Record<string, JsonObject>>;
  /** Module id → where each written value came from. */
  readonly origins: Readonly<Record<string, readonly ValueOrigin[]>>;
}
