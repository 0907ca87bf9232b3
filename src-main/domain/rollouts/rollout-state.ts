// What is known of one rollout: a value that `advance` (rollout.ts) makes from the one before and what happened. It is the same
// whether it was kept or made anew from the journal.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { RolloutPolicy, WavePlan } from './rollout-policy.ts';

/** The last four are final. */
export type RolloutStatus =
  | 'scheduled'
  | 'pending'
  | 'in-progress'
  | 'paused'
  | 'rolling-back'
  | 'rolled-back'
  | 'superseded'
  | 'canceled'
  | 'finished';

/** The first four are on their way; the others are final for an attempt. */
export type DeviceStanding =
  | 'pending'
  | 'downloading'
  | 'installing'
  | 'verifying'
  | 'success'
  | 'already-installed'
  | 'not-applicable'
  | 'failure'
  | 'rolled-back'
  | 'aborted'
  | 'decommissioned';

/** Who or what brought a state about, and why, in one sentence. */
export interface Cause {
  readonly by: 'console' | 'service' | 'hub' | 'device';
  readonly reason: string;
  /** Wall time, epoch ms. */
  readonly atMs: number;
}

/** A status that the rollout came to. */
export interface StatusReached {
  readonly status: RolloutStatus;
  readonly cause: Cause;
  /** Of a pause: the stop rule is heard in it all the same. Absent: it is not, as in its own, and in those of journals of before. */
  readonly keepsStopRule?: true;
}

/** One device in the rollout, as its newest attempt stands. */
export interface RolloutDevice {
  /** Index of its wave; null: no wave took it yet. */
  readonly wave: number | null;
  readonly standing: DeviceStanding;
  /** The deployment reaches it. Also of one that succeeded or is in change; false once it was taken back. */
  readonly isAdmitted: boolean;
  readonly isAwake: boolean;
  /** Its modules run as they should; counted for disruption budgets. */
  readonly isUp: boolean;
  /** Numbered from 1; 0 before the first. A rollback is an attempt too. */
  readonly attempt: number;
  /** The attempt was begun and has not ended; its standing says what the device last reported of it. */
  readonly isChanging: boolean;
  readonly purpose: 'change' | 'roll-back';
  /** Number of the newest report of the attempt that was taken. */
  readonly reportNumber: number;
  /** Hub's running time by which it must have shown progress; null: nothing is under way, or it sleeps. */
  readonly deadlineRunMs: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly bytes: { readonly done: number; readonly total: number };
  readonly verdict: Verdict | null;
  /** Why it stands as it does, where that needs saying. */
  readonly reason: string | null;
  /** What stands in its way before it may start, one sentence each; null: it was not asked yet. */
  readonly preflight: Preflight | null;
  /** Groups with a disruption budget that it belongs to. */
  readonly groups: readonly string[];
  /** Another rollout that has it in change; this one does not begin it meanwhile. */
  readonly changedBy: { readonly deploymentId: DeploymentId; readonly isRollback: boolean } | null;
  /** Number of attempts that failed. */
  readonly failures: number;
  /** It was taken out of service: another that is made under its id is another device. Told by `isOutOfService`. */
  readonly isGone: boolean;
  /** Of the step it is in; null: its agent told nothing more than that, and in journals of before. */
  readonly told: StepTold | null;
}

/** What an agent tells of a step beyond its bytes. */
export interface StepTold {
  /** Something that ran before was or will be stopped; absent: its agent does not say. */
  readonly hasSwitched?: boolean;
  /** How long the gate may take that it is in. */
  readonly limitMs?: number;
  /** A mark that moves while layers are unpacked, of which no bytes are told. */
  readonly unpacked?: number;
  /** The module that something is fetched for. */
  readonly module?: string;
}

/** In journals of before, `decommissioned` alone said so. */
export function isOutOfService({ isGone, standing }: RolloutDevice): boolean {
  return isGone || standing === 'decommissioned';
}

export interface Preflight {
  readonly obstacles: readonly string[];
  readonly answeredRunMs: number;
}

export interface RolloutWave {
  readonly plan: WavePlan;
  readonly openedAtMs: number | null;
  /** Hub's running time since which the success share has held; null: it does not hold. */
  readonly heldSinceRunMs: number | null;
  /** A person said that the next wave may open. */
  readonly isReleased: boolean;
  /** Since when all that is missing to open the next is a person, epoch ms; null or absent: more is, or nobody is asked. */
  readonly dueAtMs?: number | null;
  /** Of the whole rollout, kept with its first wave; absent: nothing is to be told. */
  readonly watch?: RolloutWatch;
}

/** What a person should know that no status says; null: it is not so. */
export interface RolloutWatch {
  /** Nothing of it moves on by itself, though a window would let it. */
  readonly still: WatchedSince | null;
  /** A device or more fell silent while in change. */
  readonly silent: WatchedSince | null;
  /** A device or more holds its switch, and the policy has a person say when. */
  readonly asked: WatchedSince | null;
}

export interface WatchedSince {
  /** Wall time, epoch ms. */
  readonly sinceMs: number;
  /** It has lasted long enough to call for a person. */
  readonly isDue: boolean;
}

export interface RolloutState {
  readonly deploymentId: DeploymentId;
  readonly policy: RolloutPolicy;
  readonly status: RolloutStatus;
  readonly cause: Cause;
  /** Every status it came to, in order; the last is the one it has. */
  readonly history: readonly StatusReached[];
  readonly waves: readonly RolloutWave[];
  /** Index of the newest open wave; -1: none. */
  readonly currentWave: number;
  readonly devices: ReadonlyMap<DeviceId, RolloutDevice>;
  /** Group → how many of its devices run well and are none of the rollout's. */
  readonly bystandersUp: Readonly<Record<string, number>>;
  /** Its first targets join in parts, so many in all; null: they are in it. */
  readonly joiningOf: number | null;
  /** A person asked to try the failed again, and not all of them wait for that yet. */
  readonly isRetrying: boolean;
  /** A person said that windows do not hold for the rest of it. */
  readonly isHurried: boolean;
  /** So many failed devices a person has seen and gone on with: the stop rule asks for more. */
  readonly pardonedFailures: number;
}

/** Both clocks at once: the wall may jump; `runMs` counts only while a hub runs, goes on from one to the next and never back. */
export interface RolloutNow {
  readonly wallMs: number;
  readonly runMs: number;
  /** By which rules the step is taken (rollout-rules.ts); absent in journals of before they had numbers. */
  readonly rules?: number;
}

const finalStatuses: ReadonlySet<RolloutStatus> = new Set(['rolled-back', 'superseded', 'canceled', 'finished']);
export function isFinal(status: RolloutStatus): boolean {
  return finalStatuses.has(status);
}
