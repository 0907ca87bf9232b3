// The console's procedures for many devices at once: those a condition means, new ones, and the same change to each of some.
// What a person chose may be thousands; each call takes a few of them, so that progress is counted and can be stopped.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '#base/json.ts';
import type { Problem } from '#base/result.ts';
import { mostDevicesAtOnce } from './console-rows.ts';

/** Ids of one page of matches: ids alone, so more of them than rows of a list. */
const mostMatchesAtOnce = 1_000;

const text = z.string().max(128);
// Whether it is an id, a key or a thumbprint is the registry's to say, in its words.
const authentication = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('sas') }),
  z.strictObject({ type: z.literal('selfSigned'), primaryThumbprint: text, secondaryThumbprint: text }),
  z.strictObject({ type: z.literal('certificateAuthority') }),
]);
const tags = z.custom<JsonObject>(isJsonObject, 'must be a JSON object');

export const deviceMatchesRequest = z.strictObject({
  condition: z.string().max(16_384),
  after: text.nullable().default(null),
  limit: z.int().min(1).max(mostMatchesAtOnce),
});

export const newDevicesRequest = z.strictObject({
  deviceIds: z.array(text).min(1).max(mostDevicesAtOnce),
  isEdge: z.boolean(),
  authentication,
  /** Of their twins; null: none. */
  tags: tags.nullable(),
});
export type NewDevicesRequest = z.infer<typeof newDevicesRequest>;

export const devicesChangeRequest = z.strictObject({
  deviceIds: z.array(text).min(1).max(mostDevicesAtOnce),
  change: z.discriminatedUnion('kind', [
    /** A merge patch: null takes a tag away. */
    z.strictObject({ kind: z.literal('tag'), patch: tags }),
    z.strictObject({ kind: z.literal('enable') }),
    z.strictObject({ kind: z.literal('disable') }),
    z.strictObject({ kind: z.literal('delete') }),
  ]),
});
export type DevicesChange = z.infer<typeof devicesChangeRequest>['change'];

type DeviceMatches =
  | {
      readonly ok: true;
      readonly deviceIds: readonly string[];
      /** Where the next page goes on; null on the last. */
      readonly next: string | null;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** What became of one device of a call. */
export interface DeviceOutcome {
  readonly deviceId: string;
  /** Null: it is done. */
  readonly problem: string | null;
}

export interface NewDeviceOutcome extends DeviceOutcome {
  /** What its agent or program logs in with; null where it has a certificate, or was not made. */
  readonly connectionString: string | null;
}

/** What answers. A device that cannot be done is told with the reason, and the others are done all the same. */
export interface ConsoleDevices {
  /** By device id, ascending; edge devices or not. Rejects (`preview.cancelled`) when the signal aborts. */
  matches(request: z.infer<typeof deviceMatchesRequest>, signal: AbortSignal | undefined): Promise<DeviceMatches>;
  createAll(request: NewDevicesRequest): Promise<readonly NewDeviceOutcome[]>;
  changeAll(request: z.infer<typeof devicesChangeRequest>): Promise<readonly DeviceOutcome[]>;
}
