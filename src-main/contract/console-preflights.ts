// The console's dry run of a preflight: what stands in the way of a deployment on each device it means, before anything is made, and
// what was found good.
import { z } from 'zod';
import type { PreflightFinding } from '#domain/rollouts/preflight-finding.ts';
import { rolloutRequest } from './console-rollouts.ts';

const id = z.string().min(1).max(128);
/** A device may take its twenty seconds; a page is asked at once. */
const mostOfPage = 32;

export const preflightCheckRequest = z.strictObject({
  /** One that is there, or one that is only thought of. */
  deployment: rolloutRequest.shape.deployment,
  /** Null: all that its condition means. */
  deviceIds: z.array(id).max(1000).nullable().default(null),
  /** The last device of the page before. */
  after: z.string().max(128).nullable().default(null),
  limit: z.int().min(1).max(mostOfPage).default(mostOfPage),
});
export type PreflightCheckRequest = z.infer<typeof preflightCheckRequest>;

export interface PreflightRow {
  readonly deviceId: string;
  /** `wait`: when what stands in its way is mended; `never`: this deployment is not for it. */
  readonly answer: 'go' | 'wait' | 'never';
  /** Of `wait` all obstacles, of `never` the reason; by which deployment it would be outranked, and what was not looked at. */
  readonly sentences: readonly string[];
  /** One of each question, with a sentence also of what is good; none where the deployment is not for it at all. */
  readonly findings: readonly PreflightFinding[];
}

export interface PreflightPage {
  /** By device id. */
  readonly rows: readonly PreflightRow[];
  readonly next: string | null;
}

/** What answers; it throws `AppError`. */
export interface ConsolePreflights {
  /** Asks the devices; nothing is written. */
  preflight(request: PreflightCheckRequest, signal?: AbortSignal): Promise<PreflightPage>;
}
