// What the store offers for messages from module to module that wait until theirs is connected.
import type { DeviceId, ModuleId } from '#base/ids.ts';

export interface ModuleMessage {
  readonly id: number;
  readonly deviceId: DeviceId;
  readonly moduleId: ModuleId;
  readonly input: string;
  /** The lower, the sooner it is delivered. */
  readonly priority: number;
  /** As they go to the module, by their names on the wire. */
  readonly properties: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Both by the time of messages, which the wall clock does not set (hub/message-time.ts). */
  readonly enqueuedAtMs: number;
  readonly expiresAtMs: number | null;
}

export interface ModuleMessageReaders {
  /** When the newest of those that wait, for whichever module, was queued. */
  newestAtMs(): number | undefined;
  /** Numbers and sizes of those of one module, without expired ones: the most urgent first, then the oldest. */
  heads(
    deviceId: DeviceId,
    moduleId: ModuleId,
    page: { readonly nowMs: number; readonly limit: number },
  ): readonly { readonly id: number; readonly size: number }[];
  get(id: number): ModuleMessage | undefined;
  /** All that waits for the modules of a device. */
  weight(deviceId: DeviceId): { readonly rows: number; readonly bytes: number };
}

export interface ModuleMessageWriters {
  /** False, and nothing kept, when the device has no such module. */
  enqueue(message: Omit<ModuleMessage, 'id'>): boolean;
  /** Whether it was still there. */
  delete(id: number): boolean;
  /** Drops those whose expiry is at or before `nowMs`, `limit` at most; the device of each. */
  deleteExpired(nowMs: number, limit: number): readonly DeviceId[];
  /** Keeps the most urgent of a device, of equal ones the newest, no more than these; how many went. */
  trim(deviceId: DeviceId, keep: { readonly rows: number; readonly bytes: number }): number;
}
