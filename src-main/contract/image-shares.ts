// The console's procedures for what the site's pulls share: the laptop's slots and bandwidth, and the help of neighbours.
import { z } from 'zod';

export const mostPullsAtOnce = 256;
/** Below this no image ever arrives. */
export const leastBytesPerSecond = 16 * 1024;
const mostBytesPerSecond = 100_000_000_000;

export const imageShareTerms = z.object({
  /** How many blobs the hub sends to devices at a time; the others stand in a line that is even between devices. */
  pullsAtOnce: z.int().min(1).max(mostPullsAtOnce),
  /** Of all pulls together; null: no limit. */
  bytesPerSecond: z.int().min(leastBytesPerSecond).max(mostBytesPerSecond).nullable(),
  /** `on`: devices keep layers, open a port on their network, and pass layers on to each other. */
  siblings: z.enum(['off', 'on']),
});
export type ImageShareTerms = z.infer<typeof imageShareTerms>;

/** Off for neighbours: it takes room and opens a port on every device, and that is for the site to say. */
export const usualShareTerms: ImageShareTerms = { pullsAtOnce: 8, bytesPerSecond: null, siblings: 'off' };

/** Terms that are not named stay as they are. */
export const imageShareChange = z.strictObject(imageShareTerms.partial().shape);

export interface PullRow {
  /** Null: people with the service key. */
  readonly deviceId: string | null;
  readonly digest: string;
  /** `stalled`: it takes nothing and gave its slot to others; it comes back into the line when it does. */
  readonly state: 'waiting' | 'sending' | 'stalled';
  readonly sinceMs: number;
  readonly sentBytes: number;
  readonly totalBytes: number;
  /** Over the last seconds. */
  readonly bytesPerSecond: number;
}

export interface SiblingRow {
  readonly deviceId: string;
  readonly address: string;
  readonly holds: number;
  /** How many neighbours it was lately named to and that are not done, as far as the hub knows. */
  readonly serving: number;
  /** Why it is not named now; null: it is. */
  readonly passedOverFor: string | null;
}

export interface ImageSharesView {
  readonly terms: ImageShareTerms;
  /** Those that are sent first, then the line; at most a thousand. */
  readonly pulls: readonly PullRow[];
  readonly waiting: number;
  readonly sending: number;
  /** Over all, over the last seconds. */
  readonly bytesPerSecond: number;
  /** Since the start of the hub: sent by it, and how many blobs were left to neighbours. */
  readonly sentBytes: number;
  readonly leftToSiblings: { readonly blobs: number; readonly bytes: number };
  readonly siblings: readonly SiblingRow[];
}

/** What answers; it throws `AppError`. */
export interface ConsoleImageShares {
  imageShares(): Promise<ImageSharesView>;
  /** Holds for what is under way too: of fewer slots none is taken from whoever has one. */
  setImageShares(change: z.infer<typeof imageShareChange>): Promise<ImageSharesView>;
}
