// What an agent tells its hub so that it may be named to its neighbours, and what it needs to serve them: `POST
// /lanyard/siblings`, by the device's own proof. The whole list each time: what was lost on the way is told by the next.
import { z } from 'zod';

export const siblingsPath = '/lanyard/siblings';
export const mostHeldBlobs = 1_000;

export const siblingAnnouncement = z.object({
  /** Where it listens; null while it does not. The address is where the hub hears it from, so that nobody can name another. */
  listens: z.object({ port: z.int().min(1).max(65_535), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  /** The newest of those it can serve. */
  holds: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)).max(mostHeldBlobs),
});

export const siblingTerms = z.object({
  siblings: z.enum(['off', 'on']),
  /** Ed25519 public key (SPKI, base64) that tickets are signed with: another with each start of the hub. */
  ticketKey: z.string(),
  /** The hub's own count when it answered. */
  hubMs: z.number(),
  /** Whoever is not heard for longer is not named any more. */
  renewWithinMs: z.number().positive(),
});

export type SiblingAnnouncement = z.infer<typeof siblingAnnouncement>;
export type SiblingTerms = z.infer<typeof siblingTerms>;
