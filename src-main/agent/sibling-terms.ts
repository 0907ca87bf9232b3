// What this device and its hub tell each other about neighbours: where it listens and what it holds, whether the site wants that, and
// by which key and which count of time tickets are to be read. Told anew when something changes, and before the hub forgets it.
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { jitteredBackoffMs } from '#base/backoff.ts';
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import { parseJson } from '#base/json-text.ts';
import {
  siblingsPath,
  siblingTerms,
  type SiblingAnnouncement,
  type SiblingTerms,
} from '#contract/sibling-announcement.ts';
import { wholeBody, type HubRequests } from './hub-requests.ts';
import { readTicketKey } from './sibling-listener.ts';

export interface SiblingTalkOptions {
  readonly hub: Pick<HubRequests, 'ask' | 'name'>;
  /** Made as it is sent. */
  readonly announcement: () => SiblingAnnouncement;
  /** The site wants it, or no more; `address`: the one of this device by which the hub is reached. Told each time. */
  readonly onTerms: (isOn: boolean, address: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
}

const settleMs = 100;
const answerMs = 15_000;
const mostAnswerBytes = 4_096;
const retry = { firstMs: 2_000, limitMs: 300_000 };

interface Known {
  readonly terms: SiblingTerms;
  readonly ticketKey: KeyObject;
  readonly atMs: number;
}

export class SiblingTalk {
  readonly #options: SiblingTalkOptions;
  #known: Known | null = null;
  #cancelTimer: (() => void) | null = null;
  #dueMs = Infinity;
  #isTalking = false;
  #isDue = false;
  #failures = 0;
  #isStopped = false;
  #talk: Promise<void> = Promise.resolve();

  constructor(options: SiblingTalkOptions) {
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#known?.terms.siblings === 'on';
  }

  /** By what tickets are read; null: nothing is known of the hub. */
  hub(): { readonly ticketKey: KeyObject; readonly nowMs: number } | null {
    if (this.#known === null) return null;
    const { terms, ticketKey, atMs } = this.#known;
    return { ticketKey, nowMs: terms.hubMs + this.#options.clock.monotonicMs() - atMs };
  }

  /** Something is to be told: soon, so that what happens at once is told at once. */
  tell(): void {
    this.#isDue = true;
    this.#tellIn(settleMs);
  }

  /** What the hub says in passing, with each blob: only a change is worth a talk. */
  heard(siblings: unknown): void {
    if (siblings !== 'on' && siblings !== 'off') return;
    if (this.#known === null || siblings !== this.#known.terms.siblings) this.tell();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer?.();
    await this.#talk;
  }

  #tellIn(delayMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.monotonicMs() + delayMs;
    if (this.#isStopped || this.#isTalking || (this.#cancelTimer !== null && this.#dueMs <= dueMs)) return;
    this.#cancelTimer?.();
    this.#dueMs = dueMs;
    this.#cancelTimer = clock.after(delayMs, () => {
      this.#cancelTimer = null;
      this.#talk = this.#tellNow();
    });
  }

  async #tellNow(): Promise<void> {
    const { log, random } = this.#options;
    this.#isTalking = true;
    this.#isDue = false;
    let nextMs = Infinity;
    try {
      await this.#exchange();
      this.#failures = 0;
      if (this.isOn) nextMs = (this.#known?.terms.renewWithinMs ?? 0) * 0.8;
    } catch (error) {
      // Neighbours are a help, not a need: the hub serves whoever it hears nothing of.
      nextMs = Math.max(retry.firstMs, jitteredBackoffMs(this.#failures, retry, random()));
      this.#failures += 1;
      log.info(
        { reason: asAppError(error).message, waitMs: nextMs },
        'the hub was not told what this device can pass on',
      );
    }
    this.#isTalking = false;
    if (this.#isDue) this.#tellIn(Math.min(nextMs, settleMs));
    else if (nextMs < Infinity) this.#tellIn(nextMs);
  }

  async #exchange(): Promise<void> {
    const { hub, announcement, clock, onTerms } = this.#options;
    const answer: IncomingMessage | null = await hub.ask({
      method: 'POST',
      path: siblingsPath,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(announcement()),
      signal: AbortSignal.timeout(answerMs),
      wants: 200,
    });
    // A hub that does not know of neighbours.
    if (answer === null) {
      this.#known = null;
      return onTerms(false, '');
    }
    const address = answer.socket.localAddress ?? '';
    const text = (await wholeBody(answer, mostAnswerBytes, hub.name())).toString('utf8');
    const terms = siblingTerms.safeParse(parseJson(text));
    if (!terms.success) throw unready('agent.image', `${hub.name()} says of neighbours what cannot be understood`);
    this.#known = { terms: terms.data, ticketKey: readTicketKey(terms.data.ticketKey), atMs: clock.monotonicMs() };
    await onTerms(this.isOn, address);
  }
}
