// The console's procedure for the log of an attempt: which one and from where on, and a part of its text.
import { z } from 'zod';

const id = z.string().min(1).max(128);

export const attemptLogRequest = z.strictObject({
  deploymentId: id,
  deviceId: id,
  attempt: z.int().min(1),
  /** In characters of the text: `nextOffset` of the part before. */
  offset: z.int().min(0).default(0),
});

export interface AttemptLogPage {
  /** A part of it; null where there is none here, and `explanation` says why. */
  readonly text: string | null;
  /** Null: this part is the last. */
  readonly nextOffset: number | null;
  readonly explanation: string | null;
  /** As long as it was on the device. */
  readonly totalBytes: number;
  /** Everything the device kept of it is here; if not, the text says what is missing. */
  readonly isWhole: boolean;
  readonly fetchedAtMs: number | null;
  /** Of the failure. */
  readonly module: string | null;
  readonly code: string | null;
  /** The lines that tell of the failure. */
  readonly slice: readonly string[];
}
