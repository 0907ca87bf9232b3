// What can happen to a rollout, and what it asks to be done. Events are kept in the journal with both clocks of their moment,
// so that the same state can be made from them again.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { Cause, RolloutStatus, StepTold } from './rollout-state.ts';

/** A device that the deployment's condition matches, as it stands when it joins. */
export interface RolloutTarget {
  readonly deviceId: DeviceId;
  readonly isAwake: boolean;
  readonly isUp: boolean;
  /** Indexes of the waves whose group or condition it belongs to. */
  readonly waves: readonly number[];
  /** Groups with a disruption budget that it belongs to. */
  readonly groups: readonly string[];
}

export type PreflightAnswer =
  | { readonly kind: 'go' }
  /** It may go later: asked again. */
  | { readonly kind: 'wait'; readonly obstacles: readonly string[] }
  /** It never can, such as for its architecture. */
  | { readonly kind: 'never'; readonly reason: string };

type Person = Cause['by'];

export type RolloutEvent =
  /** Time went by. */
  | { readonly kind: 'time-passed' }
  /** `of`: these are a part, and others follow; so many are to join in all. No wave opens before the last part. */
  | { readonly kind: 'targets-joined'; readonly targets: readonly RolloutTarget[]; readonly of?: number }
  | {
      readonly kind: 'target-left';
      readonly deviceId: DeviceId;
      readonly isDecommissioned: boolean;
      /** How it ended stays; absent in journals of before, where whoever was taken out of service became decommissioned. */
      readonly keepsEnd?: boolean;
    }
  | { readonly kind: 'device-woke' | 'device-slept'; readonly deviceId: DeviceId }
  /** The hub was away, and so is every device until it connects again: no deadline ends before. */
  | { readonly kind: 'device-expected'; readonly deviceId: DeviceId; readonly untilRunMs: number }
  /** Another rollout has it in change; or no more. */
  | {
      readonly kind: 'device-taken';
      readonly deviceId: DeviceId;
      readonly by: DeploymentId;
      readonly isRollback: boolean;
    }
  | { readonly kind: 'device-freed'; readonly deviceId: DeviceId }
  /** A newer rollout gives them a base instead. */
  | { readonly kind: 'devices-taken-over'; readonly by: DeploymentId; readonly deviceIds: readonly DeviceId[] }
  | { readonly kind: 'device-up' | 'device-down'; readonly deviceId: DeviceId }
  | { readonly kind: 'bystanders-counted'; readonly groupId: string; readonly up: number }
  | { readonly kind: 'preflight-answered'; readonly deviceId: DeviceId; readonly answer: PreflightAnswer }
  /** It has what the deployment would give it, and runs well; or what ranks above hides all of it. */
  | {
      readonly kind: 'nothing-to-change';
      readonly deviceId: DeviceId;
      readonly attempt: number;
      /** Absent in journals of before this was looked at. */
      readonly runsWell?: boolean;
      readonly isOutranked?: boolean;
      /** Of a rollback: what it takes back stays away all the same; and where no base is left, the device keeps what it runs. */
      readonly takesBack?: { readonly isWithoutBase: boolean };
    }
  /**
   * Another rollout brings the deployment to devices or takes it from them (rollback-reach.ts): `because` says which, in one
   * sentence. Who is not in the rollout yet joins it as one that no attempt is for.
   */
  | {
      readonly kind: 'reach-changed';
      readonly deviceIds: readonly DeviceId[];
      readonly isReached: boolean;
      readonly because: string;
    }
  | {
      readonly kind: 'progress-reported';
      readonly deviceId: DeviceId;
      readonly attempt: number;
      readonly number: number;
      /** `held`: it has all it needs and keeps its switch back, for a lock or a person; it stands as installing meanwhile. */
      readonly step: 'downloading' | 'installing' | 'verifying' | 'held';
      /** Who holds it, or what fails while it verifies, as a sentence; absent where nobody does, or its agent does not say. */
      readonly reason?: string;
      /** Nobody means to hold it: something of the device is to be mended first. */
      readonly isHindered?: boolean;
      /** Absent where its agent tells no more, and in journals of before. */
      readonly told?: StepTold;
      readonly bytes: { readonly done: number; readonly total: number };
    }
  | {
      readonly kind: 'attempt-ended';
      readonly deviceId: DeviceId;
      readonly attempt: number;
      readonly number: number;
      readonly verdict: Verdict;
      /** One sentence; null where there is nothing to say. */
      readonly reason: string | null;
      /** Fetched in all; missing: as much as was told before. */
      readonly bytes?: { readonly done: number; readonly total: number };
    }
  /** What was taken from it for its silence, or told to go back, was carried out all the same. */
  | { readonly kind: 'carried-out-late'; readonly deviceId: DeviceId; readonly attempt: number }
  /** `keepsStopRule`: that is heard while it is paused; absent in journals of before, where it was not. */
  | { readonly kind: 'paused'; readonly by: Person; readonly keepsStopRule?: true }
  | {
      readonly kind: 'resumed' | 'canceled' | 'rolled-back' | 'hurried' | 'failed-retried';
      readonly by: Person;
    }
  /** Nobody gets it any more, not even who is in mid-change. Told until all are let go, part by part. */
  | { readonly kind: 'deployment-deleted'; readonly by: Person }
  /** The next wave may open although its gate is not met. */
  | { readonly kind: 'wave-released'; readonly by: Person }
  | { readonly kind: 'superseded'; readonly by: DeploymentId };

export type RolloutEffect =
  /** The deployment is to reach it, as attempt `attempt`. */
  | { readonly kind: 'admit'; readonly deviceId: DeviceId; readonly attempt: number }
  /** The deployment is to reach it no more: as attempt `attempt`, or after that came to its end. */
  | { readonly kind: 'withdraw'; readonly deviceId: DeviceId; readonly attempt: number }
  | { readonly kind: 'ask-preflight'; readonly deviceId: DeviceId }
  /** The way back is to be deployed: an earlier deployment's content; null: nothing, so that what applies below does. */
  | { readonly kind: 'redeploy'; readonly deploymentId: DeploymentId | null }
  | { readonly kind: 'wave-opened'; readonly wave: number }
  | { readonly kind: 'status-changed'; readonly status: RolloutStatus; readonly cause: Cause };
