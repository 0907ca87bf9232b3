// A deployment: which modules with which settings, for the devices its condition matches. Content never changes after creation.
import type { DeploymentId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';

/** Module id → keys `properties.desired[.path]` → value; the `modulesContent` of an IoT Hub configuration. */
export type ModulesContent = Readonly<Record<string, JsonObject>>;

export interface Deployment {
  readonly id: DeploymentId;
  readonly priority: number;
  /** Unique among deployments: the store never gives two of them the same instant. Ties of priority go to the newer. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly targetCondition: string;
  readonly content: ModulesContent;
  readonly labels: Readonly<Record<string, string>> | null;
  /** Custom metric queries by name; kept as given. */
  readonly metricQueries: Readonly<Record<string, string>>;
  readonly schemaVersion: string;
  /** Grows with every change; the etag is made from it. */
  readonly version: number;
}

/** `base` carries the whole `$edgeAgent` section, `layer` only paths of it (spec/layering.md rule 1). */
export type DeploymentType = 'base' | 'layer';

/** How a deployment stands on one device: merged into what it was sent, or matched but outranked. */
export type DeploymentStatus = 'Applied' | 'Targeted';
