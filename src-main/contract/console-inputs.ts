// What the console may ask, checked at the wire: shapes and sizes only; whether it makes sense is the hub's to say.
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { PreviewChange } from '#domain/layering/preview-change.ts';
import { largestDevicePage, largestPage } from './console-rows.ts';

const idText = z.string().min(1).max(128);
const pageSize = z.int().min(1).max(largestPage);
const revisionNumber = z.int().min(1);
const offset = z.int().min(0);
// Longer than any condition may be, so that the refusal is the language's own, in words.
const conditionText = z.string().max(16_384);
// Taken over as it is, with keys such as `__proto__`: a schema that copied it would lose them.
const jsonValue = z.custom<Json>((value) => value !== undefined, 'must be given');
const jsonObject = z.custom<JsonObject>(isJsonObject, 'must be a JSON object');

export const pageRequest = z.strictObject({ after: z.string().max(128).nullable(), limit: pageSize });
export const devicePageRequest = z.strictObject({
  after: z.string().max(128).nullable(),
  limit: z.int().min(1).max(largestDevicePage),
});
export const deviceRequest = z.strictObject({ deviceId: idText });

export const effectiveRequest = z.strictObject({
  deviceId: idText,
  revision: revisionNumber.nullable().default(null),
  after: offset.default(0),
  limit: pageSize.default(largestPage),
});

export const revisionsRequest = z.strictObject({
  deviceId: idText,
  before: revisionNumber.nullable().default(null),
  limit: pageSize,
});

export const comparisonRequest = z.strictObject({
  deviceId: idText,
  from: revisionNumber,
  to: revisionNumber,
  after: offset.default(0),
  limit: pageSize.default(largestPage),
});

/** As it came: the fields of a head are refused by whoever reads the heads of every door, in the same words. */
function asGiven<T>(): z.ZodType<T> {
  return z.custom<T>((value) => value !== undefined, 'must be given');
}

const previewChange: z.ZodType<PreviewChange> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('create'),
    id: asGiven<string>(),
    deploymentKind: z.enum(['edge', 'device', 'module']).optional(),
    priority: asGiven<number>(),
    targetCondition: asGiven<string>(),
    labels: asGiven<Readonly<Record<string, string>> | null>().optional(),
    metricQueries: asGiven<Readonly<Record<string, string>>>().optional(),
    schemaVersion: asGiven<string>().optional(),
    content: jsonValue,
  }),
  z.strictObject({
    kind: z.literal('update'),
    id: z.string().max(128),
    priority: asGiven<number>().optional(),
    targetCondition: asGiven<string>().optional(),
  }),
  z.strictObject({ kind: z.literal('delete'), id: z.string().max(128) }),
  z.strictObject({
    kind: z.literal('tag'),
    deviceIds: z.array(z.string().max(128)).min(1).max(10_000),
    patch: jsonObject,
  }),
]);
export const previewRequest = z.strictObject({ changes: z.array(previewChange).min(1).max(100) });
export const previewDeviceRequest = previewRequest.extend({ deviceId: idText });

// How long a query may be is the query language's own affair.
export const queryRequest = z.strictObject({
  query: z.string().max(16_384),
  /** Of the page before. */
  continuation: z.string().max(65_536).nullable().default(null),
  limit: pageSize,
});

export const previewDevicesRequest = z.strictObject({
  previewId: z.int().min(1),
  group: offset,
  after: z.string().max(128).nullable(),
  limit: pageSize,
});

export const matchesRequest = z.strictObject({
  condition: conditionText,
  explainFor: idText.nullable().default(null),
  /** The module of that device, for a condition of modules. */
  explainModule: idText.nullable().default(null),
  limit: pageSize,
});

export interface PageRequest {
  /** The last key of the page before; null for the first page. */
  readonly after: string | null;
  readonly limit: number;
}

/** Whoever reads the changes: how it says that it lags behind, and that it left. */
export interface Follower {
  readonly isLagging: () => boolean;
  readonly signal: AbortSignal | undefined;
}
