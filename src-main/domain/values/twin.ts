// The shape of a twin, and what conditions and screens may see of it. Rules of change: twin-change.ts.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';

/** One section (desired or reported) with IoT Hub's bookkeeping. */
export interface TwinSection {
  /** The values alone: no `$metadata`, no `$version`. */
  readonly value: JsonObject;
  /** Mirrors `value`: `$lastUpdated` (ISO 8601) at every level, `$lastUpdatedVersion` beside it on desired. */
  readonly metadata: JsonObject;
  /** Starts at 1 and grows by one with every change. */
  readonly version: number;
}

export interface Twin {
  readonly deviceId: DeviceId;
  readonly moduleId: ModuleId | null;
  /** Grows with every change of tags or desired; the etag is made from it. */
  readonly version: number;
  readonly tags: JsonObject;
  readonly desired: TwinSection;
  readonly reported: TwinSection;
}

/** What a target condition reads. */
export interface ConditionSubject {
  readonly deviceId: DeviceId;
  readonly tags: JsonObject;
  readonly reported: JsonObject;
}
