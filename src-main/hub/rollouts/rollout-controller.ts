// Carries rollouts on: committed changes mark devices, marked devices are looked at, what they tell becomes events of one step, and
// each step is one transaction of state, journal row and admission.
// INVARIANTS: this is the only writer of rollouts; a state in memory is on disk; what could not be written is looked at again.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError, broken } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { Actor, JournalEntry } from '#domain/records/journal-event.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import { RolloutOwners } from '#domain/rollouts/rollout-owners.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { openRollout, readAgain, withItsEnd, type OpenRollout } from './open-rollout.ts';
import { createPreflight, type Preflight } from './preflight.ts';
import { createRolloutClock, type RolloutClock } from './rollout-clock.ts';
import { nextTakeover } from './rollout-heirs.ts';
import { joinRest } from './rollout-joining.ts';
import { allWritten, createRolloutLine, type RolloutLine } from './rollout-line.ts';
import { createRolloutLooks, type Looked, type RolloutLooks } from './rollout-looks.ts';
import { newsIn } from './rollout-news.ts';
import { inOneJoin } from './rollout-observation.ts';
import { writeWithOthers } from './rollout-redeployment.ts';
import { logStatus, stepOf, type RolloutStep, type StepWriter } from './rollout-step.ts';

const tickMs = 1000;
const mostInOneStep = 250;
interface ControllerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly preflight?: Preflight;
}

export class RolloutController {
  readonly #parts: ControllerParts;
  readonly #preflight: Preflight;
  readonly #open = new Map<number, OpenRollout>();
  readonly #looks: RolloutLooks;
  readonly #line: RolloutLine;
  #time: RolloutClock | undefined;
  #stopListening: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;
  #owners = new RolloutOwners();

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#preflight = parts.preflight ?? createPreflight({ read: parts.store.read, log: parts.log });
    this.#line = createRolloutLine({ written: () => allWritten(parts.store), run: (work) => this.#guarded(work) });
    const opens = (): Iterable<OpenRollout> => this.#open.values();
    const takeTurn = (): void => this.#line.add('look', () => this.#stepAfter(this.#looks.take(this.#clock().now())));
    this.#looks = createRolloutLooks({ ...parts, opens, takeTurn });
  }

  /** Goes on with what was open when the last hub ended: every device of it is looked at once. */
  start(): void {
    const { store, clock } = this.#parts;
    if (this.#stopListening !== undefined) return;
    this.#time = createRolloutClock(store.read, clock);
    this.#looks.start();
    this.#stopListening = store.onCommitted((entries) => this.#follow(entries));
    for (const number of store.read.rollouts.open()) {
      const rollout = store.read.rollouts.get(number);
      if (rollout !== undefined) this.#take(rollout, false);
    }
    this.#tick();
  }

  stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#cancelTick?.();
    this.#looks.stop();
    this.#line.clear();
    for (const { preflights } of this.#open.values()) preflights.stop();
    this.#open.clear();
    this.#owners = new RolloutOwners();
  }

  /** Orders wait for their turn until `work` has ended. */
  closedWhile(work: () => Promise<void>): Promise<void> {
    return this.#line.closedWhile(work);
  }

  /** Of the event loop, for an order: no step is taken in it, and nothing waits to be written. */
  turn(): Promise<void> {
    return this.#line.turn();
  }

  /** Makes a rollout, with steps of others, in one change: `work` returns what it inserted, which is carried on from then. */
  begin(
    work: (write: StoreWriters, begun: { readonly step: StepWriter; readonly time: RolloutClock }) => Rollout,
  ): Rollout {
    const { store } = this.#parts;
    const steps: RolloutStep[] = [];
    const rollout = store.change((write) => {
      steps.length = 0;
      const step: StepWriter = (before, events, actor) => {
        const taken = this.#written(write, this.#stepOf(before, events), actor);
        steps.push(taken);
        return taken.after;
      };
      return work(write, { step, time: this.#clock() });
    });
    this.#take(rollout, true);
    for (const step of steps) this.#became(step);
    this.#handOverSoon();
    return rollout;
  }

  /** What a person says to one, on disk when it returns; null: nothing can happen to it any more. */
  order(number: number, event: RolloutEvent, actor: Actor): Rollout | null {
    const open = this.#open.get(number);
    if (open === undefined) return null;
    this.#step(open, [event], actor);
    return open.rollout;
  }

  /** When its first targets have joined, or cannot. */
  async joined(number: number): Promise<void> {
    await this.#open.get(number)?.joining;
  }

  get(number: number): Rollout | undefined {
    return this.#open.get(number)?.rollout ?? this.#parts.store.read.rollouts.get(number);
  }

  open(): readonly Rollout[] {
    return [...this.#open.values()].map(({ rollout }) => rollout);
  }

  #clock(): RolloutClock {
    if (this.#time === undefined) throw broken('The rollout controller was used before it was started.');
    return this.#time;
  }

  #take(rollout: Rollout, isNew: boolean): void {
    const { store, log } = this.#parts;
    if (!rollout.isOpen || this.#stopListening === undefined) return;
    const isInChange = (deviceId: DeviceId): boolean => this.#owners.isOwned(deviceId);
    const parts = { read: store.read, log, preflight: this.#preflight, isInChange, turn: this.#line.turn };
    const open = openRollout(parts, rollout, isNew);
    this.#open.set(rollout.number, open);
    this.#owners.enter(rollout.number, rollout.state, rollout.takesBackNumber);
    if (open.deletedBy !== null) this.#goOnSoon(open);
    if (!isNew) this.#tellInParts(open, this.#looks.expect(rollout.state, this.#clock().now()));
    this.#looks.atAllOf(open);
    this.#joinRest(open);
    this.#cancelTick ??= this.#parts.clock.after(tickMs, () => this.#tick());
  }

  #joinRest(open: OpenRollout): void {
    if (open.rollout.state.joiningOf === null || open.joining !== null) return;
    const step = (event: RolloutEvent): void => this.#step(open, [event], 'hub');
    const inTurn = (work: () => void): Promise<void> => this.turn().then(() => this.#ifOpen(open, work));
    open.joining = joinRest(open, this.#parts, { now: () => this.#clock().now(), inTurn, step }).finally(() => {
      open.joining = null;
      // What happened to them while they joined is seen now.
      this.#ifOpen(open, () => this.#looks.atAllOf(open));
      this.#handOverSoon();
    });
  }

  /** Devices go from an older rollout to a newer one, part by part. */
  #handOverSoon(): void {
    this.#line.add('hand over', () => {
      const next = nextTakeover(this.#parts.store.read, [...this.#open.values()]);
      if (next === null) return;
      this.#step(next.open, [next.event], 'hub');
      this.#handOverSoon();
    });
  }

  #follow(entries: readonly JournalEntry[]): void {
    if (this.#open.size === 0) return;
    const { devices, changed, orphaned } = newsIn(entries, this.#open.values());
    this.#looks.at(devices);
    for (const open of changed) {
      readAgain(this.#parts.store.read, open);
      this.#looks.atAllOf(open);
    }
    for (const [open, by] of orphaned) {
      open.deletedBy = by;
      // Not within the commit that told of it.
      this.#goOnSoon(open);
    }
  }

  /** A piece of the line, if the rollout is still under way when it comes. */
  #soon(open: OpenRollout, what: unknown, work: () => void): void {
    this.#line.add(what, () => this.#ifOpen(open, work));
  }

  #ifOpen(open: OpenRollout, work: () => void): void {
    if (this.#open.get(open.rollout.number) === open) work();
  }

  #goOnSoon(open: OpenRollout): void {
    this.#soon(open, open, () => this.#step(open, [{ kind: 'time-passed' }], open.deletedBy ?? 'hub'));
  }

  #tellInParts(open: OpenRollout, events: readonly RolloutEvent[]): void {
    if (events.length === 0) return;
    this.#soon(open, events, () => {
      this.#tellInParts(open, events.slice(mostInOneStep));
      this.#step(open, events.slice(0, mostInOneStep), 'hub');
    });
  }

  #tick(): void {
    this.#cancelTick = undefined;
    if (this.#open.size === 0 || this.#stopListening === undefined) return;
    this.#cancelTick = this.#parts.clock.after(tickMs, () => this.#tick());
    this.#looks.atWhoeverIsDue();
    this.#handOverSoon();
    for (const open of this.#open.values()) {
      this.#joinRest(open);
      this.#goOnSoon(open);
      const { windows } = open;
      this.#soon(open, windows, () =>
        this.#looks.at(windows.renew(this.#parts.store, open.rollout, this.#clock().now())),
      );
    }
    this.#line.add('keep', () => this.#clock().keep(this.#parts.store));
  }

  #stepAfter({ told, deviceIds }: Looked): void {
    for (const [open, events] of told)
      if (this.#hasNews(open, events)) this.#soon(open, events, () => this.#stepAfterLook(open, events, deviceIds));
    this.#handOverSoon();
  }

  #hasNews({ rollout, bystanders }: OpenRollout, told: readonly RolloutEvent[]): boolean {
    const { number, state } = rollout;
    return told.length > 0 || bystanders.counted(state).length > 0 || this.#owners.hasNews(number);
  }

  #stepAfterLook(open: OpenRollout, told: readonly RolloutEvent[], looked: readonly DeviceId[]): void {
    if (!this.#hasNews(open, told)) return;
    try {
      this.#step(open, inOneJoin([...told, ...open.bystanders.counted(open.rollout.state)]), 'hub');
    } catch (error) {
      // Told by the caller; what could not be written is looked at again.
      this.#looks.at(looked);
      throw error;
    }
  }

  #step(open: OpenRollout, events: readonly RolloutEvent[], actor: Actor): void {
    const step = this.#stepOf(open.rollout, withItsEnd(open, events));
    if (step.isIdle) return this.#ask(open, step);
    this.#became(this.#parts.store.change((write) => this.#written(write, step, actor)));
    for (const number of this.#owners.takeOusted()) {
      const ousted = this.#open.get(number);
      if (ousted !== undefined) this.#guarded(() => this.#step(ousted, [{ kind: 'time-passed' }], 'hub'));
    }
  }

  /** Who of it is in change by another is known before anything else. */
  #stepOf(before: Rollout, events: readonly RolloutEvent[]): RolloutStep {
    return stepOf(before, [...this.#owners.newsFor(before.number), ...events], this.#clock().now());
  }

  #written(write: StoreWriters, step: RolloutStep, actor: Actor): RolloutStep {
    const { store, clock } = this.#parts;
    const openOf = (number: number) => this.#open.get(number)?.rollout;
    return writeWithOthers({ read: store.read, write, clock, openOf }, step, actor);
  }

  /** After the commit. */
  #became(step: RolloutStep): void {
    for (const other of step.others ?? []) this.#became(other);
    const { number, isOpen, state } = step.after;
    const open = this.#open.get(number);
    if (open === undefined) return;
    open.rollout = step.after;
    this.#looks.at(this.#owners.follow(number, state, step.changed));
    if (step.isCut) this.#goOnSoon(open);
    logStatus(this.#parts.log, step);
    if (isOpen) return this.#ask(open, step);
    open.preflights.stop();
    this.#open.delete(number);
    this.#owners.leave(number);
  }

  #ask(open: OpenRollout, { effects }: RolloutStep): void {
    const tell = (answers: readonly RolloutEvent[]): void =>
      this.#guarded(() => this.#ifOpen(open, () => this.#step(open, answers, 'hub')));
    open.preflights.ask(() => open.rollout.state, effects, { now: () => this.#clock().now(), tell });
  }

  /** The edge of this work: a full disk must not end the hub, and what was not written is looked at again with the next tick. */
  #guarded(work: () => unknown): void {
    try {
      work();
    } catch (thrown) {
      const error = asAppError(thrown);
      this.#parts.log.error({ err: error, code: error.code }, 'a rollout could not go on, and is tried again');
    }
  }
}
