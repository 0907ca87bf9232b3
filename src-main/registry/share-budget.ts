// The bandwidth of all pulls together, in even shares between the devices that pull (domain/byte-share.ts). Without a limit
// nobody waits and no timer runs; with one, a single timer runs for all who wait.
import type { Clock } from '#base/clock.ts';
import {
  affordableInMs,
  beginsAt,
  limitOf,
  nextToSend,
  pieceBytesOf,
  refilled,
  type ByteBudget,
  type ByteLimit,
} from '#domain/images/byte-share.ts';

/** One stream of a device that pulls, or of people. It wants one piece at a time. */
export interface ByteTaker {
  /** Null while nothing is limited; else no more than this is asked for in one go. */
  pieceBytes(): number | null;
  /** Calls back once so many bytes may be sent, perhaps within the call. */
  take(bytes: number, onAllowed: () => void): void;
  /** It waits for what it asked for. */
  readonly isWaiting: boolean;
  /** It ended, and wants nothing of what it asked for. With its last stream a device takes no share any more. */
  leave(): void;
}

interface Share {
  sentBytes: number;
  streams: number;
  readonly wants: Want[];
}

interface Want {
  readonly bytes: number;
  readonly onAllowed: () => void;
}

export class ShareBudget {
  readonly #clock: Clock;
  readonly #shares = new Map<string, Share>();
  #limit: ByteLimit | null = null;
  #budget: ByteBudget = { bytes: 0, atMs: 0 };
  #lastServedBytes = 0;
  #cancelTimer: (() => void) | null = null;
  #isServing = false;

  constructor(parts: { readonly clock: Clock; readonly bytesPerSecond: number | null }) {
    this.#clock = parts.clock;
    this.setLimit(parts.bytesPerSecond);
  }

  setLimit(bytesPerSecond: number | null): void {
    this.#limit = bytesPerSecond === null ? null : limitOf(bytesPerSecond);
    this.#budget = { bytes: 0, atMs: this.#clock.monotonicMs() };
    this.#serve();
  }

  /** A stream of `owner` begins. */
  join(owner: string): ByteTaker {
    const share = this.#shares.get(owner) ?? { sentBytes: 0, streams: 0, wants: [] };
    share.streams += 1;
    this.#shares.set(owner, share);
    let isIn = true;
    let want: Want | null = null;
    const withdraw = (): void => {
      if (want !== null && share.wants.includes(want)) share.wants.splice(share.wants.indexOf(want), 1);
    };
    return {
      pieceBytes: () => (this.#limit === null ? null : pieceBytesOf(this.#limit)),
      take: (bytes, onAllowed) => {
        if (share.wants.length === 0) share.sentBytes = beginsAt(share.sentBytes, this.#lastServedBytes);
        want = { bytes, onAllowed };
        share.wants.push(want);
        this.#serve();
      },
      get isWaiting() {
        return want !== null && share.wants.includes(want);
      },
      leave: () => {
        if (!isIn) return;
        isIn = false;
        withdraw();
        share.streams -= 1;
        if (share.streams === 0) this.#shares.delete(owner);
      },
    };
  }

  #serve(): void {
    // Whoever is served may want more at once: the loop below sees it.
    if (this.#isServing) return;
    this.#isServing = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const { share, want } = next;
      const waitMs = this.#affordInMs(want.bytes);
      if (waitMs > 0) {
        // Whole milliseconds: a timer that fires too early would only be set again.
        this.#cancelTimer = this.#clock.after(Math.ceil(waitMs), () => this.#serve());
        break;
      }
      share.wants.shift();
      this.#lastServedBytes = share.sentBytes;
      share.sentBytes += want.bytes;
      this.#budget = { ...this.#budget, bytes: this.#budget.bytes - want.bytes };
      want.onAllowed();
    }
    this.#isServing = false;
  }

  /** Of those that want something, whose turn it is. */
  #next(): { readonly share: Share; readonly want: Want } | null {
    const share = nextToSend(this.#wanting());
    const want = share?.wants[0];
    return share === null || want === undefined ? null : { share, want };
  }

  *#wanting(): Iterable<Share> {
    for (const share of this.#shares.values()) if (share.wants.length > 0) yield share;
  }

  #affordInMs(bytes: number): number {
    if (this.#limit === null) return 0;
    this.#budget = refilled(this.#budget, this.#limit, this.#clock.monotonicMs());
    // Asked for under an older, greater limit: what no burst covers is paid from a full one.
    return affordableInMs(this.#budget, this.#limit, Math.min(bytes, this.#limit.burstBytes));
  }
}
