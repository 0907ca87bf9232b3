// Every blob's turn: a slot of the hub, even between devices, or a neighbour that has it already. It waits in one place for both.
// INVARIANTS: whatever is held for a pull goes with its connection (the signal); a pull that waits is sent to a neighbour as soon as
// one is free; a timer runs only while there are pulls.
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { ImageSharesView, ImageShareTerms } from '#contract/image-shares.ts';
import {
  isFingerprint,
  leastSiblingBytes,
  readSiblingFailure,
  siblingDeviceHeader,
  siblingFailedHeader,
  siblingFingerprintHeader,
  siblingsHeader,
  siblingTicketHeader,
} from '#contract/sibling-headers.ts';
import { courseOf, type Course } from '#domain/images/sibling-choice.ts';
import { ShareBudget } from './share-budget.ts';
import { PullLine } from './share-line.ts';
import { Pull } from './share-pull.ts';
import type { BlobAsk, BlobTurn, HubTurn, Shares } from './share-types.ts';
import { helpTerms, type HelpOfOne, type Sibling, type SiblingBook } from './sibling-book.ts';
import type { SiblingTickets } from './sibling-tickets.ts';

interface ShareGateParts {
  readonly clock: Clock;
  readonly terms: ImageShareTerms;
  readonly tickets: SiblingTickets;
  readonly book: SiblingBook;
}

const lookMs = 2_000;
/** Below any patience for an answer that does not come. */
const tellMs = 4_000;
const mostRows = 1_000;
const people = '';
/** So many small blobs a device may have at a time past the line: configurations, which others wait for and which cost nothing. */
const mostPastLine = 2;

/** A pull in the line, and how whoever asked is answered. */
interface Asker {
  readonly pull: Pull;
  readonly ask: BlobAsk;
  /** Of the certificate it would show to a neighbour; null: it goes to none. */
  readonly fingerprint: string | null;
  readonly answer: (turn: BlobTurn) => void;
  toldAtMs: number;
}

export class ShareGate implements Shares {
  readonly #clock: Clock;
  readonly #tickets: SiblingTickets;
  readonly #book: SiblingBook;
  readonly #line: PullLine;
  readonly #budget: ShareBudget;
  readonly #pulls = new Set<Pull>();
  /** Those of devices that are not answered yet. */
  readonly #askers = new Set<Asker>();
  #terms: ImageShareTerms;
  #help = { asOf: '', byDigest: new Map<string, HelpOfOne>() };
  #cancelTimer: (() => void) | null = null;
  #isLooking = false;
  #sent = 0;
  #left = { blobs: 0, bytes: 0 };

  constructor({ clock, terms, tickets, book }: ShareGateParts) {
    this.#clock = clock;
    this.#tickets = tickets;
    this.#book = book;
    this.#terms = terms;
    this.#line = new PullLine(terms.pullsAtOnce);
    this.#budget = new ShareBudget({ clock, bytesPerSecond: terms.bytesPerSecond });
  }

  get terms(): ImageShareTerms {
    return this.#terms;
  }

  setTerms(terms: ImageShareTerms): void {
    if (terms.bytesPerSecond !== this.#terms.bytesPerSecond) this.#budget.setLimit(terms.bytesPerSecond);
    this.#terms = terms;
    this.#line.setSlots(terms.pullsAtOnce);
    this.look();
  }

  enter(ask: BlobAsk): Promise<BlobTurn> {
    const { promise, resolve, reject } = Promise.withResolvers<BlobTurn>();
    if (ask.signal.aborted) return Promise.reject(asAppError(ask.signal.reason));
    const asker = this.#asker(ask, resolve);
    const { pull } = asker;
    this.#pulls.add(pull);
    ask.signal.addEventListener(
      'abort',
      () => {
        this.#end(asker);
        reject(asAppError(ask.signal.reason));
      },
      { once: true },
    );
    if (pull.puller === null) {
      pull.begin();
      resolve(this.#hubTurn(asker));
    } else {
      this.#hear(asker);
      this.#askers.add(asker);
      this.#line.enter(pull.puller);
      this.look();
    }
    this.#keepLooking();
    return promise;
  }

  /** Sends to neighbours whoever can go to one now, and gives slots to whoever need not wait for one. */
  look(): void {
    // Whoever is sent away leaves the line, and that asks to look again.
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (const asker of this.#askers) {
      const course = this.#courseOf(asker);
      if (course.kind === 'neighbour') this.#sendTo(course.neighbour, asker);
    }
    this.#isLooking = false;
    this.#line.look();
  }

  view(): ImageSharesView {
    const rows = [...this.#pulls].map((pull) => pull.row());
    const ofState = (wanted: string) => rows.filter(({ state }) => state === wanted);
    const sending = ofState('sending');
    return {
      terms: this.#terms,
      pulls: [...sending, ...ofState('stalled'), ...ofState('waiting')].slice(0, mostRows),
      waiting: ofState('waiting').length,
      sending: sending.length,
      bytesPerSecond: rows.reduce((sum, row) => sum + row.bytesPerSecond, 0),
      sentBytes: this.#sent,
      leftToSiblings: this.#left,
      siblings: this.#book.rows(),
    };
  }

  #asker(ask: BlobAsk, answer: (turn: BlobTurn) => void): Asker {
    const { deviceId, digest, bytes } = ask;
    const given = ask.headers[siblingsHeader];
    const pull: Pull = new Pull(
      {
        clock: this.#clock,
        deviceId,
        digest,
        totalBytes: bytes,
        isQueued: deviceId !== null && !this.#mayPassLine(deviceId, bytes),
        onSent: (more) => (this.#sent += more),
        onBack: () => this.#backInLine(asker),
      },
      { isReady: () => this.#isForHub(asker), onTurn: () => this.#onTurn(asker) },
    );
    const fingerprint = isFingerprint(given) ? given : null;
    const asker: Asker = { pull, ask, answer, fingerprint, toldAtMs: this.#clock.monotonicMs() };
    return asker;
  }

  #mayPassLine(deviceId: DeviceId, bytes: number): boolean {
    if (bytes >= leastSiblingBytes) return false;
    let past = 0;
    for (const pull of this.#pulls) if (pull.deviceId === deviceId && pull.puller === null) past += 1;
    return past < mostPastLine;
  }

  /** What the ask itself tells of neighbours. */
  #hear({ ask, pull }: Asker): void {
    if (pull.deviceId === null) return;
    const failure = readSiblingFailure(ask.headers[siblingFailedHeader]);
    if (failure !== null) this.#book.failed(pull.deviceId, pull.digest, failure);
    this.#book.endOf(pull.deviceId, pull.digest);
    // Whoever asks for it does not have it, whatever it said before.
    this.#book.lost(pull.deviceId, pull.digest);
  }

  #isForHub(asker: Asker): boolean {
    // One that has begun goes on where it began.
    return !this.#askers.has(asker) || this.#courseOf(asker).kind === 'hub';
  }

  #courseOf({ pull, fingerprint, ask }: Asker): Course<Sibling> {
    const canGo = this.#terms.siblings === 'on' && fingerprint !== null && pull.totalBytes >= leastSiblingBytes;
    // Whom a neighbour has just failed gets it from the hub, unless that one only had no time.
    const failure = readSiblingFailure(ask.headers[siblingFailedHeader]);
    if (!canGo || (failure !== null && failure.fault !== 'busy')) return { kind: 'hub' };
    const waitedMs = this.#clock.monotonicMs() - pull.sinceMs;
    return courseOf({ ...this.#helpWith(pull.digest), waitedMs, bytes: pull.totalBytes }, helpTerms);
  }

  /** Asked for each pull in the line, and the same for all that want one blob until something changes. */
  #helpWith(digest: string): HelpOfOne {
    const asOf = `${this.#book.changes} ${this.#clock.monotonicMs()}`;
    if (this.#help.asOf !== asOf) this.#help = { asOf, byDigest: new Map() };
    let help = this.#help.byDigest.get(digest);
    if (help === undefined) this.#help.byDigest.set(digest, (help = this.#book.helpWith(digest)));
    return help;
  }

  #sendTo({ deviceId, address, port, fingerprint }: Sibling, asker: Asker): void {
    const { pull, fingerprint: to } = asker;
    if (to === null || pull.deviceId === null) return;
    const { digest, totalBytes: bytes } = pull;
    this.#book.send(pull.deviceId, deviceId, { digest, bytes });
    this.#end(asker);
    this.#left = { blobs: this.#left.blobs + 1, bytes: this.#left.bytes + bytes };
    const host = address.includes(':') ? `[${address}]` : address;
    const headers = {
      ...this.#saysOf(asker),
      location: `https://${host}:${port}/blobs/${digest}`,
      [siblingDeviceHeader]: encodeURIComponent(deviceId),
      [siblingFingerprintHeader]: fingerprint,
      [siblingTicketHeader]: this.#tickets.issue({ digest, from: deviceId, to }),
    };
    asker.answer({ kind: 'sibling', headers });
  }

  #onTurn(asker: Asker): void {
    const { pull } = asker;
    pull.begin();
    if (pull.deviceId !== null && this.#willPassOn(asker)) this.#book.seed(pull.deviceId, pull.digest);
    if (this.#askers.delete(asker)) asker.answer(this.#hubTurn(asker));
  }

  #willPassOn({ fingerprint }: Asker): boolean {
    return fingerprint !== null && this.#terms.siblings === 'on';
  }

  #hubTurn(asker: Asker): HubTurn {
    const { pull } = asker;
    return {
      kind: 'stream',
      headers: this.#saysOf(asker),
      pace: (source) => {
        const taker = this.#budget.join(pull.deviceId ?? people);
        return pull.pace(source, taker, () => {
          taker.leave();
          this.#end(asker);
        });
      },
      get isInLine() {
        return pull.state === 'waiting';
      },
      leave: () => this.#end(asker),
    };
  }

  /** Only whoever speaks of neighbours is told of them. */
  #saysOf({ ask }: Asker): Readonly<Record<string, string>> {
    return ask.headers[siblingsHeader] === undefined ? {} : { [siblingsHeader]: this.#terms.siblings };
  }

  #backInLine({ pull }: Asker): void {
    if (pull.puller === null || !this.#pulls.has(pull)) return;
    pull.state = 'waiting';
    this.#line.enter(pull.puller);
  }

  #end(asker: Asker): void {
    const { pull } = asker;
    this.#askers.delete(asker);
    if (!this.#pulls.delete(pull)) return;
    if (pull.deviceId !== null)
      this.#book.seedOver(pull.deviceId, pull.digest, pull.isWhole && this.#willPassOn(asker));
    if (pull.puller !== null) this.#line.leave(pull.puller);
    if (this.#askers.size > 0) this.look();
  }

  #keepLooking(): void {
    if (this.#cancelTimer !== null || this.#pulls.size === 0) return;
    this.#cancelTimer = this.#clock.after(lookMs, () => {
      this.#cancelTimer = null;
      for (const pull of this.#pulls) if (pull.puller !== null && pull.hasStalled()) this.#stall(pull);
      this.#book.tidy();
      this.look();
      this.#tellWaiting();
      this.#keepLooking();
    });
  }

  #stall(pull: Pull): void {
    if (pull.puller === null || pull.deviceId === null) return;
    pull.state = 'stalled';
    this.#book.seedOver(pull.deviceId, pull.digest, false);
    this.#line.leave(pull.puller);
  }

  #tellWaiting(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const asker of this.#askers) {
      if (nowMs - asker.toldAtMs < tellMs || asker.ask.headers[siblingsHeader] === undefined) continue;
      asker.toldAtMs = nowMs;
      asker.ask.onWaiting?.();
    }
  }
}
