// A deployment: what is to stand on the twins its condition matches. Content never changes after creation.
// One id space holds three kinds: deployments of modules to edge devices, and automatic configurations of device or module twins.
import type { DeploymentId } from '#base/ids.ts';
import type { Json, JsonObject } from '#base/json.ts';

/** Module id → keys `properties.desired[.path]` → value; the `modulesContent` of an IoT Hub configuration. */
export type ModulesContent = Readonly<Record<string, JsonObject>>;

/** Keys `properties.desired[.path]` → value, null removes; the `deviceContent` or `moduleContent` of an IoT Hub configuration. */
export type TwinContent = Readonly<Record<string, Json>>;

/** `edge`: modulesContent; `device`: deviceContent; `module`: moduleContent. */
export type DeploymentKind = 'edge' | 'device' | 'module';

/** What becomes of the values of an automatic configuration on a twin it no longer matches (iot-hub.md 2.4). */
export type RemovalRule = 'leave' | 'remove';

interface DeploymentHead {
  readonly id: DeploymentId;
  readonly priority: number;
  /** Unique among deployments: the store never gives two of them the same instant. Ties of priority go to the newer. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly targetCondition: string;
  readonly labels: Readonly<Record<string, string>> | null;
  /** Custom metric queries by name; kept as given. */
  readonly metricQueries: Readonly<Record<string, string>>;
  readonly schemaVersion: string;
  /** Grows with every change; the etag is made from it. */
  readonly version: number;
}

/** Modules for edge devices: a base or a layer. */
export interface EdgeDeployment extends DeploymentHead {
  readonly kind: 'edge';
  readonly content: ModulesContent;
}

/** Desired properties for the twins of devices (`device`) or of modules (`module`) that its condition matches. */
export interface AutomaticConfiguration extends DeploymentHead {
  readonly kind: 'device' | 'module';
  readonly content: TwinContent;
  /** Lanyard's own, beside the IoT Hub object. */
  readonly onRemoval: RemovalRule;
}

export type Deployment = EdgeDeployment | AutomaticConfiguration;

/** `base` carries the whole `$edgeAgent` section, `layer` only paths of it (spec/layering.md rule 1). */
export type DeploymentType = 'base' | 'layer';

/** How a deployment stands on one twin: merged into what it was given, or matched but outranked. */
export type DeploymentStatus = 'Applied' | 'Targeted';

/** Ascending: priority, then age. The id decides only between deployments no store would hold, so that the order is total. */
export function compareRank(left: Deployment, right: Deployment): number {
  const byNumbers = left.priority - right.priority || left.createdAtMs - right.createdAtMs;
  return byNumbers || (left.id < right.id ? -1 : 1);
}

export function isEdgeDeployment(deployment: Deployment): deployment is EdgeDeployment {
  return deployment.kind === 'edge';
}
