// A rollout in the making. One call of `advance` owns it from beginning to end; everybody else sees finished states.
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEffect } from './rollout-event.ts';
import type {
  Cause,
  RolloutDevice,
  RolloutNow,
  RolloutState,
  RolloutStatus,
  RolloutWave,
  StatusReached,
} from './rollout-state.ts';

/** Ten thousand devices are moved in forty steps, and the hub serves others in between. */
const mostInOneStep = 250;

export class RolloutDraft {
  #state: RolloutState;
  /** Null: they are as they were. Most steps of ten thousand devices move nobody, and a copy of all is what they would cost. */
  #moved: Map<DeviceId, RolloutDevice> | null = null;
  readonly effects: RolloutEffect[] = [];
  #left = mostInOneStep;
  readonly now: RolloutNow;

  constructor(state: RolloutState, now: RolloutNow) {
    this.#state = state;
    this.now = now;
  }

  get state(): RolloutState {
    return { ...this.#state, devices: this.devices };
  }

  get status(): RolloutStatus {
    return this.#state.status;
  }

  get devices(): ReadonlyMap<DeviceId, RolloutDevice> {
    return this.#moved ?? this.#state.devices;
  }

  /** As the hub itself says it. */
  cause(reason: string): Cause {
    return { by: 'hub', reason, atMs: this.now.wallMs };
  }

  /** Asked before each device that is moved for no event of its own; the others follow at once, with the next step. */
  mayMove(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }

  /** Whether somebody was refused that. */
  get isCut(): boolean {
    return this.#left < 0;
  }

  setDevice(deviceId: DeviceId, device: RolloutDevice): void {
    if (this.devices.get(deviceId) === device) return;
    this.#moved ??= new Map(this.#state.devices);
    this.#moved.set(deviceId, device);
  }

  /** By id, as the store gives them back: who is first must not depend on when a device joined. */
  orderDevices(): void {
    if (isAscending(this.devices.keys())) return;
    this.#moved = new Map([...this.devices].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  change(
    change: Partial<
      Pick<RolloutState, 'currentWave' | 'joiningOf' | 'isRetrying' | 'bystandersUp' | 'isHurried' | 'pardonedFailures'>
    >,
  ): void {
    this.#state = { ...this.#state, ...change };
  }

  setWave(index: number, change: Partial<RolloutWave>): void {
    const waves = this.#state.waves.map((wave, at) => (at === index ? { ...wave, ...change } : wave));
    this.#state = { ...this.#state, waves };
  }

  /** What it is already is no news. */
  setStatus(status: RolloutStatus, cause: Cause, more: Pick<StatusReached, 'keepsStopRule'> = {}): void {
    if (this.status !== status) this.reach({ status, cause, ...more });
  }

  /** Also what it is already, for another reason. */
  reach(reached: StatusReached): void {
    const { status, cause } = reached;
    this.#state = { ...this.#state, status, cause, history: [...this.#state.history, reached] };
    this.effects.push({ kind: 'status-changed', status, cause });
  }
}

/** Most joins are of devices after all that are there, and sorting ten thousand for them is most of what a join takes. */
function isAscending(ids: Iterable<DeviceId>): boolean {
  let before: DeviceId | undefined;
  for (const id of ids) {
    if (before !== undefined && id < before) return false;
    before = id;
  }
  return true;
}
