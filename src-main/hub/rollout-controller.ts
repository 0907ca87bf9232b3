// Carries rollouts on: committed changes mark devices, marked devices are looked at, what they tell becomes events of one step, and
// each step is one transaction of state, journal row and admission.
// INVARIANTS: this is the only writer of rollouts; a state in memory is on disk; what could not be written is looked at again.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError, broken } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { Actor, JournalEntry } from '#domain/journal-event.ts';
import type { RolloutEvent } from '#domain/rollout-event.ts';
import type { Rollout } from '#store/rollout-types.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { isOrphan, look, looksAround, meet, openRollout, readAgain, type OpenRollout } from './open-rollout.ts';
import { createPreflight, type Preflight } from './preflight.ts';
import { createReturningDevices, type ReturningDevices } from './returning-devices.ts';
import { createRolloutClock, type RolloutClock } from './rollout-clock.ts';
import { newsIn } from './rollout-news.ts';
import { inOneJoin } from './rollout-observation.ts';
import { writeWithOthers } from './rollout-redeployment.ts';
import { stepOf, type RolloutStep, type StepWriter } from './rollout-step.ts';
import { visitDevices } from './rollout-targets.ts';
import { createPortion, createTurns } from './turns.ts';

const tickMs = 1000;
/** Reports of a fleet come together: one step, and one sync of the disk, for those of a moment. */
const gatherMs = 20;

interface ControllerParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly preflight?: Preflight;
}

export class RolloutController {
  readonly #parts: ControllerParts;
  readonly #preflight: Preflight;
  readonly #returning: ReturningDevices;
  readonly #open = new Map<number, OpenRollout>();
  readonly #marked = new Set<DeviceId>();
  #time: RolloutClock | undefined;
  #stopListening: (() => void) | undefined;
  #cancelTick: (() => void) | undefined;
  #cancelTurn: (() => void) | undefined;
  #walks = 0;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.#preflight = parts.preflight ?? createPreflight({ read: parts.store.read, log: parts.log });
    this.#returning = createReturningDevices({ clock: parts.clock, read: parts.store.read });
  }

  /** Goes on with what was open when the last hub ended: every device of it is looked at once. */
  start(): void {
    const { store, clock } = this.#parts;
    if (this.#stopListening !== undefined) return;
    this.#time = createRolloutClock(store.read, clock);
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
    this.#cancelTurn?.();
    this.#cancelTurn = undefined;
    for (const { preflights } of this.#open.values()) preflights.stop();
    this.#open.clear();
    this.#marked.clear();
  }

  /**
   * Makes rollouts, or steps of several at once, in one change: `work` returns those it inserted. They are carried on from then.
   */
  begin(
    work: (write: StoreWriters, begun: { readonly step: StepWriter; readonly time: RolloutClock }) => Rollout,
  ): Rollout {
    const { store } = this.#parts;
    const steps: RolloutStep[] = [];
    const rollout = store.change((write) => {
      steps.length = 0;
      const step: StepWriter = (before, events, actor) => {
        const taken = this.#written(write, stepOf(before, events, this.#clock().now()), actor);
        steps.push(taken);
        return taken.after;
      };
      return work(write, { step, time: this.#clock() });
    });
    this.#take(rollout, true);
    for (const step of steps) this.#became(step);
    return rollout;
  }

  /** What a person says to one, on disk when it returns; null: nothing can happen to it any more. */
  order(number: number, event: RolloutEvent, actor: Actor): Rollout | null {
    const open = this.#open.get(number);
    if (open === undefined) return null;
    this.#step(open, [event], actor);
    return open.rollout;
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
    const open = openRollout({ read: store.read, log, preflight: this.#preflight }, rollout, isNew);
    this.#open.set(rollout.number, open);
    if (isOrphan(store.read, rollout)) this.#closeSoon(open, 'hub');
    if (!isNew)
      this.#guarded(() => this.#step(open, this.#returning.expect(rollout.state, this.#clock().now()), 'hub'));
    for (const deviceId of rollout.state.devices.keys()) this.#marked.add(deviceId);
    this.#walk(open);
    this.#cancelTick ??= this.#parts.clock.after(tickMs, () => this.#tick());
    this.#schedule();
  }

  #walk(open: OpenRollout): void {
    if (!looksAround(open)) return;
    this.#walks += 1;
    const visit = (deviceId: DeviceId): void => {
      if (meet(open, deviceId)) this.#marked.add(deviceId);
    };
    visitDevices(this.#parts.store.read, createTurns(this.#parts.clock), visit)
      .catch((error: unknown) => this.#parts.log.error({ err: error }, 'a rollout could not look for its devices'))
      .finally(() => {
        this.#walks -= 1;
        this.#schedule();
      });
  }

  #follow(entries: readonly JournalEntry[]): void {
    if (this.#open.size === 0) return;
    const { devices, changed, orphaned } = newsIn(entries, this.#open.values());
    for (const deviceId of devices) this.#marked.add(deviceId);
    for (const open of changed) this.#readAgain(open);
    for (const [open, by] of orphaned) this.#closeSoon(open, by);
    if (this.#marked.size > 0) this.#schedule();
  }

  /** Its deployment is gone. Not within the commit that told of it. */
  /** Others are served before. */
  #goOnSoon(open: OpenRollout): void {
    this.#parts.clock.after(0, () => {
      if (this.#open.get(open.rollout.number) === open)
        this.#guarded(() => this.#step(open, [{ kind: 'time-passed' }], 'hub'));
    });
  }

  #closeSoon(open: OpenRollout, by: Actor): void {
    this.#parts.clock.after(0, () => this.#guarded(() => this.#step(open, [{ kind: 'deployment-deleted', by }], by)));
  }

  #readAgain(open: OpenRollout): void {
    readAgain(this.#parts.store.read, open);
    for (const deviceId of open.rollout.state.devices.keys()) this.#marked.add(deviceId);
    this.#walk(open);
  }

  #tick(): void {
    this.#cancelTick = undefined;
    if (this.#open.size === 0 || this.#stopListening === undefined) return;
    this.#cancelTick = this.#parts.clock.after(tickMs, () => this.#tick());
    for (const { settling } of this.#open.values()) for (const deviceId of settling.keys()) this.#marked.add(deviceId);
    for (const deviceId of this.#returning.missed()) this.#marked.add(deviceId);
    if (this.#marked.size > 0) this.#schedule();
    for (const open of this.#open.values()) {
      this.#guarded(() => this.#step(open, [{ kind: 'time-passed' }], 'hub'));
      this.#guarded(() => open.windows.renew(this.#parts.store, open.rollout, this.#clock().now()));
    }
    this.#guarded(() => this.#clock().keep(this.#parts.store));
  }

  #schedule(): void {
    if (this.#stopListening === undefined || this.#walks > 0 || this.#marked.size === 0) return;
    this.#cancelTurn ??= this.#parts.clock.after(gatherMs, () => {
      this.#cancelTurn = undefined;
      this.#guarded(() => this.#takeTurn());
      this.#schedule();
    });
  }

  #takeTurn(): void {
    const portion = createPortion(this.#parts.clock);
    const looked: DeviceId[] = [];
    const events = new Map<OpenRollout, RolloutEvent[]>();
    for (const open of this.#open.values()) events.set(open, []);
    const around = { read: this.#parts.store.read, returning: this.#returning, now: this.#clock().now() };
    for (const deviceId of this.#marked) {
      for (const [open, told] of events) told.push(...look(open, deviceId, around));
      looked.push(deviceId);
      if (portion.isOver()) break;
    }
    // Before the steps: what waits is committed ahead of them, and may mark anew who was looked at.
    for (const deviceId of looked) this.#marked.delete(deviceId);
    try {
      for (const [open, told] of events) {
        told.push(...open.bystanders.counted(open.rollout.state));
        if (told.length > 0) this.#step(open, inOneJoin(told), 'hub');
      }
    } catch (error) {
      // Told by the caller; what could not be written is looked at again.
      for (const deviceId of looked) this.#marked.add(deviceId);
      throw error;
    }
  }

  #step(open: OpenRollout, events: readonly RolloutEvent[], actor: Actor): void {
    const step = stepOf(open.rollout, events, this.#clock().now());
    if (step.isIdle) return this.#ask(open, step);
    this.#became(this.#parts.store.change((write) => this.#written(write, step, actor)));
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
    for (const effect of step.effects)
    if (step.isCut) this.#goOnSoon(open);
      if (effect.kind === 'status-changed')
        this.#parts.log.info(
          { deploymentId: state.deploymentId, status: effect.status, reason: effect.cause.reason },
          'rollout',
        );
    if (isOpen) return this.#ask(open, step);
    open.preflights.stop();
    this.#open.delete(number);
  }

  #ask(open: OpenRollout, { effects }: RolloutStep): void {
    const { number, state } = open.rollout;
    const due = effects.flatMap((effect) => (effect.kind === 'ask-preflight' ? [effect.deviceId] : []));
    open.preflights.ask(state.deploymentId, due, (answers) => {
      if (this.#open.get(number) === open) this.#guarded(() => this.#step(open, answers, 'hub'));
    });
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
