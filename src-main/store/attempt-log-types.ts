// What the store offers for the logs of attempts, as devices kept them.
import type { DeviceId } from '#base/ids.ts';
import type { RolloutAttempt } from './rollout-types.ts';

/** What is known of an attempt's log besides its text. */
export interface AttemptLogHead {
  /** Of the log on the device, in bytes; what is kept may be less. */
  readonly totalBytes: number;
  /** All that the device kept of it is here. */
  readonly isWhole: boolean;
  /** Of the failure; null: it did not fail, or in none alone. */
  readonly module: string | null;
  readonly code: string | null;
  /** The lines that tell of the failure. */
  readonly slice: readonly string[];
  readonly fetchedAtMs: number;
}

export interface AttemptLog extends AttemptLogHead {
  /** Null: the device keeps none. */
  readonly text: string | null;
}

export interface AttemptLogReaders {
  get(attemptId: number): AttemptLog | undefined;
  /** Without its text, which is long. */
  head(attemptId: number): AttemptLogHead | undefined;
  /** Attempts of the device that ended and whose log was not fetched, newest first; none older than devices keep. */
  missingOf(deviceId: DeviceId): readonly RolloutAttempt[];
  /** Devices with such an attempt among the newest of all. */
  devicesWithout(): readonly DeviceId[];
  /** Which attempts of a device in a rollout have a text here. */
  keptOf(number: number, deviceId: DeviceId): ReadonlySet<number>;
}

export interface AttemptLogWriters {
  /** Those of the device that are too old by then go. */
  put(attempt: Pick<RolloutAttempt, 'id' | 'deviceId'>, log: AttemptLog): void;
}
