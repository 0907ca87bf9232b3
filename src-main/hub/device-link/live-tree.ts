// What came since somebody began to look, topic by topic: counts, and the start of the newest body. Bounded in topics and in bytes, and
// a flush holds no more rows than any answer of the console.
import { type LiveFlush, type LiveRow, mostLiveTopics } from '#contract/console-live.ts';
import { largestPage } from '#contract/console-rows.ts';
import type { MessageProperties } from '#contract/property-bag.ts';
import type { DeviceMessage } from './live-messages.ts';

const previewBytes = 240;
const longestOutput = 256;

interface Topic {
  readonly deviceId: string;
  readonly moduleId: string | null;
  readonly output: string;
  count: number;
  bytes: number;
  atMs: number;
  size: number;
  /** A copy: a slice would keep the whole body. */
  start: Buffer;
}

export interface LiveTree {
  /** Whether it fits what is looked for. */
  take(message: DeviceMessage): boolean;
  /** Null: nothing changed since the last. */
  flush(): Omit<LiveFlush, 'rate'> | null;
  /** The next flush comes although nothing changed. */
  touch(): void;
}

/** The output that a message names; '' for none. */
export function outputOf(properties: MessageProperties): string {
  return Object.hasOwn(properties, '$.on') ? (properties['$.on'] ?? '').slice(0, longestOutput) : '';
}

export function createLiveTree(words: string): LiveTree {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const topics = new Map<string, Topic>();
  const changed = new Set<Topic>();
  let total = 0;
  let dropped = 0;
  // So that the first flush comes at once and says that nothing came yet.
  let isTouched = true;

  function topicOf({ identity, properties }: DeviceMessage): Topic | null {
    const output = outputOf(properties);
    const key = `${identity.deviceId}\n${identity.moduleId ?? ''}\n${output}`;
    const known = topics.get(key);
    if (known !== undefined || topics.size >= mostLiveTopics) return known ?? null;
    const topic = { ...identity, output, count: 0, bytes: 0, atMs: 0, size: 0, start: nothing };
    topics.set(key, topic);
    return topic;
  }

  function fits({ identity: { deviceId, moduleId }, properties }: DeviceMessage): boolean {
    if (wanted.length === 0) return true;
    const text = `${deviceId} ${moduleId ?? ''} ${outputOf(properties)}`.toLowerCase();
    return wanted.every((word) => text.includes(word));
  }

  return {
    take(message) {
      if (!fits(message)) return false;
      total += 1;
      isTouched = true;
      const topic = topicOf(message);
      if (topic === null) {
        dropped += 1;
        return true;
      }
      count(topic, message);
      changed.add(topic);
      return true;
    },
    flush() {
      if (!isTouched && changed.size === 0) return null;
      isTouched = false;
      const rows: LiveRow[] = [];
      for (const topic of changed) {
        if (rows.length === largestPage) break;
        changed.delete(topic);
        const { start, ...row } = topic;
        rows.push({ ...row, preview: previewOf(start) });
      }
      return { rows, total, dropped };
    },
    touch() {
      isTouched = true;
    },
  };
}

const nothing = Buffer.alloc(0);

function count(topic: Topic, { body, atMs }: DeviceMessage): void {
  topic.count += 1;
  topic.bytes += body.byteLength;
  topic.atMs = atMs;
  topic.size = body.byteLength;
  topic.start = Buffer.from(body.subarray(0, previewBytes));
}

/** Text as far as it is text: a character cut in two at the end is left out, and bytes that are none make it binary. */
function previewOf(start: Buffer): string {
  const text = new TextDecoder('utf-8').decode(start, { stream: true });
  // oxlint-disable-next-line no-control-regex -- a NUL is what tells binary from text
  return text.includes('\uFFFD') || /\u0000/.test(text) ? '' : text;
}
