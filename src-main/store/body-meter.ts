// The bytes of message bodies that changes write: a commit of many large ones takes as long as the disk needs for them, which no
// clock shows before it.
import type { StoreWriters } from './store-types.ts';

/** INVARIANTS: counts from the last `reset` on, whether or not what was written is undone. */
export interface BodyMeter {
  readonly bytes: () => number;
  readonly reset: () => void;
  /** The same writers, weighed. */
  readonly weigh: (writers: StoreWriters) => StoreWriters;
}

export function createBodyMeter(): BodyMeter {
  let bytes = 0;
  const count = ({ body }: { readonly body: Uint8Array }): void => {
    bytes += body.byteLength;
  };
  return {
    bytes: () => bytes,
    reset() {
      bytes = 0;
    },
    weigh({ cloudMessages, moduleMessages, telemetry, ...others }) {
      return {
        ...others,
        cloudMessages: {
          ...cloudMessages,
          enqueue(message) {
            count(message);
            return cloudMessages.enqueue(message);
          },
        },
        moduleMessages: {
          ...moduleMessages,
          enqueue(message) {
            count(message);
            return moduleMessages.enqueue(message);
          },
        },
        telemetry: {
          ...telemetry,
          append(message) {
            count(message);
            telemetry.append(message);
          },
        },
      };
    },
  };
}
