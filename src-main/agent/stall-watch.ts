// When a transfer is no transfer any more: measured only while somebody waits for the source, and by bytes that came, not by
// connections that were made.
import type { Clock } from '#base/clock.ts';

export interface StallLimits {
  /** A connection that says nothing for so long is dead; another is made. */
  readonly silenceMs: number;
  /** In so long at least `leastBytes` come, or it is given up. */
  readonly windowMs: number;
  readonly leastBytes: number;
  /** A source that says it will give may take so long to begin. */
  readonly queueMs: number;
}

export const usualStallLimits: StallLimits = {
  silenceMs: 15_000,
  windowMs: 60_000,
  leastBytes: 64 * 1024,
  queueMs: 30 * 60_000,
};

export class StallWatch {
  readonly #clock: Clock;
  readonly #limits: StallLimits;
  #silence = new AbortController();
  #cancelTimer: (() => void) | null = null;
  /** When the source was last heard of, or asked again for more. */
  #heardMs = 0;
  /** Since when somebody waits; null: nobody does. */
  #sinceMs: number | null;
  #waitedMs = 0;
  #bytes = 0;
  #queuedMs = 0;

  constructor({ clock, limits }: { readonly clock: Clock; readonly limits: StallLimits }) {
    this.#clock = clock;
    this.#limits = limits;
    this.#sinceMs = clock.monotonicMs();
  }

  /** A connection is tried; the returned signal ends it when it is silent for too long. */
  open(signal: AbortSignal): AbortSignal {
    this.#silence = new AbortController();
    this.#heardMs = this.#clock.monotonicMs();
    this.#listen(this.#limits.silenceMs);
    return AbortSignal.any([signal, this.#silence.signal]);
  }

  close(): void {
    this.#cancelTimer?.();
    this.#sinceMs ??= this.#clock.monotonicMs();
  }

  /** From here on nobody waits, until `waiting`. */
  came(bytes: number): void {
    this.#bytes += bytes;
    this.#queuedMs = 0;
    this.#count();
    if (this.#isTooLittle()) this.#silence.abort();
    else if (this.#waitedMs >= this.#limits.windowMs) [this.#waitedMs, this.#bytes] = [0, 0];
    this.#sinceMs = null;
  }

  /** Those bytes are dealt with; the next are waited for. */
  waiting(): void {
    this.#sinceMs = this.#clock.monotonicMs();
    this.#heardMs = this.#sinceMs;
  }

  /** The source says that it will give. */
  isAlive(): void {
    this.#count();
    this.#queuedMs += this.#waitedMs;
    if (this.#queuedMs < this.#limits.queueMs) [this.#waitedMs, this.#bytes] = [0, 0];
    this.#heardMs = this.#clock.monotonicMs();
  }

  isOver(): boolean {
    this.#count();
    return this.#isTooLittle();
  }

  /** Why it is over, as a part of a sentence. */
  why(): string {
    return `${this.#bytes} bytes came in ${Math.round(this.#waitedMs / 1_000)} s of waiting`;
  }

  #isTooLittle(): boolean {
    return this.#waitedMs >= this.#limits.windowMs && this.#bytes < this.#limits.leastBytes;
  }

  #count(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#sinceMs === null) return;
    this.#waitedMs += nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
  }

  /** One timer for the whole connection: chunks come by the ten thousand, and each only notes that it came. */
  #listen(forMs: number): void {
    const ended = this.#silence;
    this.#cancelTimer = this.#clock.after(forMs, () => {
      const silentMs = this.#sinceMs === null ? 0 : this.#clock.monotonicMs() - this.#heardMs;
      if (silentMs >= this.#limits.silenceMs) ended.abort();
      else this.#listen(this.#limits.silenceMs - silentMs);
    });
  }
}
