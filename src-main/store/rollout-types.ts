// What the store offers for rollouts: the state that the machine goes on from, whom deployments reach, and every attempt made.
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { GateStanding } from '#domain/rollouts/rollout-explain-gate.ts';
import type { DeviceStanding, RolloutDevice, RolloutState } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';

export interface Rollout {
  /** The deployment's `createdAtMs`: unique, also among those that are gone. */
  readonly number: number;
  /** As the deployment was aimed when the rollout was made. */
  readonly targetCondition: string;
  readonly state: RolloutState;
  /** Something can still happen to it: its status is not final, devices are in mid-change, or failed ones are yet withdrawn. */
  readonly isOpen: boolean;
  /** The deployment that gives an earlier content to whoever it is taken back from. */
  readonly redeployedNumber: number | null;
  /** The rollout that this one takes back, device by device; null: it takes none back. */
  readonly takesBackNumber: number | null;
  /** The rollout that brings this one's deployment to its devices as it comes to them; null: it goes by itself. */
  readonly ledByNumber: number | null;
}

/** All but the devices: what a list shows costs no read of ten thousand rows. */
export type RolloutHead = Omit<Rollout, 'state'> & { readonly state: Omit<RolloutState, 'devices'> };

export interface AttemptTerms {
  readonly settleSeconds: number;
  readonly hold: 'none' | 'window' | 'person';
  /** Null: at any time. */
  readonly switchWithinSeconds: number | null;
}

export interface RolloutAttempt extends AttemptTerms {
  /** Grows over all rollouts. */
  readonly id: number;
  readonly rolloutNumber: number;
  readonly deploymentId: DeploymentId;
  readonly deviceId: DeviceId;
  readonly attempt: number;
  readonly purpose: RolloutDevice['purpose'];
  /** The desired `$version` of `$edgeAgent` that carried it; null: not sent yet. */
  readonly sentVersion: number | null;
  /** A person's now passes locks and hooks of modules as well. */
  readonly isForced: boolean;
  /** There was nothing to send: the device has what it would get, or keeps what it runs for want of a base. */
  readonly isNeedless: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  readonly bytes: { readonly done: number; readonly total: number };
}

/** What evaluation asks of one device. */
export interface DeviceTurns {
  /** The deployments with a rollout that may reach it, by number. */
  readonly admitted: ReadonlySet<number>;
  /** Its newest attempt of any rollout: unsent, it is to be carried out now. */
  readonly newest: RolloutAttempt | undefined;
  /** The attempt whose terms its `$edgeAgent` was last sent. */
  readonly sent: RolloutAttempt | undefined;
}

/** What a picture of a rollout needs of a device, ten thousand at a time. */
interface RolloutCell {
  readonly deviceId: DeviceId;
  readonly wave: number | null;
  readonly standing: DeviceStanding;
  readonly isAwake: boolean;
  readonly attempt: number;
}

/** How many devices stand so. */
interface StandingShare {
  readonly standing: DeviceStanding;
  readonly isAwake: boolean;
  readonly devices: number;
}

/** When an attempt was begun and how it ended. */
export interface AttemptCourse {
  readonly deviceId: DeviceId;
  readonly attempt: number;
  readonly purpose: RolloutDevice['purpose'];
  readonly isNeedless: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
}

/** Why a device does not move on: `asked`: it holds its switch for a person; `held`: for something of its own. */
export type Standstill = 'asked' | 'held' | 'blocked' | 'waiting' | 'silent';

export interface RolloutSights {
  /** How many devices do not move on, and for what: `waiting` for others, with nothing of their own in the way. */
  standstill(number: number, currentWave: number): Readonly<Record<Standstill, number>>;
  /** The first of them by id. */
  standingStill(
    number: number,
    why: { readonly is: Standstill; readonly wave: number; readonly limit: number },
  ): readonly DeviceId[];
  /** What the share of a wave does not say. */
  gateStanding(number: number, wave: number): GateStanding;
  standings(number: number): readonly StandingShare[];
  /** By device id, ascending. */
  cells(number: number, page: { readonly after: string; readonly limit: number }): readonly RolloutCell[];
  /** By device id and attempt, ascending. */
  courses(
    number: number,
    page: { readonly after: { readonly deviceId: string; readonly attempt: number }; readonly limit: number },
  ): readonly AttemptCourse[];
}

/** Where one device stands in one rollout. */
interface DeviceInRollout {
  readonly number: number;
  readonly deploymentId: DeploymentId;
  readonly device: RolloutDevice;
}

export interface RolloutReaders extends RolloutSights {
  /** Numbers of all deployments that have a rollout, open or not. */
  numbers(): readonly number[];
  get(number: number): Rollout | undefined;
  head(number: number): RolloutHead | undefined;
  /** The newest of a deployment id, one that is gone included. */
  numberOf(deploymentId: DeploymentId): number | undefined;
  /** All, newest first; `before`: only those of a lower number. */
  heads(limit: number, before?: number): readonly RolloutHead[];
  /** Numbers of those to which something can still happen, oldest first. */
  open(): readonly number[];
  /** By device id, ascending. */
  devices(
    number: number,
    page: { readonly after: DeviceId | null; readonly limit: number },
  ): readonly (readonly [DeviceId, RolloutDevice])[];
  device(number: number, deviceId: DeviceId): RolloutDevice | undefined;
  /** Numbers of the rollouts that another leads. */
  ledBy(number: number): readonly number[];
  /** Numbers of the rollouts that take another back, newest first. */
  takingBack(number: number): readonly number[];
  admittedTo(deviceId: DeviceId): DeviceTurns;
  /** The rollouts a device is in, newest first. */
  ofDevice(deviceId: DeviceId): readonly DeviceInRollout[];
  attempt(number: number, deviceId: DeviceId, attempt: number): RolloutAttempt | undefined;
  /** Newest first. */
  attempts(number: number, deviceId: DeviceId): readonly RolloutAttempt[];
}

export interface RolloutWriters {
  /** With its devices. */
  insert(rollout: Rollout): void;
  /**
   * The head of one whose devices are written part by part: until `updateHead` makes it one that is over, no reader tells of it.
   * What was left of an earlier try is gone.
   */
  prepare(rollout: RolloutHead): void;
  /** All but its devices. */
  updateHead(rollout: RolloutHead): void;
  putDevice(number: number, deviceId: DeviceId, device: RolloutDevice): void;
  /** The same for all of them: ten thousand in one statement. */
  putSame(number: number, deviceIds: readonly DeviceId[], device: RolloutDevice): void;
  beginAttempt(
    number: number,
    deviceId: DeviceId,
    begun: { readonly device: RolloutDevice; readonly terms: AttemptTerms },
  ): void;
  /** How the device's newest attempt goes. */
  noteAttempt(number: number, deviceId: DeviceId, device: RolloutDevice): void;
  /** The attempt goes on under other terms of windows; one that a person holds, or let go on, stays as it is. */
  renewTerms(
    number: number,
    deviceId: DeviceId,
    terms: Pick<RolloutAttempt, 'attempt' | 'hold' | 'switchWithinSeconds'>,
  ): void;
  /** A person's now: the attempt holds its switch for no person and no window, and for no module where it is forced. */
  releaseSwitch(attemptId: number, isForced: boolean): void;
  noteSent(attemptId: number, sentVersion: number): void;
  /** It did not hear of it, and what was sent is taken back. */
  noteUnsent(attemptId: number): void;
  noteNeedless(attemptId: number): void;
}
