// The newest message of one topic, for whoever looks at it closely: the ones between are counted.
import type { LiveMessage, LiveTopic } from '#contract/console-live.ts';
import type { DeviceMessage } from './live-messages.ts';
import { outputOf } from './live-tree.ts';

const mostBodyBytes = 128 * 1024;
const mostProperties = 64;

export interface Latest {
  /** Whether it is one of the topic. */
  take(message: DeviceMessage): boolean;
  /** Null: none came since it was read last. */
  read(): LiveMessage | null;
}

export function latestOf({ deviceId, moduleId, output }: LiveTopic): Latest {
  let count = 0;
  let newest: DeviceMessage | null = null;
  return {
    take(message) {
      const { identity, properties } = message;
      if (identity.deviceId !== deviceId || identity.moduleId !== moduleId) return false;
      if (outputOf(properties) !== output) return false;
      count += 1;
      newest = message;
      return true;
    },
    read() {
      if (newest === null) return null;
      const { atMs, body, properties } = newest;
      newest = null;
      return {
        atMs,
        count,
        size: body.byteLength,
        body: body.subarray(0, mostBodyBytes).toString('base64'),
        isCut: body.byteLength > mostBodyBytes,
        properties: Object.fromEntries(Object.entries(properties).slice(0, mostProperties)),
      };
    },
  };
}
