// The devices that rollouts are to look at: gathered for a moment, looked at in short portions, and none while all devices are
// walked over, so that who joins together is divided together.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import { createPortion, createTurns } from '#hub/turns/turns.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { visitDevices } from './rollout-targets.ts';

/** Reports of a fleet come together: one step, and one sync of the disk, for those of a moment. */
const gatherMs = 20;

interface Parts {
  readonly clock: Clock;
  readonly read: StoreReaders;
  /** Looks at a portion of them; what it throws is its caller's. */
  readonly takeTurn: () => void;
}

export class RolloutMarks {
  readonly #parts: Parts;
  readonly #marked = new Set<DeviceId>();
  #cancelTurn: (() => void) | undefined;
  #walks = 0;
  #isLive = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#isLive = true;
  }

  stop(): void {
    this.#isLive = false;
    this.#cancelTurn?.();
    this.#cancelTurn = undefined;
    this.#marked.clear();
  }

  add(deviceIds: Iterable<DeviceId>): void {
    for (const deviceId of deviceIds) this.#marked.add(deviceId);
    this.#schedule();
  }

  /** Marks each device there is of which `meet` says so. */
  async walk(meet: (deviceId: DeviceId) => boolean): Promise<void> {
    this.#walks += 1;
    const visit = (deviceId: DeviceId): void => {
      if (meet(deviceId)) this.#marked.add(deviceId);
    };
    try {
      await visitDevices(this.#parts.read, createTurns(this.#parts.clock), visit);
    } finally {
      this.#walks -= 1;
      this.#schedule();
    }
  }

  /** As many as a turn has time for; they are marked no more, for what is committed from now on may mark them anew. */
  take(look: (deviceId: DeviceId) => void): readonly DeviceId[] {
    const portion = createPortion(this.#parts.clock);
    const looked: DeviceId[] = [];
    for (const deviceId of this.#marked) {
      look(deviceId);
      looked.push(deviceId);
      if (portion.isOver()) break;
    }
    for (const deviceId of looked) this.#marked.delete(deviceId);
    return looked;
  }

  #schedule(): void {
    if (!this.#isLive || this.#walks > 0 || this.#marked.size === 0) return;
    this.#cancelTurn ??= this.#parts.clock.after(gatherMs, () => {
      this.#cancelTurn = undefined;
      this.#parts.takeTurn();
      this.#schedule();
    });
  }
}
