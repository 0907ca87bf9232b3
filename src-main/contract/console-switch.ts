// A person's "now" to devices that hold their switch: what may be asked, and the answer.
import { z } from 'zod';

const id = z.string().min(1).max(128);

export const switchNowRequest = z.strictObject({
  deploymentId: id,
  /** Null: all that are in mid-change. */
  deviceIds: z.array(id).min(1).max(100_000).nullable(),
  /** Past locks and hooks of modules too. */
  isForced: z.boolean().default(false),
});
export type SwitchNowRequest = z.infer<typeof switchNowRequest>;

export interface SwitchNowAnswer {
  /** They go on, those that sleep when they wake. */
  readonly told: readonly string[];
  /** A module of theirs holds, which only force passes: each with a sentence who. */
  readonly held: readonly { readonly deviceId: string; readonly reason: string }[];
}
