// The help of neighbours, put together: what this device keeps and passes on when its site wants that, and whom it goes to when the
// hub names one. Off, it opens no port, keeps no layer and makes no key.
import { join } from 'node:path';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { unready } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { mostHeldBlobs, type SiblingAnnouncement } from '#contract/sibling-announcement.ts';
import {
  siblingFailedHeader,
  siblingFailureText,
  siblingsHeader,
  type SiblingFailure,
  type SiblingFault,
} from '#contract/sibling-headers.ts';
import type { HubRequests } from './hub-requests.ts';
import type { BlobAsk, BlobKeeper } from './image-source.ts';
import { LayerCache } from './sibling-cache.ts';
import { fetchFromSibling, namedSibling } from './sibling-fetch.ts';
import { makeSiblingIdentity, type SiblingIdentity } from './sibling-identity.ts';
import { openSiblingListener, type SiblingListener } from './sibling-listener.ts';
import { SiblingTalk } from './sibling-terms.ts';

export interface SiblingsOptions {
  readonly deviceId: string;
  /** The agent's; layers are kept below it. */
  readonly stateDir: string;
  /** What the device's owner allows; 0: no layer is kept and no port opened, whatever the site wants. */
  readonly mostCacheBytes: () => Promise<number>;
  readonly hub: Pick<HubRequests, 'ask' | 'name' | 'stop'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly leastFreeBytes?: number;
}

/** What the hub's registry asks when it asks for a blob. */
export type SiblingDoor = Pick<Siblings, 'headersFor' | 'heard' | 'fetch' | 'distrust'>;

/** Faults that nobody asked about again. */
const mostRemembered = 1_000;

export class Siblings {
  readonly #options: SiblingsOptions;
  readonly #cache: LayerCache;
  readonly #talk: SiblingTalk;
  /** Digest → the neighbour that failed last, until the hub has heard of it. */
  readonly #failures = new Map<string, SiblingFailure>();
  /** Digest → the neighbour that gave some of it. */
  readonly #givers = new Map<string, DeviceId>();
  #mostBytes = 0;
  #identity: SiblingIdentity | null = null;
  #listener: SiblingListener | null = null;
  #begun: Promise<void> | null = null;

  constructor(options: SiblingsOptions) {
    this.#options = options;
    this.#cache = new LayerCache({
      ...options,
      dir: join(options.stateDir, 'layers'),
      mostBytes: () => this.#mostBytes,
      onChange: () => this.#talk.tell(),
    });
    this.#talk = new SiblingTalk({
      ...options,
      announcement: () => this.#announcement(),
      onTerms: async (isOn, address) => {
        this.#mostBytes = isOn ? await options.mostCacheBytes() : 0;
        await (this.#mostBytes > 0 ? this.#open(address) : this.#close());
      },
    });
  }

  get keeper(): BlobKeeper {
    return this.#cache;
  }

  /** The hub is reached, again or for the first time. */
  hubIsHere(): void {
    this.#talk.tell();
  }

  headersFor(digest: string): Readonly<Record<string, string>> {
    const failure = this.#failures.get(digest);
    const fingerprint = this.#talk.isOn ? this.#identity?.fingerprint : undefined;
    return {
      [siblingsHeader]: fingerprint ?? 'none',
      ...(failure === undefined ? {} : { [siblingFailedHeader]: siblingFailureText(failure) }),
    };
  }

  /** The hub answered, whatever it was. */
  heard(digest: string, headers: IncomingHttpHeaders): void {
    this.#failures.delete(digest);
    this.#talk.heard(headers[siblingsHeader]);
  }

  /** The hub named a neighbour. @throws unready `agent.image` */
  async fetch(headers: IncomingHttpHeaders, ask: BlobAsk): Promise<Readable> {
    const { clock, log } = this.#options;
    const sibling = namedSibling(headers);
    const identity = this.#identity;
    if (sibling === null || identity === null)
      throw unready('agent.image', 'the hub named a neighbour that cannot be asked');
    const { digest } = ask;
    const { deviceId } = sibling;
    remember(this.#givers, digest, deviceId);
    log.debug({ digest, from: deviceId }, 'a layer comes from a neighbour');
    const onFault = (fault: SiblingFault): void => remember(this.#failures, digest, { deviceId, fault });
    return fetchFromSibling(sibling, ask, { identity, clock, onFault });
  }

  /** What came was wrong. True: a neighbour had a part in it, and the next comes from the hub. */
  distrust(digest: string): boolean {
    const deviceId = this.#givers.get(digest);
    if (deviceId === undefined) return false;
    this.#givers.delete(digest);
    remember(this.#failures, digest, { deviceId, fault: 'wrong' });
    return true;
  }

  /** Everything kept for neighbours goes: the disk is low. Whether that was anything. */
  async makeRoom(): Promise<boolean> {
    const hadSome = this.#cache.holds().length > 0;
    await this.#cache.clear();
    return hadSome;
  }

  /** The questions to the hub end with it. */
  async stop(): Promise<void> {
    await this.#talk.stop();
    this.#options.hub.stop();
    await this.#listener?.stop();
    this.#listener = null;
    await this.#cache.settled();
  }

  #announcement(): SiblingAnnouncement {
    const listens =
      this.#listener === null || this.#identity === null
        ? null
        : { port: this.#listener.port, fingerprint: this.#identity.fingerprint };
    return { listens, holds: this.#cache.holds().slice(0, mostHeldBlobs) };
  }

  async #open(address: string): Promise<void> {
    const { deviceId, clock, log } = this.#options;
    await (this.#begun ??= this.#cache.start());
    this.#identity ??= await makeSiblingIdentity();
    if (this.#listener?.address === address) return;
    await this.#closeListener();
    const parts = { deviceId, clock, log, identity: this.#identity, cache: this.#cache, address };
    this.#listener = await openSiblingListener({ ...parts, hub: () => this.#talk.hub() });
    log.info({ address, port: this.#listener.port }, 'neighbours may fetch layers here');
    this.#talk.tell();
  }

  async #close(): Promise<void> {
    await this.#closeListener();
    await (this.#begun ??= this.#cache.start());
    await this.#cache.clear();
  }

  async #closeListener(): Promise<void> {
    const open = this.#listener;
    this.#listener = null;
    await open?.stop();
  }
}

function remember<Value>(map: Map<string, Value>, digest: string, value: Value): void {
  map.delete(digest);
  map.set(digest, value);
  const oldest = map.keys().next();
  if (map.size > mostRemembered && oldest.done !== true) map.delete(oldest.value);
}
