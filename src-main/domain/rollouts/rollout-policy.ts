// How a deployment is brought to its devices: in which waves, when the next wave opens, what stops it and what then happens.
// It stands beside the IoT Hub object, so that an exported deployment is a valid IoT Hub file.
import type { DeploymentId } from '#base/ids.ts';
import type { MaintenanceWindow } from './maintenance-window.ts';

/** `fixed`: whoever the condition matches at the start, and nobody else. `growing`: also who matches later, up to `maxDevices`. */
type TargetSet =
  | { readonly kind: 'fixed' }
  | { readonly kind: 'growing'; /** null: without end. */ readonly maxDevices: number | null };

/** Who belongs to a wave, of the targets that no earlier wave took. */
export type WaveMembers =
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'condition'; readonly condition: string }
  | { readonly kind: 'count'; readonly count: number }
  /** Of all targets of the rollout, rounded up and at least one device. */
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'rest' };

/** What must hold before the next wave opens; all of it. */
export interface WaveGate {
  /** Successful devices ≥ this share of those of the wave that count, rounded up and at least one. 1 to 100. */
  readonly successPercent: number;
  /** How long the share must have held while the hub watched. */
  readonly soakMs: number;
  /** A person says when. */
  readonly needsPerson: boolean;
}

export interface WavePlan {
  readonly name: string;
  readonly members: WaveMembers;
  readonly gate: WaveGate;
}

/** Both must hold: failed devices ≥ `atLeastFailed`, and their share of the devices that came to an end is beyond `percent`. */
export interface StopRule {
  readonly atLeastFailed: number;
  readonly comparison: '>' | '≥';
  /** 0 to 100. */
  readonly percent: number;
  readonly action: StopAction;
}

/** What a device gets that no base is left for: it keeps what it runs, or goes to its last good revision, or to an empty base. */
type WithoutBase = 'keep' | 'last-good' | 'empty';

type StopAction =
  | { readonly kind: 'pause' }
  /** The deployment no longer reaches a device, and the next lower one applies. Absent: a device that none is left for keeps. */
  | { readonly kind: 'roll-back'; readonly withoutBase?: WithoutBase | undefined }
  /**
   * To what each device ran before: its newest revision from before that is not known to have failed. One that has none gets the next
   * lower deployment, and where none is left what `withoutBase` says.
   */
  | { readonly kind: 'roll-back-to-last-good'; readonly withoutBase: Exclude<WithoutBase, 'last-good'> }
  /** To an earlier deployment's content. */
  | { readonly kind: 'roll-back-to'; readonly deploymentId: DeploymentId };

/** So many devices of a group stay up whatever happens: one in change counts as down. */
export interface DisruptionBudget {
  readonly groupId: string;
  readonly atLeastUp: number;
}

export interface RolloutPolicy {
  readonly targets: TargetSet;
  /** In order. The last takes whoever is left. */
  readonly waves: readonly WavePlan[];
  /** So many devices in change at once; null: all of a wave. */
  readonly concurrency: number | null;
  /** Epoch ms; null: at once. */
  readonly startsAtMs: number | null;
  /** Devices change within these alone; none: at any time. */
  readonly windows: readonly MaintenanceWindow[];
  /** Further attempts a device gets after a failed one. */
  readonly retries: number;
  readonly stop: StopRule | null;
  readonly budgets: readonly DisruptionBudget[];
  /** How long a step of a device may show no progress, on the hub's clock that never goes back. */
  readonly stepLimitMs: number;
  /** How long the new set must run well on the device before it counts. */
  readonly settleMs: number;
  /** A device that has all it needs waits for a person's now before it stops anything; so it does on the way back. */
  readonly needsPersonToSwitch: boolean;
}
