// The tree of who sends what: devices, under them their modules, under those their outputs. Pure: rows come in, branches come out.
import type { LiveFlush, LiveRow, LiveTopic } from '#contract/console-live.ts';

export interface LiveState {
  readonly rows: ReadonlyMap<string, LiveRow>;
  readonly total: number;
  readonly dropped: number;
  readonly rate: LiveFlush['rate'];
}

export const emptyLive: LiveState = { rows: new Map(), total: 0, dropped: 0, rate: null };

export interface LiveBranch {
  readonly deviceId: string;
  readonly count: number;
  readonly atMs: number;
  readonly topics: readonly LiveRow[];
}

export function topicKey({ deviceId, moduleId, output }: LiveTopic): string {
  return `${deviceId}\n${moduleId ?? ''}\n${output}`;
}

export function withFlush(state: LiveState, { rows, total, dropped, rate }: LiveFlush): LiveState {
  if (rows.length === 0) return { ...state, total, dropped, rate };
  const next = new Map(state.rows);
  for (const row of rows) next.set(topicKey(row), row);
  return { rows: next, total, dropped, rate };
}

/** By device and topic, in a fixed order: nothing moves under a finger because messages came. */
export function branchesOf({ rows }: LiveState): readonly LiveBranch[] {
  const branches = new Map<string, LiveRow[]>();
  for (const row of rows.values()) {
    const topics = branches.get(row.deviceId) ?? [];
    topics.push(row);
    branches.set(row.deviceId, topics);
  }
  return [...branches]
    .map(([deviceId, topics]) => ({
      deviceId,
      topics: topics.sort((one, other) => (topicKey(one) < topicKey(other) ? -1 : 1)),
      count: topics.reduce((sum, { count }) => sum + count, 0),
      atMs: Math.max(...topics.map(({ atMs }) => atMs)),
    }))
    .sort((one, other) => (one.deviceId < other.deviceId ? -1 : 1));
}

/** What a topic is called under its device. */
export function topicWord({ moduleId, output }: LiveTopic): string {
  if (moduleId === null) return output === '' ? 'the device itself' : `the device itself › ${output}`;
  return output === '' ? moduleId : `${moduleId} › ${output}`;
}
