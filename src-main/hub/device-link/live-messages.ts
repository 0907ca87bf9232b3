// Messages of devices for whoever looks at them right now. While nobody does a message costs one comparison; while somebody does it is
// counted, and its topic goes out with the next flush. What is held is bounded per window, whatever the devices send.
import type { Clock } from '#base/clock.ts';
import type { Identity } from '#base/ids.ts';
import type { ConsoleLive } from '#contract/console-live.ts';
import type { MessageProperties } from '#contract/property-bag.ts';
import type { DeviceSession } from './device-session.ts';
import { latestOf } from './live-latest.ts';
import { createLiveTree } from './live-tree.ts';
import { newsLine } from './news-line.ts';
import { createPacketRate } from './packet-rate.ts';

export interface DeviceMessage {
  readonly identity: Identity;
  readonly properties: MessageProperties;
  readonly body: Buffer;
  readonly atMs: number;
}

export interface LiveMessages extends ConsoleLive {
  /** A message that came. */
  note(identity: Identity, properties: MessageProperties, body: Buffer): void;
  /** A packet that a device published, of whatever sort. */
  noteIncoming(): void;
}

const flushEveryMs = 100;
const topicEveryMs = 250;

type Watcher = (message: DeviceMessage) => unknown;

export function createLiveMessages(parts: {
  readonly clock: Clock;
  readonly sessions: { all(): Iterable<Pick<DeviceSession, 'sentCount'>> };
}): LiveMessages {
  const { clock } = parts;
  const watchers = new Set<Watcher>();
  const rate = createPacketRate(parts);

  function listen(watch: Watcher): () => void {
    watchers.add(watch);
    return () => watchers.delete(watch);
  }

  return {
    note(identity, properties, body) {
      if (watchers.size === 0) return;
      const message = { identity, properties, body, atMs: clock.nowMs() };
      for (const watch of watchers) watch(message);
    },
    noteIncoming: () => rate.noteIncoming(),
    follow({ words }, follower) {
      const tree = createLiveTree(words);
      return newsLine({
        clock,
        everyMs: flushEveryMs,
        follower,
        listen(wake) {
          const stops = [
            listen((message) => tree.take(message) && wake()),
            rate.follow(() => {
              tree.touch();
              wake();
            }),
          ];
          return () => stops.forEach((stop) => stop());
        },
        read() {
          const flush = tree.flush();
          return flush === null ? null : { ...flush, rate: rate.now() };
        },
      });
    },
    followTopic(topic, follower) {
      const latest = latestOf(topic);
      return newsLine({
        clock,
        everyMs: topicEveryMs,
        follower,
        listen: (wake) => listen((message) => latest.take(message) && wake()),
        read: () => latest.read(),
      });
    },
  };
}
