// At most so many pulls at a time, and the line of those that wait, device by device (domain/pull-line.ts).
// INVARIANTS: the pulls under way are never more than the slots, but for a number of slots that was lowered under them; whoever
// leaves, in whatever state, leaves nothing behind; no slot is free while somebody who is ready waits.
import type { DeviceId } from '#base/ids.ts';
import { nextInLine } from '#domain/images/pull-line.ts';

/** One pull, from its coming into the line to its end. */
export interface Puller {
  readonly deviceId: DeviceId;
  /** Whether it would take a slot now; looked at each time it might get one. */
  isReady(): boolean;
  /** It has a slot now. It must not come back into the line before this returns. */
  onTurn(): void;
}

interface Standing {
  readonly deviceId: DeviceId;
  readonly waiting: Set<Puller>;
  underway: number;
  place: number;
}

export class PullLine {
  readonly #standings = new Map<DeviceId, Standing>();
  readonly #underway = new Set<Puller>();
  #slots: number;
  #lastPlace = 0;

  constructor(slots: number) {
    this.#slots = slots;
  }

  get slots(): number {
    return this.#slots;
  }

  /** The pulls that have a slot. */
  get underway(): ReadonlySet<Puller> {
    return this.#underway;
  }

  *waiting(): Iterable<Puller> {
    for (const { waiting } of this.#standings.values()) yield* waiting;
  }

  setSlots(slots: number): void {
    this.#slots = slots;
    this.look();
  }

  /** Into the line, or back into it from a slot. */
  enter(puller: Puller): void {
    this.#takeAway(puller);
    const { deviceId } = puller;
    const standing = this.#standings.get(deviceId) ?? { deviceId, waiting: new Set(), underway: 0, place: 0 };
    if (standing.waiting.size === 0) standing.place = ++this.#lastPlace;
    standing.waiting.add(puller);
    this.#standings.set(deviceId, standing);
    this.look();
  }

  /** Out of the line or out of its slot. */
  leave(puller: Puller): void {
    this.#takeAway(puller);
    this.look();
  }

  /** Gives turns as long as there are free slots; to be called when somebody may have become ready. */
  look(): void {
    while (this.#underway.size < this.#slots) {
      const next = nextInLine(this.#ready());
      if (next === null) return;
      const { standing, puller } = next;
      standing.waiting.delete(puller);
      standing.underway += 1;
      standing.place = ++this.#lastPlace;
      this.#underway.add(puller);
      puller.onTurn();
    }
  }

  /** Each device with the first of its pulls that would take a slot. */
  *#ready() {
    for (const standing of this.#standings.values()) {
      const { deviceId, underway, place } = standing;
      for (const puller of standing.waiting)
        if (puller.isReady()) {
          yield { deviceId, underway, place, standing, puller };
          break;
        }
    }
  }

  #takeAway(puller: Puller): void {
    const standing = this.#standings.get(puller.deviceId);
    if (standing === undefined) return;
    standing.waiting.delete(puller);
    if (this.#underway.delete(puller)) standing.underway -= 1;
    if (standing.waiting.size === 0 && standing.underway === 0) this.#standings.delete(puller.deviceId);
  }
}
