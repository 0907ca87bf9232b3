// Which device holds which blob and can pass it on, who was sent to whom, and whom nobody is sent to for a while.
// INVARIANTS: what a device says of itself is believed of itself alone; a device accuses only a neighbour that it was sent to;
// whatever the hub does not hear of again is forgotten by time.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { SiblingRow } from '#contract/image-shares.ts';
import type { SiblingFailure, SiblingFault } from '#contract/sibling-headers.ts';
import { nextNamed, type HelpTerms, type Neighbour } from '#domain/images/sibling-choice.ts';

export interface Announced {
  /** Where the hub heard it. */
  readonly address: string;
  readonly port: number;
  readonly fingerprint: string;
  readonly holds: readonly string[];
}

export interface Sibling extends Neighbour {
  readonly deviceId: DeviceId;
  readonly address: string;
  readonly port: number;
  readonly fingerprint: string;
}

export interface HelpOfOne {
  /** One that may be named, the free one whose turn it is if there is any. */
  readonly neighbours: readonly Sibling[];
  readonly seeds: number;
}

interface Holder {
  readonly deviceId: DeviceId;
  readonly announced: Announced;
  readonly holds: Set<string>;
  readonly heardAtMs: number;
  /** `receiver digest` → until when it counts. */
  readonly serves: Map<string, number>;
  lastNamed: number;
  /** Since the last time that somebody got something of it. */
  faults: number;
  passedOver: { readonly untilMs: number; readonly fault: SiblingFault } | null;
}

export const renewWithinMs = 10 * 60_000;
/** One that was late for a renewal is not forgotten at once. */
const leaseMs = 2.5 * renewWithinMs;
/** A device that has just got a blob checks it, keeps it and says so. */
const newsMs = 5_000;
/** After this the neighbour's own limit tells whether it is still at work. */
const servesMs = (bytes: number): number => 5_000 + bytes / 5_000;
const passedOverMs: Readonly<Record<SiblingFault, number>> = {
  busy: 2_000,
  gone: 30_000,
  slow: 60_000,
  wrong: 600_000,
};
/** No transfer takes longer. */
const longestMs = 6 * 3_600_000;
export const helpTerms: HelpTerms = { mostAtOnce: 4, mostSeeds: 2 };

export class SiblingBook {
  readonly #clock: Clock;
  readonly #holders = new Map<DeviceId, Holder>();
  /** Digest → who says that it holds it. */
  readonly #held = new Map<string, Set<Holder>>();
  /** `receiver digest` → whom it was sent to, and when. */
  readonly #sentTo = new Map<string, { readonly to: DeviceId; readonly atMs: number }>();
  /** Digest → who gets it from the hub to pass it on, and until when that counts. */
  readonly #seeds = new Map<string, Map<DeviceId, number>>();
  #named = 0;
  #changes = 0;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#clock = clock;
  }

  /** Grows with whatever changes what is answered, time aside. */
  get changes(): number {
    return this.#changes;
  }

  announce(deviceId: DeviceId, announced: Announced): void {
    this.#changes += 1;
    const before = this.#holders.get(deviceId);
    if (before !== undefined) this.#unlist(before);
    const holder: Holder = {
      deviceId,
      announced,
      holds: new Set(announced.holds),
      heardAtMs: this.#clock.monotonicMs(),
      serves: before?.serves ?? new Map(),
      lastNamed: before?.lastNamed ?? 0,
      faults: before?.faults ?? 0,
      passedOver: before?.passedOver ?? null,
    };
    this.#holders.set(deviceId, holder);
    for (const digest of holder.holds) {
      let all = this.#held.get(digest);
      if (all === undefined) this.#held.set(digest, (all = new Set()));
      all.add(holder);
      this.endOf(deviceId, digest, true);
      this.seedOver(deviceId, digest, false);
    }
  }

  /** Nobody is sent to it until it speaks again. How it failed is kept: coming back is no excuse. */
  forget(deviceId: DeviceId): void {
    this.#changes += 1;
    const holder = this.#holders.get(deviceId);
    if (holder === undefined) return;
    this.#unlist(holder);
    holder.holds.clear();
  }

  /** A device gets it from the hub, and will be able to pass it on. */
  seed(deviceId: DeviceId, digest: string): void {
    this.#changes += 1;
    let all = this.#seeds.get(digest);
    if (all === undefined) this.#seeds.set(digest, (all = new Map()));
    all.set(deviceId, Infinity);
  }

  /** It got all of it, and will say soon that it holds it; or it got not all, or has said so. */
  seedOver(deviceId: DeviceId, digest: string, isWhole: boolean): void {
    this.#changes += 1;
    const all = this.#seeds.get(digest);
    if (isWhole) all?.set(deviceId, this.#clock.monotonicMs() + newsMs);
    else all?.delete(deviceId);
    if (all?.size === 0) this.#seeds.delete(digest);
  }

  /** Who could help anybody to it now. */
  helpWith(digest: string): HelpOfOne {
    const nowMs = this.#clock.monotonicMs();
    const next = nextNamed(this.#siblingsWith(digest, nowMs));
    let seeds = 0;
    for (const untilMs of this.#seeds.get(digest)?.values() ?? []) if (untilMs > nowMs) seeds += 1;
    return { neighbours: next === null ? [] : [next], seeds };
  }

  /** `receiver` is sent to the neighbour for it. */
  send(receiver: DeviceId, to: DeviceId, blob: { readonly digest: string; readonly bytes: number }): void {
    this.#changes += 1;
    const key = keyOf(receiver, blob.digest);
    this.endOf(receiver, blob.digest);
    this.#sentTo.set(key, { to, atMs: this.#clock.monotonicMs() });
    const holder = this.#holders.get(to);
    if (holder === undefined) return;
    holder.lastNamed = ++this.#named;
    holder.serves.set(key, this.#clock.monotonicMs() + servesMs(blob.bytes));
  }

  /** The receiver is done with whomever it was sent to, and has it or goes elsewhere. */
  endOf(receiver: DeviceId, digest: string, isWhole = false): void {
    this.#changes += 1;
    const key = keyOf(receiver, digest);
    const holder = this.#holders.get(this.#sentTo.get(key)?.to ?? receiver);
    if (!this.#sentTo.delete(key) || holder === undefined) return;
    holder.serves.delete(key);
    if (isWhole) holder.faults = 0;
  }

  /** Whether it was believed: only a neighbour that the receiver was sent to is passed over. */
  failed(receiver: DeviceId, digest: string, { deviceId, fault }: SiblingFailure): boolean {
    this.#changes += 1;
    const holder = this.#holders.get(deviceId);
    if (holder === undefined || this.#sentTo.get(keyOf(receiver, digest))?.to !== deviceId) return false;
    this.endOf(receiver, digest);
    if (fault === 'wrong') this.lost(deviceId, digest);
    if (fault !== 'busy') holder.faults += 1;
    const longer = fault === 'busy' ? 1 : 2 ** Math.min(holder.faults - 1, 6);
    const untilMs = this.#clock.monotonicMs() + passedOverMs[fault] * longer;
    if (untilMs > (holder.passedOver?.untilMs ?? 0)) holder.passedOver = { untilMs, fault };
    return true;
  }

  /** It has it no more: it asks for it itself, or gave something else. */
  lost(deviceId: DeviceId, digest: string): void {
    this.#changes += 1;
    const holder = this.#holders.get(deviceId);
    if (holder?.holds.delete(digest) === true) this.#unlistOne(holder, digest);
  }

  /** Drops what nobody will speak of again; to be called now and then. */
  tidy(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [key, { atMs }] of this.#sentTo) if (nowMs - atMs > longestMs) this.#sentTo.delete(key);
    for (const holder of this.#holders.values()) if (this.#isSilent(holder, nowMs)) this.forget(holder.deviceId);
  }

  rows(): readonly SiblingRow[] {
    const nowMs = this.#clock.monotonicMs();
    const holders = [...this.#holders.values()].filter(({ holds }) => holds.size > 0);
    return holders.map((holder) => ({
      deviceId: holder.deviceId,
      address: `${holder.announced.address}:${holder.announced.port}`,
      holds: holder.holds.size,
      serving: this.#siblingOf(holder, nowMs).serving,
      passedOverFor: this.#faultOf(holder, nowMs),
    }));
  }

  *#siblingsWith(digest: string, nowMs: number): Iterable<Sibling> {
    for (const holder of this.#held.get(digest) ?? [])
      if (!this.#isSilent(holder, nowMs) && this.#faultOf(holder, nowMs) === null) yield this.#siblingOf(holder, nowMs);
  }

  #isSilent({ heardAtMs }: Holder, nowMs: number): boolean {
    return nowMs - heardAtMs > leaseMs;
  }

  #faultOf({ passedOver }: Holder, nowMs: number): SiblingFault | null {
    return passedOver !== null && nowMs < passedOver.untilMs ? passedOver.fault : null;
  }

  #siblingOf({ deviceId, announced, serves, lastNamed }: Holder, nowMs: number): Sibling {
    for (const [key, untilMs] of serves) if (untilMs <= nowMs) serves.delete(key);
    const { address, port, fingerprint } = announced;
    return { deviceId, address, port, fingerprint, serving: serves.size, lastNamed };
  }

  #unlist(holder: Holder): void {
    for (const digest of holder.holds) this.#unlistOne(holder, digest);
  }

  #unlistOne(holder: Holder, digest: string): void {
    const all = this.#held.get(digest);
    all?.delete(holder);
    if (all?.size === 0) this.#held.delete(digest);
  }
}

function keyOf(receiver: DeviceId, digest: string): string {
  return `${receiver} ${digest}`;
}
