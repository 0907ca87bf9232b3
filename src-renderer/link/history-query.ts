// What the history shows, read from its address and written to it: every list of rows is a link and a bookmark.
import type { HistoryQuery } from '#contract/console-history.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { actors, kindsButReports } from '#renderer/words/journal-kinds.ts';
import { historyPath } from '#renderer/words/paths.ts';

export const historyParts = ['rows', 'timeline', 'compare'] as const;
type HistoryPart = (typeof historyParts)[number];

/** How far back, in ms; `all` and `own` tell their own bounds. */
export const ranges = {
  '1h': { word: 'the last hour', ms: 3_600_000 },
  '24h': { word: 'the last 24 hours', ms: 86_400_000 },
  '7d': { word: 'the last 7 days', ms: 7 * 86_400_000 },
  '30d': { word: 'the last 30 days', ms: 30 * 86_400_000 },
  all: { word: 'all of it', ms: null },
  own: { word: 'from … to …', ms: null },
} as const;
export type RangeName = keyof typeof ranges;

/** Instead of kinds, and what is asked where an address names none: all but what devices report by the minute. */
export const butReports = 'but-reports';
/** In an address: really every kind. */
const everyKind = 'all';

/** Devices below one another; more are hard to compare, and an address has an end. */
export const mostChosen = 24;

export interface HistoryAddress {
  readonly part: HistoryPart;
  readonly range: RangeName;
  /** Of the range `own`. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** None: every kind, reports too. */
  readonly kinds: readonly string[];
  readonly actors: readonly Actor[];
  readonly device: string;
  /** Further devices of the state timeline. */
  readonly also: readonly string[];
  /** Whose members the state timeline draws. */
  readonly group: string;
  readonly deployment: string;
  readonly words: string;
  /** The two moments that are compared. */
  readonly firstMs: number | null;
  readonly secondMs: number | null;
}

export const usualHistory: HistoryAddress = {
  part: 'rows',
  range: 'all',
  fromMs: null,
  toMs: null,
  kinds: [butReports],
  actors: [],
  device: '',
  also: [],
  group: '',
  deployment: '',
  words: '',
  firstMs: null,
  secondMs: null,
};

export function readHistory(search: string): HistoryAddress {
  const asked = new URLSearchParams(search);
  const textAt = (name: string) => (asked.get(name) ?? '').slice(0, 200);
  return {
    part: historyParts.find((part) => part === asked.get('part')) ?? usualHistory.part,
    range: (Object.keys(ranges) as RangeName[]).find((name) => name === asked.get('range')) ?? usualHistory.range,
    fromMs: momentAt(asked.get('from')),
    toMs: momentAt(asked.get('to')),
    kinds: kindsAt(asked.get('kind') ?? ''),
    actors: actors.filter((actor) => (asked.get('who') ?? '').split(',').includes(actor)),
    device: textAt('device').slice(0, 128),
    also: asked
      .getAll('and')
      .filter((id) => id !== '')
      .slice(0, mostChosen - 1)
      .map((id) => id.slice(0, 128)),
    group: textAt('group').slice(0, 128),
    deployment: textAt('deployment').slice(0, 128),
    words: textAt('q'),
    firstMs: momentAt(asked.get('first')),
    secondMs: momentAt(asked.get('second')),
  };
}

/** The address that shows it: `/history?device=press-3&kind=tags-changed`. */
export function historyAddress(address: Partial<HistoryAddress>): string {
  const { part, range, fromMs, toMs, kinds, device, deployment, words, ...rest } = { ...usualHistory, ...address };
  const asked = new URLSearchParams();
  if (part !== usualHistory.part) asked.set('part', part);
  if (range !== usualHistory.range) asked.set('range', range);
  if (range === 'own' && fromMs !== null) asked.set('from', String(fromMs));
  if (range === 'own' && toMs !== null) asked.set('to', String(toMs));
  if (kinds.length === 0) asked.set('kind', everyKind);
  else if (!kinds.includes(butReports)) asked.set('kind', kinds.join(','));
  if (rest.actors.length > 0) asked.set('who', rest.actors.join(','));
  if (device !== '') asked.set('device', device);
  for (const id of rest.also) asked.append('and', id);
  if (rest.group !== '') asked.set('group', rest.group);
  if (deployment !== '') asked.set('deployment', deployment);
  if (words !== '') asked.set('q', words);
  if (rest.firstMs !== null) asked.set('first', String(rest.firstMs));
  if (rest.secondMs !== null) asked.set('second', String(rest.secondMs));
  return asked.size === 0 ? historyPath : `${historyPath}?${asked.toString()}`;
}

/** What the hub is asked, at `nowMs`. */
export function queryOf(address: HistoryAddress, nowMs: number): HistoryQuery {
  const { range, fromMs, toMs, kinds, actors: by, device, deployment, words } = address;
  const backMs = ranges[range].ms;
  return {
    fromMs: range === 'own' ? fromMs : backMs === null ? null : nowMs - backMs,
    toMs: range === 'own' ? toMs : null,
    kinds: kinds.includes(butReports) ? [...kindsButReports] : [...kinds],
    actors: [...by],
    deviceId: device === '' ? null : device,
    deploymentId: deployment === '' ? null : deployment,
    words,
  };
}

/** A time as the field of a browser writes it, in the zone of this machine: `2026-11-21T17:05`. */
export function fieldTime(atMs: number | null): string {
  if (atMs === null) return '';
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}

export function timeOfField(text: string): number | null {
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs);
}

function kindsAt(text: string): readonly string[] {
  if (text === '') return usualHistory.kinds;
  return text === everyKind ? [] : text.split(',').slice(0, 64);
}

function momentAt(text: string | null): number | null {
  const atMs = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isInteger(atMs) && atMs >= 0 && atMs <= 8.64e15 ? atMs : null;
}
