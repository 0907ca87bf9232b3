// The console's procedures for messages as they come: a tree of who sends what, and one topic of it closely. Conflated at the hub: what
// a person cannot read is counted and not sent. Bodies and properties come from devices: whoever draws them treats them as hostile.
import { z } from 'zod';
import type { Follower } from './console-inputs.ts';

const id = z.string().min(1).max(128);

export const liveRequest = z.strictObject({
  /** Each word is to occur in the device, the module or the output; the others are not even counted. */
  words: z.string().max(200),
});
type LiveRequest = z.infer<typeof liveRequest>;

export const liveTopicRequest = z.strictObject({
  deviceId: id,
  /** Null: the device itself. */
  moduleId: id.nullable(),
  /** '' where the message names none. */
  output: z.string().max(256),
});
export type LiveTopic = z.infer<typeof liveTopicRequest>;

/** Who sends is not asked about beyond so many; the messages of the others are counted as dropped. */
export const mostLiveTopics = 2_000;

export interface LiveRow extends LiveTopic {
  /** Since the subscription began. */
  readonly count: number;
  readonly bytes: number;
  /** Of the newest. */
  readonly atMs: number;
  readonly size: number;
  /** The first of its body as text; '' where it is none. */
  readonly preview: string;
}

/** At most ten a second: the latest of every topic that changed, the others of which follow. */
export interface LiveFlush {
  readonly rows: readonly LiveRow[];
  /** Messages that fit, since the subscription began. */
  readonly total: number;
  /** Of them those of topics beyond what is told apart. */
  readonly dropped: number;
  /** Packets of all devices in the last second, of every sort; null before there was one. */
  readonly rate: { readonly inPerS: number; readonly outPerS: number } | null;
}

/** At most four a second: the newest message of the topic. */
export interface LiveMessage {
  readonly atMs: number;
  /** Since the subscription began, this one included. */
  readonly count: number;
  readonly size: number;
  /** Base64 of its body, or the first 128 KB of it. */
  readonly body: string;
  readonly isCut: boolean;
  /** By their names on the wire; the first of all. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface ConsoleLive {
  follow(request: LiveRequest, follower: Follower): AsyncGenerator<LiveFlush, void, undefined>;
  followTopic(topic: LiveTopic, follower: Follower): AsyncGenerator<LiveMessage, void, undefined>;
}
