// What moves with images, for the open pages: at most ten times a second the whole of it. A page that lags misses some and
// loses nothing, for each tells everything.
import type { Clock } from '#base/clock.ts';
import type { Follower } from '#contract/console-inputs.ts';
import type { ImageNews, ImageTaskRow } from '#contract/console-image-rows.ts';
import type { ImageSharesView } from '#contract/image-shares.ts';

const tellEveryMs = 100;
/** What pulls do is asked for, and only while somebody looks. */
const lookEveryMs = 1_000;
const mostPullsTold = 100;

interface NewsSources {
  readonly clock: Clock;
  /** How many there are. */
  readonly images: () => number;
  readonly tasks: () => readonly ImageTaskRow[];
  readonly shares: () => Promise<ImageSharesView>;
}

interface Reader {
  wake: () => void;
  toldNumber: number;
}

export class ImageNewsFeed {
  readonly #sources: NewsSources;
  readonly #readers = new Set<Reader>();
  #revision: number;
  /** Of the latest news; a reader that was told an earlier one has something to hear. */
  #number = 0;
  #toldAtMs = -tellEveryMs;
  #shares: ImageSharesView | null = null;
  #isLooking = false;
  #isStopped = false;
  #cancelTelling: (() => void) | null = null;
  #cancelLooking: (() => void) | null = null;

  constructor(sources: NewsSources) {
    this.#sources = sources;
    // Another one after each start of the hub.
    this.#revision = sources.clock.nowMs();
  }

  /** Tasks moved on. */
  moved(): void {
    if (this.#readers.size === 0 || this.#cancelTelling !== null) return;
    const { clock } = this.#sources;
    this.#cancelTelling = clock.after(Math.max(0, this.#toldAtMs + tellEveryMs - clock.monotonicMs()), () => {
      this.#cancelTelling = null;
      this.#toldAtMs = clock.monotonicMs();
      this.#number += 1;
      for (const { wake } of this.#readers) wake();
    });
  }

  /** Images, deployments or settings are others now. */
  revised(): void {
    this.#revision += 1;
    this.moved();
  }

  async *follow({ isLagging, signal }: Follower): AsyncGenerator<ImageNews, void, undefined> {
    const reader: Reader = { wake: () => {}, toldNumber: -1 };
    const rouse = () => reader.wake();
    this.#readers.add(reader);
    signal?.addEventListener('abort', rouse);
    if (this.#cancelLooking === null) void this.#lookOn();
    const isOver = () => this.#isStopped || signal?.aborted === true;
    try {
      while (!isOver()) {
        const isNew = reader.toldNumber < this.#number;
        if (isNew && !isLagging()) {
          reader.toldNumber = this.#number;
          yield await this.#news();
        } else await this.#nextFor(reader, isNew);
      }
    } finally {
      signal?.removeEventListener('abort', rouse);
      this.#leave(reader);
    }
  }

  /** Ends all that follow. */
  stop(): void {
    this.#isStopped = true;
    for (const { wake } of this.#readers) wake();
  }

  /** Something about the shares is another now. */
  async look(): Promise<void> {
    const view = await this.#sources.shares();
    const shares = { ...view, pulls: view.pulls.slice(0, mostPullsTold) };
    if (JSON.stringify(shares) === JSON.stringify(this.#shares)) return;
    this.#shares = shares;
    this.moved();
  }

  async #news(): Promise<ImageNews> {
    const { images, tasks, shares } = this.#sources;
    this.#shares ??= await shares();
    return { revision: this.#revision, images: images(), tasks: tasks(), shares: this.#shares };
  }

  /** `isNew`: it lags, so it is asked again, for nothing may happen that would wake it. */
  #nextFor(reader: Reader, isNew: boolean): Promise<void> {
    return new Promise((resolve) => {
      reader.wake = resolve;
      if (isNew) this.#sources.clock.after(tellEveryMs, resolve);
    });
  }

  async #lookOn(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.look();
    this.#isLooking = false;
    if (this.#readers.size > 0) this.#cancelLooking = this.#sources.clock.after(lookEveryMs, () => void this.#lookOn());
  }

  #leave(reader: Reader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0) return;
    this.#cancelTelling?.();
    this.#cancelLooking?.();
    this.#cancelTelling = null;
    this.#cancelLooking = null;
  }
}
