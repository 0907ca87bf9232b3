// The console's procedures for the settings of the site: the limits of deployments, in use and as they may be.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import type { LimitName } from '#domain/deployments/deployment-limits.ts';

/** More than there are limits, so that a name too many is refused in the hub's own words. */
const mostNames = 50;

export const deploymentLimitsRequest = z.strictObject({
  /** Limit → a whole number, or null for what is usual; those not named stay as they are. */
  limits: z.custom<JsonObject>(
    (value) => isJsonObject(value) && Object.keys(value).length <= mostNames,
    `must be a JSON object of at most ${mostNames} limits`,
  ),
});

export interface DeploymentLimitRow {
  readonly name: LimitName;
  /** What is counted, in words. */
  readonly counts: string;
  /** What holds now. */
  readonly value: number;
  /** Without a setting. */
  readonly usual: number;
  /** The greatest that can be set; the least is 1. */
  readonly most: number;
  /** What the site set, null for nothing. */
  readonly setting: number | null;
  /** Given to this run of the hub with `--limit`: it goes before the setting until the hub is started without. */
  readonly forThisRun: number | null;
  /** What is there now: all deployments, or the most that one of them has. It may be beyond a limit that was lowered. */
  readonly inUse: number;
}

/** What answers, with all limits; it throws `AppError`. */
export interface ConsoleSettings {
  deploymentLimits(): Promise<readonly DeploymentLimitRow[]>;
  /** Refused (`request.invalid`) whole when one is wrong. */
  setDeploymentLimits(request: z.infer<typeof deploymentLimitsRequest>): Promise<readonly DeploymentLimitRow[]>;
}
