// What the hub and the desktop shell tell each other over the port of the hub's process: how the site stands, what became of a
// rollout, and when the laptop sleeps. Without a shell nobody listens, and the hub does the same.
import { z } from 'zod';

const count = z.int().nonnegative();
const id = z.string().min(1).max(128);

/** Enough for a menu or a question; `openRollouts` counts them all. */
export const mostToldRollouts = 20;
export const longestReason = 1_000;
export const longestSubject = 200;

const toldRollout = z.strictObject({
  deploymentId: id,
  status: z.enum(['scheduled', 'pending', 'in-progress', 'paused', 'rolling-back']),
  /** Devices that count, and those of them that came to their end. */
  devices: count,
  ended: count,
});
export type ToldRollout = Readonly<z.infer<typeof toldRollout>>;

const toldImageWork = z.strictObject({
  kind: z.enum(['import', 'fetch', 'export']),
  /** The file, the folder, or the image. */
  subject: z.string().max(longestSubject),
});
/** Work with images that goes on in the hub, and ends with it. */
export type ToldImageWork = Readonly<z.infer<typeof toldImageWork>>;

const siteStatus = z.strictObject({
  kind: z.literal('site-status'),
  devices: z.strictObject({ all: count, connected: count, failing: count }),
  openRollouts: count,
  rollouts: z.array(toldRollout).max(mostToldRollouts),
  /** At most as many as can run at once. */
  imageWork: z.array(toldImageWork),
});
/** How the site stands, whenever it changed, at most once a second. */
export type SiteStatus = Readonly<z.infer<typeof siteStatus>>;

const rolloutNews = z.strictObject({
  kind: z.literal('rollout-news'),
  deploymentId: id,
  /**
   * `stopped`: its own rule paused it, and a person has to look. `waits`: its next wave is for a person to open, and may be.
   * `needs-you`: it goes on, and devices of it do not without a person.
   */
  outcome: z.enum(['finished', 'stopped', 'waits', 'needs-you', 'going-back', 'taken-back']),
  reason: z.string().max(longestReason),
  succeeded: count,
  failed: count,
});
/** Told once, when a rollout came to something that a person who looks elsewhere wants to know. */
export type RolloutNews = Readonly<z.infer<typeof rolloutNews>>;

export type HubWord = SiteStatus | RolloutNews;

const hubWord = z.discriminatedUnion('kind', [siteStatus, rolloutNews]);

/** Null for anything else. */
export function readHubWord(message: unknown): HubWord | null {
  const parsed = hubWord.safeParse(message);
  return parsed.success ? parsed.data : null;
}

const shellWord = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('suspended') }),
  z.strictObject({ kind: z.literal('resumed') }),
]);
/** `suspended`: the laptop goes to sleep. `resumed`: it woke. */
export type ShellWord = Readonly<z.infer<typeof shellWord>>;

/** Null for anything else. */
export function readShellWord(message: unknown): ShellWord | null {
  const parsed = shellWord.safeParse(message);
  return parsed.success ? parsed.data : null;
}
