// The console's procedures for deployments and automatic configurations: read one whole, make, aim, rank, label and delete it, and
// say device by device why it does not apply. Shapes and sizes alone; what a deployment may be is told by the domain.
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { DeploymentKind, RemovalRule } from '#domain/records/deployment.ts';
import type { previewDeviceRequest } from './console-inputs.ts';
import type { DeploymentRow } from './console-rows.ts';
import type { DevicePreview } from './preview-view.ts';

/** Of whose reasons one answer tells: each is read from what the device was given. */
const mostReasons = 50;
/** Of whose metrics one answer tells. */
const mostMeasured = 200;

const id = z.string().min(1).max(128);
// Longer than any condition or query may be, so that the refusal is the language's own, in words.
const expression = z.string().max(16_384);
// Taken over as they are, with keys such as `__proto__`: a schema that copied them would lose those.
const json = z.custom<Json>((value) => value !== undefined, 'must be given');
const texts = z.custom<Readonly<Record<string, string>>>(isJsonObject, 'must be a JSON object');

export const deploymentRequest = z.strictObject({ id });
type DeploymentRequest = z.infer<typeof deploymentRequest>;

export const newDeploymentRequest = z.strictObject({
  // No shorter limit than the domain's: an id that cannot be is told in its words.
  id: z.string().max(256),
  kind: z.enum(['edge', 'device', 'module']),
  priority: z.number(),
  targetCondition: expression,
  labels: texts.nullable(),
  metricQueries: texts,
  /** `modulesContent`, `deviceContent` or `moduleContent`. */
  content: json,
  /** Of an automatic configuration; missing: `leave`. */
  onRemoval: z.enum(['leave', 'remove']).optional(),
});
type NewDeploymentRequest = z.infer<typeof newDeploymentRequest>;

export const deploymentChangeRequest = z.strictObject({
  id,
  /** Of what the person saw: refused (`etag.mismatch`) when it has changed since. */
  etag: z.string().max(64),
  priority: z.number().optional(),
  targetCondition: expression.optional(),
  labels: texts.nullable().optional(),
  metricQueries: texts.optional(),
});
type DeploymentChangeRequest = z.infer<typeof deploymentChangeRequest>;

export const deploymentDeletionRequest = z.strictObject({ id, etag: z.string().max(64) });
type DeploymentDeletionRequest = z.infer<typeof deploymentDeletionRequest>;

export const deploymentReasonsRequest = z.strictObject({ id, deviceIds: z.array(id).min(1).max(mostReasons) });
type DeploymentReasonsRequest = z.infer<typeof deploymentReasonsRequest>;

export const customMetricsRequest = z.strictObject({ ids: z.array(id).min(1).max(mostMeasured) });
type CustomMetricsRequest = z.infer<typeof customMetricsRequest>;

export interface CustomMetric {
  readonly name: string;
  readonly query: string;
  /** How many rows it has; null: not counted yet, or it cannot be. */
  readonly count: number | null;
}

export interface DeploymentDetail extends Pick<
  DeploymentRow,
  'id' | 'type' | 'priority' | 'targetCondition' | 'createdAtMs'
> {
  readonly kind: DeploymentKind;
  /** For the change or deletion of what is shown. */
  readonly etag: string;
  readonly updatedAtMs: number;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly metrics: readonly CustomMetric[];
  readonly schemaVersion: string;
  /** `modulesContent`, `deviceContent` or `moduleContent`: it never changes. */
  readonly content: JsonObject;
  /** Of an automatic configuration: what becomes of its values where it no longer matches. */
  readonly onRemoval: RemovalRule | null;
}

interface PlacedReason {
  /** The twin that is meant, '' for the device's own; null for a deployment of modules. */
  readonly moduleId: string | null;
  readonly reason: string;
}

/** How a deployment stands on one device, in words. Nothing in it: it applies there whole and well, or does not match. */
export interface DeviceReasons {
  readonly deviceId: string;
  /** Why nothing of it applies. */
  readonly notApplied: readonly PlacedReason[];
  /** It applies, and others wrote over some of it. */
  readonly overwritten: readonly PlacedReason[];
  /** It applies, and by the device's last report something is not as wanted: each module, or null for the whole configuration. */
  readonly troubles: readonly { readonly module: string | null; readonly reason: string }[];
}

/** What answers; it throws `AppError`. */
export interface ConsoleDeployments {
  deployment(request: DeploymentRequest): Promise<DeploymentDetail>;
  createDeployment(request: NewDeploymentRequest): { readonly id: string; readonly etag: string };
  /** Content is immutable: a new version is a deployment of its own. */
  changeDeployment(request: DeploymentChangeRequest): { readonly etag: string };
  deleteDeployment(request: DeploymentDeletionRequest): { readonly id: string };
  /** What a device is given now, and would be given if; nothing is written. */
  previewDevice(request: z.infer<typeof previewDeviceRequest>, signal: AbortSignal | undefined): Promise<DevicePreview>;
  /** In the order asked for; a device that is gone is left out. */
  deploymentReasons(request: DeploymentReasonsRequest): Promise<readonly DeviceReasons[]>;
  /** Of those that are there and have any. */
  customMetrics(
    request: CustomMetricsRequest,
  ): Promise<readonly { readonly id: string; readonly metrics: readonly CustomMetric[] }[]>;
}
