// What the machine of the site and its certificates are like, in words.
import type { SiteNews } from '#contract/console-site.ts';
import { ageInWords } from './age.ts';

const dayMs = 24 * 3_600_000;
const lowDiskBytes = 2_000_000_000;
const lowDiskShare = 0.05;
const endingMs = 30 * dayMs;

/** The hub's own line (attention-machine.ts): two gigabytes, or a small disk's twentieth. */
export function isDiskLow({ freeBytes, totalBytes }: NonNullable<SiteNews['disk']>): boolean {
  return freeBytes < Math.min(lowDiskBytes, totalBytes * lowDiskShare);
}

/** `2 h back`, `5 min ahead`, `a moment ahead`. */
export function jumpInWords(byMs: number): string {
  const far = ageInWords(Math.abs(byMs));
  return `${far === 'now' ? 'a moment' : far} ${byMs < 0 ? 'back' : 'ahead'}`;
}

/** `in 24 years`, `in 59 days`, `1 day ago`, `in less than a day`. */
export function untilInWords(atMs: number, nowMs: number): string {
  const days = Math.floor(Math.abs(atMs - nowMs) / dayMs);
  const years = Math.floor(days / 365.25);
  const inDays = days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;
  const words = years >= 2 ? `${years} years` : inDays;
  return atMs >= nowMs ? `in ${words}` : `${words} ago`;
}

/** Null: it holds for long enough; the hub renews its own before that. */
export function certificateEnding(endsAtMs: number, nowMs: number): string | null {
  if (endsAtMs - nowMs >= endingMs) return null;
  return endsAtMs < nowMs ? 'Certificate ended' : `Certificate ends ${untilInWords(endsAtMs, nowMs)}`;
}
