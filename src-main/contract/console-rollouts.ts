// The console's procedures for rollouts and groups: what may be asked, checked for shape and size, and the answers. Whether a
// policy makes sense is told by domain/rollout-policy-check.ts, all problems at once.
import { z } from 'zod';
import type { RolloutPolicy } from '#domain/rollouts/rollout-policy.ts';
import type { Rivalry } from '#domain/rollouts/rollout-rivals.ts';
import type { Cause, DeviceStanding, RolloutStatus, StatusReached } from '#domain/rollouts/rollout-state.ts';
import type { WaitedWave } from '#domain/rollouts/rollout-waiting.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import type { StandingCounts, WaveTally } from '#domain/rollouts/rollout-tally.ts';
import type { AttemptLogPage, attemptLogRequest } from './console-attempt-logs.ts';
import { largestPage } from './console-rows.ts';
import type { SwitchNowAnswer, SwitchNowRequest } from './console-switch.ts';

const id = z.string().min(1).max(128);
const number = z.number();
const conditionText = z.string().max(16_384);
// More than the policy check lets pass, so that the refusal is in its words.
const list = <T extends z.ZodType>(item: T) => z.array(item).max(1000);

const waveMembers = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('group'), groupId: id }),
  z.strictObject({ kind: z.literal('condition'), condition: conditionText }),
  z.strictObject({ kind: z.literal('count'), count: number }),
  z.strictObject({ kind: z.literal('percent'), percent: number }),
  z.strictObject({ kind: z.literal('rest') }),
]);

const stopAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('roll-back'), withoutBase: z.enum(['keep', 'last-good', 'empty']).optional() }),
  z.strictObject({ kind: z.literal('roll-back-to-last-good'), withoutBase: z.enum(['keep', 'empty']).default('keep') }),
  z.strictObject({ kind: z.literal('roll-back-to'), deploymentId: id }),
]);

export const rolloutPolicy = z.strictObject({
  targets: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('fixed') }),
    z.strictObject({ kind: z.literal('growing'), maxDevices: number.nullable() }),
  ]),
  waves: list(
    z.strictObject({
      name: z.string().max(128),
      members: waveMembers,
      gate: z.strictObject({ successPercent: number, soakMs: number, needsPerson: z.boolean() }),
    }),
  ),
  concurrency: number.nullable(),
  startsAtMs: number.nullable(),
  windows: list(
    z.strictObject({
      days: z.array(number).max(7),
      fromMinute: number,
      toMinute: number,
      timeZone: z.string().max(128),
    }),
  ),
  retries: number,
  stop: z
    .strictObject({ atLeastFailed: number, comparison: z.enum(['>', '≥']), percent: number, action: stopAction })
    .nullable(),
  budgets: list(z.strictObject({ groupId: id, atLeastUp: number })),
  stepLimitMs: number,
  settleMs: number,
  needsPersonToSwitch: z.boolean().default(false),
});

const deployment = z.strictObject({
  id: z.string().max(128),
  priority: number,
  targetCondition: conditionText,
  labels: z.record(z.string(), z.string()).nullable().optional(),
  content: z.custom<unknown>((value) => value !== undefined, 'must be given'),
});

/** A deployment that is made with its rollout, so that it reaches nobody before its turn; or one that reached nobody yet. */
export const rolloutRequest = z.strictObject({ deployment: z.union([id, deployment]), policy: rolloutPolicy });
export type RolloutRequest = Omit<z.infer<typeof rolloutRequest>, 'policy'> & { readonly policy: RolloutPolicy };
export const rolloutIdRequest = z.strictObject({ deploymentId: id });
export const rolloutOrderRequest = z.strictObject({
  deploymentId: id,
  order: z.enum(['pause', 'resume', 'releaseWave', 'retryFailed', 'rollBack', 'cancel', 'hurry']),
});
export type RolloutOrder = z.infer<typeof rolloutOrderRequest>['order'];
export const rolloutDevicesRequest = z.strictObject({
  deploymentId: id,
  after: z.string().max(128).nullable().default(null),
  limit: z.int().min(1).max(largestPage),
});
export const rolloutAttemptsRequest = z.strictObject({ deploymentId: id, deviceId: id });
export const groupRequest = z.strictObject({
  id,
  /** A condition makes a dynamic group, a list a static one. */
  members: z.union([
    z.strictObject({ condition: conditionText }),
    z.strictObject({ deviceIds: z.array(id).max(100_000) }),
  ]),
});
export type GroupRequest = z.infer<typeof groupRequest>;
export const groupIdRequest = z.strictObject({ id });
export const ringsRequest = z.strictObject({ ids: z.array(id).max(100) });

export interface PlannedWave {
  readonly name: string;
  /** The first of them, by id. */
  readonly deviceIds: readonly string[];
  readonly devices: number;
}

interface RivalRow {
  readonly deploymentId: string;
  /** Devices that it has still to change, of those that this one is for. */
  readonly devices: number;
  /** It ends; its devices that were not begun go to this one; it ranks above; or neither, and they take turns. */
  readonly outcome: Rivalry;
  /** What becomes of them. */
  readonly explanation: string;
}

export interface RolloutPlan {
  /** What is wrong with the policy, each with its path in it, `waves[0].name`; nothing can be made of it then. */
  readonly problems: readonly { readonly at: string; readonly message: string }[];
  /** What a person should know before, each a sentence with what can be done. */
  readonly warnings: readonly string[];
  /** Rollouts under way that mean some of the same devices. */
  readonly rivals: readonly RivalRow[];
  readonly waves: readonly PlannedWave[];
  /** Whether devices that match later join. */
  readonly isGrowing: boolean;
}

interface RolloutWaveRow extends WaveTally {
  readonly name: string;
  readonly openedAtMs: number | null;
  readonly devices: number;
  readonly counts: StandingCounts;
}

export interface RolloutView {
  readonly deploymentId: string;
  readonly status: RolloutStatus;
  /** The wave that it waits for a person to open; null: it waits for nobody. */
  readonly waitsForPerson: WaitedWave | null;
  readonly cause: Cause;
  /** Every status it came to, in order, with who or what caused it and when. */
  readonly history: readonly StatusReached[];
  /** Why it stands as it does and what would move it on: `reason` and `next` in one. */
  readonly explanation: string;
  readonly reason: string;
  readonly next: string;
  readonly policy: RolloutPolicy;
  readonly currentWave: number;
  readonly waves: readonly RolloutWaveRow[];
  /** What gates and shares go by: over what still counts for them, so that whoever was rolled back is excluded. */
  readonly totals: WaveTally;
  /** How many stand how, out of how many: for people. */
  readonly counts: StandingCounts;
  readonly isHurried: boolean;
}

export interface RolloutDeviceRow {
  readonly deviceId: string;
  readonly wave: number | null;
  readonly standing: DeviceStanding;
  readonly explanation: string;
  readonly attempt: number;
  readonly isAwake: boolean;
  readonly bytes: { readonly done: number; readonly total: number };
  /** Of its newest attempt, epoch ms; null: none began, or it goes on. */
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** The lines of its log that tell why its newest attempt failed; empty where it did not, or the log is not here. */
  readonly slice: readonly string[];
}

interface RolloutDevicePage {
  readonly rows: readonly RolloutDeviceRow[];
  readonly next: string | null;
}

export interface RolloutAttemptRow {
  readonly attempt: number;
  readonly purpose: 'change' | 'roll-back';
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly verdict: Verdict | null;
  readonly reason: string | null;
  readonly bytes: { readonly done: number; readonly total: number };
  /** What the device wrote of it can be read (`attemptLog`). */
  readonly hasLog: boolean;
}

export interface GroupRow {
  readonly id: string;
  readonly condition: string | null;
  readonly ring: number | null;
  /** Of a static group. */
  readonly deviceIds: readonly string[] | null;
}

/** What answers; it throws `AppError`. */
export interface ConsoleRollouts {
  /** Who would be in which wave; writes nothing. */
  planRollout(request: RolloutRequest): Promise<RolloutPlan>;
  createRollout(request: RolloutRequest): Promise<RolloutView>;
  rollout(request: z.infer<typeof rolloutIdRequest>): RolloutView;
  rollouts(): readonly Pick<RolloutView, 'deploymentId' | 'status' | 'cause' | 'waitsForPerson'>[];
  rolloutDevices(request: z.infer<typeof rolloutDevicesRequest>): RolloutDevicePage;
  rolloutAttempts(request: z.infer<typeof rolloutAttemptsRequest>): readonly RolloutAttemptRow[];
  attemptLog(request: z.infer<typeof attemptLogRequest>): AttemptLogPage;
  orderRollout(request: z.infer<typeof rolloutOrderRequest>): Promise<RolloutView>;
  /** Devices that hold their switch go on; refused where a named one is not in mid-change. */
  switchNow(request: SwitchNowRequest): SwitchNowAnswer;
  groups(): readonly GroupRow[];
  /** Makes it, or gives it other members. */
  setGroup(request: GroupRequest): GroupRow;
  /** Refused while an open rollout names it. */
  deleteGroup(request: z.infer<typeof groupIdRequest>): { readonly id: string };
  /** The whole order of the quality rings. */
  setRings(request: z.infer<typeof ringsRequest>): readonly GroupRow[];
}
