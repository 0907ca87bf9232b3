// The terms a rollout gives a device, in `lanyard` of `$edgeAgent`'s desired section. Keys that are not known are passed over;
// terms that are wrong are no terms, and the device says what is wrong with them.
import { z } from 'zod';
import { type Json } from '#base/json.ts';

const rolloutTerms = z.object({
  /** Another number is another attempt, for the same content too. */
  attempt: z.int().min(1),
  /** How long each module must run in one go. */
  settleSeconds: z.int().min(0).max(86_400),
  /** Holds the switch, never the download. */
  hold: z.enum(['none', 'window', 'person']),
  /** From the receipt of the version; afterwards the agent holds by itself. Null is absent in a twin, where null removes. */
  switchWithinSeconds: z.int().min(0).nullable().default(null),
  isRollback: z.boolean(),
  /** A person said now and meant it: neither lock nor hook holds the switch. Absent: they do. */
  isForced: z.boolean().optional(),
});

export type RolloutTerms = z.infer<typeof rolloutTerms>;

export interface TermsReading {
  readonly terms: RolloutTerms | null;
  /** Why they are none; null when there were none, or good ones. */
  readonly problem: string | null;
}

/** Example: `{attempt: 2, settleSeconds: 30, hold: 'none', switchWithinSeconds: null, isRollback: false}` → those terms. */
export function readRolloutTerms(value: Json | undefined): TermsReading {
  if (value === undefined || value === null) return { terms: null, problem: null };
  const parsed = rolloutTerms.safeParse(value);
  if (parsed.success) return { terms: parsed.data, problem: null };
  const wrong = parsed.error.issues.map((issue) => ['lanyard', ...issue.path].join('.'));
  return {
    terms: null,
    problem: `The terms of the rollout are passed over, for they are not understood: ${[...new Set(wrong)].join(', ')}.`,
  };
}
