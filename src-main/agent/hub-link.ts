// Keeps one identity of the device connected for ever: a new token before the old one expires, full jitter between attempts
// so that a site's devices do not come back in one instant, and no attempt is the last.
import type { Logger } from 'pino';
import { jitteredBackoffMs } from '#base/backoff.ts';
import type { Clock } from '#base/clock.ts';
import { asAppError, unready } from '#base/errors.ts';
import { makeDeviceToken, tokenLifeMs, type DeviceConnection } from './device-token.ts';
import {
  isCredentialRefusal,
  openHubSession,
  type HubSession,
  type SessionAnswer,
  type SessionListener,
  type SystemModule,
} from './hub-session.ts';

export interface HubLinkListener extends SessionListener {
  /** Connected and subscribed, again or for the first time: what was missed meanwhile must be asked for. */
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

export interface HubLinkOptions {
  readonly connection: DeviceConnection;
  readonly moduleId: SystemModule;
  readonly ca: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  readonly listener: HubLinkListener;
  /** The longest wait between attempts; 30 s when not given. */
  readonly reconnectLimitMs?: number;
}

const firstWaitMs = 1_000;
const settledAfterMs = 30_000;

export class HubLink {
  readonly #options: HubLinkOptions;
  #session: HubSession | null = null;
  #attempt = 0;
  #wasRefused = false;
  #isStopped = true;
  #cancelTimer: () => void = () => undefined;

  constructor(options: HubLinkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    void this.#open();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    await this.#session?.close();
    this.#session = null;
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  request(topicOf: (requestId: string) => string, text: string): Promise<SessionAnswer> {
    if (this.#session === null) return Promise.reject(unready('device.offline', 'The hub is not connected.'));
    return this.#session.request(topicOf, text);
  }

  async #open(): Promise<void> {
    const { connection, moduleId, ca, clock, log, listener } = this.#options;
    try {
      const password = makeDeviceToken({ connection, moduleId, clock, wasRefused: this.#wasRefused });
      const session = await openHubSession({ connection, moduleId, password, ca, clock, listener });
      if (this.#isStopped) return await session.close();
      this.#session = session;
      const openedAtMs = clock.monotonicMs();
      this.#cancelTimer = clock.after(tokenLifeMs * 0.8, () => void session.close());
      log.info({ moduleId }, 'connected to the hub');
      listener.onOpen();
      const reason = await session.closed;
      this.#cancelTimer();
      this.#session = null;
      listener.onClose();
      // A hub that takes us and drops us at once counts as one that does not take us.
      if (clock.monotonicMs() - openedAtMs >= settledAfterMs) this.#attempt = 0;
      this.#reopenLater(reason);
    } catch (error) {
      // Here the connection's errors end: they only delay the next attempt.
      const failure = asAppError(error);
      this.#wasRefused = isCredentialRefusal(failure);
      this.#reopenLater(failure.message);
    }
  }

  #reopenLater(reason: string): void {
    if (this.#isStopped) return;
    const { clock, log, random, moduleId, reconnectLimitMs = 30_000 } = this.#options;
    const shape = { firstMs: firstWaitMs, limitMs: reconnectLimitMs };
    const waitMs = jitteredBackoffMs(this.#attempt, shape, random());
    this.#attempt += 1;
    log.warn({ moduleId, reason, waitMs }, 'not connected to the hub; the device runs on');
    this.#cancelTimer = clock.after(waitMs, () => void this.#open());
  }
}
