// Who is to be looked at for the rollouts under way, and what a portion of them tells each: those of committed changes, those who
// settle, whoever does not come back after a start, and everybody where a rollout begins or whom it means changed.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { RolloutEvent } from '#domain/rollouts/rollout-event.ts';
import type { RolloutNow, RolloutState } from '#domain/rollouts/rollout-state.ts';
import { createReturningDevices } from '#hub/device-link/returning-devices.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { look, looksAround, meet, type OpenRollout } from './open-rollout.ts';
import { RolloutMarks } from './rollout-marks.ts';

interface LookParts {
  readonly clock: Clock;
  readonly store: { readonly read: StoreReaders };
  readonly log: Logger;
  readonly opens: () => Iterable<OpenRollout>;
  /** Called when some are to be looked at. */
  readonly takeTurn: () => void;
}

export interface Looked {
  readonly deviceIds: readonly DeviceId[];
  readonly told: ReadonlyMap<OpenRollout, readonly RolloutEvent[]>;
}

export interface RolloutLooks {
  start(): void;
  stop(): void;
  at(deviceIds: Iterable<DeviceId>): void;
  atAllOf(open: OpenRollout): void;
  /** Every second: what time alone may bring about. */
  atWhoeverIsDue(): void;
  /** For one that goes on after a start; what it has to be told of that. */
  expect(state: RolloutState, now: RolloutNow): readonly RolloutEvent[];
  /** At as many as a turn has time for. */
  take(now: RolloutNow): Looked;
}

export function createRolloutLooks({ clock, store, log, opens, takeTurn }: LookParts): RolloutLooks {
  const { read } = store;
  const marks = new RolloutMarks({ clock, read, takeTurn });
  const returning = createReturningDevices({ clock });
  return {
    start: () => marks.start(),
    stop: () => marks.stop(),
    at: (deviceIds) => marks.add(deviceIds),
    atAllOf(open) {
      marks.add(open.rollout.state.devices.keys());
      if (!looksAround(open)) return;
      marks
        .walk((deviceId) => meet(open, deviceId))
        .catch((error: unknown) => log.error({ err: error }, 'a rollout could not look for its devices'));
    },
    atWhoeverIsDue() {
      for (const { settling } of opens()) marks.add(settling.keys());
      marks.add(returning.missed());
    },
    expect: (state, now) => returning.expect(state, now),
    take(now) {
      const left: DeviceId[] = [];
      const told = new Map([...opens()].map((open) => [open, [] as RolloutEvent[]] as const));
      const deviceIds = marks.take((deviceId) => {
        for (const [open, events] of told) {
          const news = look(open, deviceId, { read, returning, now });
          if (news.some(isLeaving)) left.push(deviceId);
          events.push(...news);
        }
      });
      // One that was made anew under the id is met once the first is known to be gone.
      marks.add(left);
      return { deviceIds, told };
    },
  };
}

function isLeaving(event: RolloutEvent): boolean {
  return event.kind === 'target-left' && event.isDecommissioned;
}
