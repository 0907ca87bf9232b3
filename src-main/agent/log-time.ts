// The three ways IoT Edge lets a caller name a moment of a log: Unix seconds, an ISO time, or how long ago (`15m`, `1 day`).
import { refused } from '#base/errors.ts';

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Unix seconds; 0 when not given. */
export function logTime(text: string | number | undefined, nowMs: number): number {
  if (text === undefined || text === '') return 0;
  if (typeof text === 'number' || /^\d+$/.test(text)) return Number(text);
  const [, amount, unit] = /^(\d+)\s*(s|m|h|d)(?:ec(?:ond)?s?|in(?:ute)?s?|ours?|r?s|ays?)?$/i.exec(text) ?? [];
  const seconds = unitSeconds[unit?.toLowerCase() ?? ''];
  if (amount !== undefined && seconds !== undefined) return Math.floor(nowMs / 1_000) - Number(amount) * seconds;
  const parsedMs = Date.parse(text);
  if (Number.isFinite(parsedMs)) return Math.floor(parsedMs / 1_000);
  throw refused('request.invalid', `'${text}' is no time: use Unix seconds, 2026-01-31T08:00:00Z, or 15m.`);
}
