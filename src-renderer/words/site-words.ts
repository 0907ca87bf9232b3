// What the machine of the site and its certificates are like, in words.
import type { SiteNews, UnreadFile } from '#contract/console-site.ts';
import { ageInWords } from './age.ts';
import { safeText } from './safe-text.ts';

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

const unreadNames: Readonly<Record<UnreadFile['what'], string>> = {
  'site-ca': "The certificate of the site's authority",
  server: "The hub's certificate",
  backups: 'The folder of the copies',
  backup: 'A copy of the database',
};

/** What the app does not know for it, so that nobody takes it for nothing. */
const unreadMeanings: Readonly<Record<UnreadFile['what'], string>> = {
  'site-ca': 'When it ends is not known, and it cannot be handed to a new device.',
  server: 'When it ends is not known.',
  backups: 'Which copies there are is not known.',
  backup: 'It is not in the list.',
};

/** What cannot be read, why, and how to mend it. */
export function unreadInWords({ what, reason, isMissing }: UnreadFile): {
  readonly text: string;
  readonly next: string;
} {
  const next = isMissing
    ? 'Put it back from a copy of the data folder, or start the hub again where it is made anew.'
    : 'Give the user that runs Lanyard the right to read it, or put a sound one in its place.';
  return { text: `${unreadNames[what]} cannot be read: ${safeText(reason)}. ${unreadMeanings[what]}`, next };
}
