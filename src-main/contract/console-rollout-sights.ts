// What the screens of a rollout ask: its devices as a picture, its course in time, and whom an order would hit. Every answer is
// bounded, whatever the rollout's size.
import { z } from 'zod';
import type { Cause, DeviceStanding } from '#domain/rollouts/rollout-state.ts';
import type { Verdict } from '#domain/updates/update-trial.ts';
import { rolloutIdRequest, type RolloutDeviceRow, type RolloutOrder } from './console-rollouts.ts';

const id = rolloutIdRequest.shape.deploymentId;
/** Of a picture: few bytes each. */
const mostCells = 1000;
const mostRows = 100;

export const rolloutCellsRequest = z.strictObject({
  deploymentId: id,
  after: z.string().max(128).nullable().default(null),
  limit: z.int().min(1).max(mostCells).default(mostCells),
});
export const rolloutDeviceRowsRequest = z.strictObject({
  deploymentId: id,
  deviceIds: z.array(id).max(mostRows),
});

export interface RolloutCell {
  readonly deviceId: string;
  readonly wave: number | null;
  readonly standing: DeviceStanding;
  readonly isAwake: boolean;
  readonly attempt: number;
}

interface RolloutCellPage {
  /** By device id. */
  readonly cells: readonly RolloutCell[];
  readonly next: string | null;
}

/** How many devices there were at a moment, each as its newest attempt had ended by then. */
export interface CoursePoint {
  readonly atMs: number;
  readonly successful: number;
  /** For good: one that has attempts left, or is tried again, is none. */
  readonly failed: number;
  readonly takenBack: number;
}

export interface AttemptEnd {
  readonly atMs: number;
  readonly deviceId: string;
  readonly attempt: number;
  readonly purpose: 'change' | 'roll-back';
  readonly verdict: Verdict;
  readonly reason: string | null;
}

export interface RolloutCourse {
  /** From its begin until now or its end, evenly apart; each tells what held at its moment. */
  readonly points: readonly CoursePoint[];
  /** The newest, newest first. */
  readonly ends: readonly AttemptEnd[];
  /** Attempts that ended in all. */
  readonly ended: number;
}

interface Hit {
  readonly devices: number;
  /** The first of them, by id. */
  readonly deviceIds: readonly string[];
}

export interface OrderRow extends Hit {
  readonly order: RolloutOrder;
  /** Why it cannot be given now, and what fits instead; null: it can. */
  readonly unfit: string | null;
}

export interface RolloutOrders {
  readonly orders: readonly OrderRow[];
  /** In mid-change now: a person's "now" is for them. */
  readonly inChange: Hit;
  /** Of those: they have all they need and hold their switch. */
  readonly held: Hit;
  /** What the rollout takes back; null: it takes none back. */
  readonly takesBack: string | null;
  readonly made: Cause;
}

/** What answers; it throws `AppError`. */
export interface ConsoleRolloutSights {
  rolloutCells(request: z.infer<typeof rolloutCellsRequest>): RolloutCellPage;
  /** Those of them that are in it, in the order asked. */
  rolloutDeviceRows(request: z.infer<typeof rolloutDeviceRowsRequest>): readonly RolloutDeviceRow[];
  rolloutCourse(request: z.infer<typeof rolloutIdRequest>, signal?: AbortSignal): Promise<RolloutCourse>;
  rolloutOrders(request: z.infer<typeof rolloutIdRequest>): RolloutOrders;
}
