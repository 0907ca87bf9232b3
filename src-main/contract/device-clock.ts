// What Lanyard's agent adds to the answer of IoT Edge's `ping`, for whoever asks for it: what its own clock says. A plain ping is
// answered as ever, and an agent that knows nothing of clocks answers this one as a plain one.
import { z } from 'zod';

export const pingMethod = 'ping';

/** Nobody but the hub asks: scripts that compare the answer with IoT Edge's get that. */
export const clockQuestion = { clock: true } as const;

export const clockQuestionShape = z.object({ clock: z.literal(true) });

/** Within what a date can hold; a device without a battery wakes in 1970. */
export const clockAnswer = z.object({ nowMs: z.number().min(0).max(8.64e15) });

/** Of a device's clock, measured over one round trip: half of it is taken for each way, so it is wrong by that much at most. */
export interface DeviceClock {
  /** How far it is ahead of the hub's; below 0: behind. */
  readonly offsetMs: number;
  /** The truth is within so much of `offsetMs`. */
  readonly withinMs: number;
  readonly measuredAtMs: number;
  /** Since when it was found to be off by more than `mostOffMs`, this time; null: it is not. */
  readonly offSinceMs: number | null;
}

/** SDKs renew a token when 15 % of its hour are left: a clock behind by that, nine minutes, loses its connection each time. */
const mostOffMs = 300_000;

/** Off for certain, however long the answer was under way. */
export function isClockOff({ offsetMs, withinMs }: Pick<DeviceClock, 'offsetMs' | 'withinMs'>): boolean {
  return Math.abs(offsetMs) - withinMs > mostOffMs;
}
