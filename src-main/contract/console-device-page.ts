// The console's procedures for one device: its twins, methods, logs, messages, journal and keys. Shapes and sizes are checked here;
// ids, texts and documents in the answers may come from devices, and whoever draws them treats them as hostile.
import { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '#base/json.ts';
import type { Actor, JournalKind } from '#domain/records/journal-event.ts';
import type { DeviceStanding, RolloutStatus } from '#domain/rollouts/rollout-state.ts';
import { largestPage } from './console-rows.ts';
import type { DeviceClock } from './device-clock.ts';

const deviceId = z.string().min(1).max(128);
const moduleName = z.string().min(1).max(128);
/** Null: the device itself. */
const moduleId = moduleName.nullable();
// Taken over as it is, with keys such as `__proto__`: a schema that copied it would lose them.
const jsonObject = z.custom<JsonObject>(isJsonObject, 'must be a JSON object');
const jsonValue = z.custom<Json>((value) => value !== undefined, 'must be given');
const logTime = z.string().max(64).nullable().default(null);

export const thisDeviceRequest = z.strictObject({ deviceId });
type ThisDeviceRequest = z.infer<typeof thisDeviceRequest>;

export const twinRequest = z.strictObject({ deviceId, moduleId });
type TwinRequest = z.infer<typeof twinRequest>;

/** Merge patches: null takes a value away, what is not named stays. */
export const twinChangeRequest = z.strictObject({
  deviceId,
  moduleId,
  /** Of the twin that the person saw; `*` changes it whatever it holds now. */
  etag: z.string().max(64),
  tags: jsonObject.optional(),
  desired: jsonObject.optional(),
});
type TwinChangeRequest = z.infer<typeof twinChangeRequest>;

/** As long as IoT Hub lets a caller wait. */
export const longestMethodWaitS = 300;

export const methodRequest = z.strictObject({
  deviceId,
  moduleId,
  // What a name may hold is told by the hub, in its words.
  name: z.string().min(1).max(256),
  payload: jsonValue,
  responseTimeoutS: z.int().min(5).max(longestMethodWaitS).default(30),
  /** How long an absent device is waited for; 0: not at all. */
  connectTimeoutS: z.int().min(0).max(longestMethodWaitS).default(0),
});
export type MethodRequest = z.infer<typeof methodRequest>;

export const moduleLogsRequest = z.strictObject({
  deviceId,
  /** None: every module. */
  modules: z.array(moduleName).max(50),
  tail: z.int().min(1).max(10_000),
  /** Unix seconds, an ISO time, or how long ago (`15m`), as the agent reads them. */
  since: logTime,
  until: logTime,
});
export type ModuleLogsRequest = z.infer<typeof moduleLogsRequest>;

export const moduleRestartRequest = z.strictObject({ deviceId, module: moduleName });
type ModuleRestartRequest = z.infer<typeof moduleRestartRequest>;

export const deviceJournalRequest = z.strictObject({
  deviceId,
  /** Rows below this number; null from the newest on. */
  before: z.int().min(1).nullable().default(null),
  limit: z.int().min(1).max(largestPage),
  /** None: of every kind. */
  kinds: z.array(z.string().max(64)).max(64).default([]),
});
export type DeviceJournalRequest = z.infer<typeof deviceJournalRequest>;

export const cloudMessageRequest = z.strictObject({
  deviceId,
  body: z.string().max(65_536),
  properties: z.record(z.string().min(1).max(128), z.string().max(1024)),
  /** It is dropped when the device has not taken it by then; null: it waits for good. */
  expiresInS: z
    .int()
    .min(1)
    .max(7 * 86_400)
    .nullable(),
});
type CloudMessageRequest = z.infer<typeof cloudMessageRequest>;

export const deviceEnablingRequest = z.strictObject({
  deviceId,
  isEnabled: z.boolean(),
  reason: z.string().max(128).nullable(),
});
type DeviceEnablingRequest = z.infer<typeof deviceEnablingRequest>;

/** A value of a twin's desired section that a deployment or a configuration writes, and would write again. */
export interface OwnedPath {
  /** Segments below the section; [] is the whole of it. */
  readonly path: readonly string[];
  readonly writtenBy: string;
}

export interface DeviceTwinView {
  readonly moduleId: string | null;
  /** Modules of the device that have a twin of their own; the first of all. */
  readonly moduleIds: readonly string[];
  readonly etag: string;
  readonly tags: JsonObject;
  readonly desired: { readonly value: JsonObject; readonly version: number };
  readonly reported: { readonly value: JsonObject; readonly version: number; readonly atMs: number | null };
  /** The first of all. */
  readonly owned: readonly OwnedPath[];
}

interface MethodAnswerView {
  readonly status: number;
  readonly payload: Json;
  /** From the call to its answer. */
  readonly tookMs: number;
}

export interface ModuleLogsView {
  /** As the device's agent gave it: lines, each after its time where it has one. */
  readonly logs: readonly { readonly module: string; readonly text: string }[];
  /** The answer is as full as one can be: older lines may be missing. */
  readonly isFull: boolean;
}

export interface DeviceJournalRow {
  readonly seq: number;
  readonly atMs: number;
  readonly kind: JournalKind;
  readonly actor: Actor;
  readonly deviceId: string | null;
  readonly moduleId: string | null;
  readonly deploymentId: string | null;
  readonly detail: JsonObject;
}

export interface DeviceJournalPage {
  /** Newest first. */
  readonly rows: readonly DeviceJournalRow[];
  /** The `before` of the next page, which may turn out to be empty; null on the last. */
  readonly next: number | null;
}

export interface DeviceKeysView {
  /** Null: it proves itself with a certificate, and there is nothing to copy. */
  readonly connectionString: string | null;
  readonly secondConnectionString: string | null;
  readonly authentication: string;
}

export interface WaitingMessageRow {
  readonly messageId: string;
  /** The first of its body, as text. */
  readonly preview: string;
  readonly bytes: number;
  readonly ageMs: number;
  /** Null: never. */
  readonly expiresInMs: number | null;
  readonly deliveryCount: number;
}

export interface DeviceRolloutRow {
  readonly deploymentId: string;
  readonly status: RolloutStatus;
  readonly standing: DeviceStanding;
  /** Why it stands so and what it waits for. */
  readonly explanation: string;
  readonly attempt: number;
  readonly wave: number | null;
  readonly isOpen: boolean;
  readonly bytes: { readonly done: number; readonly total: number };
}

export interface DeviceUnderway {
  /** Open ones, newest first, and the newest that is over where none is open. */
  readonly rollouts: readonly DeviceRolloutRow[];
  readonly messages: readonly WaitingMessageRow[];
  /** Twins whose desired values the device has not answered for yet, as far as that can be told: `$edgeAgent` alone reports it. */
  readonly unreported: { readonly wanted: number; readonly reported: number | null } | null;
}

/** What is known of a device's clock, and of its way to the hub. */
export interface DeviceContact {
  /** Null: not known; its agent does not tell, or it never connected since the hub was started. */
  readonly clock: DeviceClock | null;
  /** The newest time that it was turned away, if it did not connect since. */
  readonly refusal: {
    readonly atMs: number;
    /** Null: the device itself. */
    readonly moduleId: string | null;
    readonly reason: string;
    readonly address: string;
  } | null;
}

/** What answers; it throws `AppError`. */
export interface ConsoleDevicePage {
  twin(request: TwinRequest): DeviceTwinView;
  /** Refused (`etag.mismatch`) when somebody changed it meanwhile; nothing is written then. */
  changeTwin(request: TwinChangeRequest): DeviceTwinView;
  invokeMethod(request: MethodRequest): Promise<MethodAnswerView>;
  /** Refused in the agent's words; `device.offline` at once. */
  moduleLogs(request: ModuleLogsRequest): Promise<ModuleLogsView>;
  restartModule(request: ModuleRestartRequest): Promise<{ readonly tookMs: number }>;
  journal(request: DeviceJournalRequest): DeviceJournalPage;
  keys(request: ThisDeviceRequest): DeviceKeysView;
  underway(request: ThisDeviceRequest): DeviceUnderway;
  /** Asks its agent, unless that was done within the minute. */
  contact(request: ThisDeviceRequest): Promise<DeviceContact>;
  sendMessage(request: CloudMessageRequest): { readonly messageId: string };
  /** Takes back what waits; what the device is just being sent it may still get. */
  purgeMessages(request: ThisDeviceRequest): { readonly purged: number };
  setEnabled(request: DeviceEnablingRequest): { readonly isEnabled: boolean };
  deleteDevice(request: ThisDeviceRequest): { readonly deviceId: string };
}
