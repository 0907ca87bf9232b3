// The console's procedures for automatic configurations: what becomes of their values where they no longer match.
import { z } from 'zod';

const id = z.string().min(1).max(128);

export const removalRuleRequest = z.strictObject({ id, onRemoval: z.enum(['leave', 'remove']) });
type RemovalRuleRequest = z.infer<typeof removalRuleRequest>;

export const leftValuesRequest = z.strictObject({ id });
type LeftValuesRequest = z.infer<typeof leftValuesRequest>;

/** What answers; it throws `AppError`. */
export interface ConsoleConfigurations {
  /** Changes nothing of the IoT Hub object, nor its etag. */
  setOnRemoval(request: RemovalRuleRequest): RemovalRuleRequest;
  /** Configurations, deleted ones too, whose values were left on twins, and on how many. */
  leftValues(): readonly {
    readonly configurationId: string;
    readonly twins: number;
    /** It was asked for, and these twins are still to come. */
    readonly isBeingRemoved: boolean;
  }[];
  /** Takes them away, where they still stand as they were written: on so many devices, a few at a time and across restarts. */
  removeLeftValues(request: LeftValuesRequest): { readonly devices: number };
}
