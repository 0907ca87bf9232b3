// Over which times the states of a device are drawn: of one that is new, over its life, for of the rest there is nothing to see.
import type { RangeName } from '#renderer/link/history-query.ts';
import type { TimeSpan } from '#renderer/plots/timeline-layout.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Span {
  readonly word: string;
  /** Null: all of its life. */
  readonly ms: number | null;
  /** What the history calls the shortest of its own that holds it. */
  readonly range: RangeName;
}

export const deviceSpans = {
  life: { word: 'since it was added', ms: null, range: '24h' },
  '1h': { word: 'the last hour', ms: hour, range: '1h' },
  '24h': { word: 'the last 24 hours', ms: day, range: '24h' },
  '7d': { word: 'the last 7 days', ms: 7 * day, range: '7d' },
} as const satisfies Readonly<Record<string, Span>>;

export type SpanName = keyof typeof deviceSpans;

/** Of a device that is older, all of its life would be more than can be read. */
export function spansOffered(ageMs: number): readonly SpanName[] {
  return ageMs < day ? ['life', '1h', '24h', '7d'] : ['1h', '24h', '7d'];
}

/** `asked`: what the address names. A device of four minutes → `life`; one of a month → `24h`. */
export function spanShown(asked: string | null, ageMs: number): SpanName {
  const named = spansOffered(ageMs).find((name) => name === asked);
  return named ?? (ageMs < hour ? 'life' : '24h');
}

/** A life begins a little before the device was added, so that this is seen, and has a minute at least. */
export function spanUntil(name: SpanName, toMs: number, createdAtMs: number): TimeSpan {
  const lengthMs = deviceSpans[name].ms ?? Math.max(minute, (toMs - createdAtMs) * 1.04);
  return { fromMs: Math.floor(toMs - lengthMs), toMs };
}
