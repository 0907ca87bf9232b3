// Bodies of the IoT Hub REST API as scripts send them. Unknown fields are ignored, as the cloud does; documents that others
// check (twins, manifests, payloads) pass through untouched, so that a key such as `__proto__` stays a key.
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import { halfCharacter } from '#domain/values/twin-limits.ts';

const jsonObject = z.custom<JsonObject>(isJsonObject, 'must be a JSON object');
const json = z.custom<Json>((value) => value !== undefined, 'must be JSON');
/** Half a character would be kept and exported, and no file with it can be read again. */
function textUpTo(length: number) {
  return z
    .string()
    .max(length)
    .refine((value) => value.isWellFormed(), halfCharacter);
}
const text = textUpTo(4096);

const authentication = z.object({
  type: z.enum(['sas', 'selfSigned', 'certificateAuthority', 'none']).nullish(),
  symmetricKey: z.object({ primaryKey: text.nullish(), secondaryKey: text.nullish() }).nullish(),
  x509Thumbprint: z.object({ primaryThumbprint: text.nullish(), secondaryThumbprint: text.nullish() }).nullish(),
});
export type AuthenticationBody = z.infer<typeof authentication>;

const identityFields = {
  status: z.enum(['enabled', 'disabled']).nullish(),
  statusReason: textUpTo(128).nullish(),
  authentication: authentication.nullish(),
  capabilities: z.object({ iotEdge: z.boolean().nullish() }).nullish(),
  deviceScope: text.nullish(),
  parentScopes: z.array(text).max(100).nullish(),
};

export const deviceBody = z.object({ deviceId: text.nullish(), ...identityFields });
export type DeviceBody = z.infer<typeof deviceBody>;

export const moduleBody = z.object({
  deviceId: text.nullish(),
  moduleId: text.nullish(),
  managedBy: textUpTo(128).nullish(),
  authentication: authentication.nullish(),
});

const importModes = ['create', 'update', 'updateifmatchetag', 'delete', 'deleteifmatchetag'] as const;

/** Up to 100 devices in one request, each with its own verb. */
export const bulkBody = z
  .array(
    z.object({
      id: text,
      eTag: text.nullish(),
      etag: text.nullish(),
      importMode: z.string().toLowerCase().pipe(z.enum(importModes)),
      ...identityFields,
      tags: jsonObject.nullish(),
      properties: z.object({ desired: jsonObject.nullish() }).nullish(),
    }),
  )
  .min(1)
  .max(100);
export type BulkItem = z.infer<typeof bulkBody>[number];

export const twinBody = z.object({
  tags: jsonObject.nullish(),
  properties: z.object({ desired: jsonObject.nullish() }).nullish(),
});
export type TwinBody = z.infer<typeof twinBody>;

/** Of a configuration or for one device: whatever is wrong with it is told as what it is, a content that cannot be used. */
export const contentBody = z.unknown();

// Not a record of zod's, which loses a key such as `__proto__`.
const texts = z.custom<Readonly<Record<string, string>>>(
  (value) => isJsonObject(value) && Object.values(value).every((item) => typeof item === 'string'),
  'must be a JSON object of texts',
);

/** The head passes as it came: what is wrong with it is told by whoever reads the heads that come through any door. */
export const configurationBody = z.object({
  id: text.nullish(),
  schemaVersion: z.unknown().optional(),
  labels: z.unknown().optional(),
  content: contentBody.optional(),
  targetCondition: z.unknown().optional(),
  priority: z.unknown().optional(),
  metrics: z.unknown().optional(),
});
export type ConfigurationBody = z.infer<typeof configurationBody>;

export const testQueriesBody = z.object({
  targetCondition: z.string().nullish(),
  customMetricQueries: texts.nullish(),
});

/** How long a query may be, and what is said of a longer one, is the query language's own affair. */
export const queryBody = z.object({ query: z.string() });

const seconds = z.number().int().min(0).max(300);

export const methodBody = z.object({
  methodName: z.string().min(1).max(100),
  payload: json.optional(),
  responseTimeoutInSeconds: seconds.nullish(),
  connectTimeoutInSeconds: seconds.nullish(),
});
