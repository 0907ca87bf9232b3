// What the screens of a rollout are drawn from. Pages cost what they show; the course of a large rollout is read in turns.
import type { Clock } from '#base/clock.ts';
import type { DeviceId } from '#base/ids.ts';
import type { AttemptEnd, ConsoleRolloutSights, OrderRow, RolloutOrders } from '#contract/console-rollout-sights.ts';
import type { RolloutOrder } from '#contract/console-rollouts.ts';
import { isHeld } from '#domain/rollouts/rollout-attempt.ts';
import { orderTargets } from '#domain/rollouts/rollout-order-targets.ts';
import { unfitOrder, type RolloutOrderKind } from '#domain/rollouts/rollout-order.ts';
import { isFinal, type RolloutDevice, type RolloutNow } from '#domain/rollouts/rollout-state.ts';
import { createTurns } from '#hub/turns/turns.ts';
import type { AttemptCourse, Rollout } from '#store/rollout-types.ts';
import type { Store, StoreReaders } from '#store/store-types.ts';
import { createAttemptCurve } from './attempt-curve.ts';
import { createAttemptLogView } from './attempt-log-view.ts';
import type { RolloutController } from './rollout-controller.ts';
import { orderKinds, requiredRollout } from './rollout-required.ts';
import { aroundIn, rolloutDeviceRow } from './rollout-view.ts';

const mostNamed = 12;
const mostEnds = 100;
const coursesAtOnce = 250;

export function createRolloutSights(parts: {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly controller: RolloutController;
}): ConsoleRolloutSights {
  const { clock, controller } = parts;
  const { read } = parts.store;
  const logs = createAttemptLogView(read);
  const required = (deploymentId: string): Rollout => requiredRollout({ read, controller }, deploymentId);
  return {
    rolloutCells({ deploymentId, after, limit }) {
      const cells = read.rollouts.cells(required(deploymentId).number, { after: after ?? '', limit });
      return { cells, next: cells.length < limit ? null : (cells.at(-1)?.deviceId ?? null) };
    },
    rolloutDeviceRows({ deploymentId, deviceIds }) {
      const rollout = required(deploymentId);
      const now: RolloutNow = { wallMs: clock.nowMs(), runMs: 0 };
      const around = aroundIn(rollout.state, now);
      return deviceIds.flatMap((id) => {
        const deviceId = id as DeviceId;
        const device = read.rollouts.device(rollout.number, deviceId);
        if (device === undefined) return [];
        const slice = logs.sliceOf(rollout.number, deviceId, device);
        return [{ ...rolloutDeviceRow(read, rollout, { deviceId, device, now, around }), slice }];
      });
    },
    rolloutOrders: ({ deploymentId }) => ordersOf(read, required(deploymentId)),
    async rolloutCourse({ deploymentId }, signal) {
      const rollout = required(deploymentId);
      const { number, state } = rollout;
      const toMs = isFinal(state.status) && !rollout.isOpen ? lastOf(state.devices, state.cause.atMs) : clock.nowMs();
      const { retries } = state.policy;
      const curve = createAttemptCurve({ fromMs: (state.history[0] ?? state).cause.atMs, toMs, retries });
      const newest = createNewest();
      for await (const course of coursesOf(read, clock, number)) {
        signal?.throwIfAborted();
        curve.take(course);
        newest.take(course);
      }
      return { points: curve.points(), ...newest.told() };
    },
  };
}

/** Devices may come to their end after the rollout did. */
function lastOf(devices: ReadonlyMap<DeviceId, RolloutDevice>, endedAtMs: number): number {
  let last = endedAtMs;
  for (const device of devices.values()) last = Math.max(last, device.endedAtMs ?? 0);
  return last;
}

async function* coursesOf(read: StoreReaders, clock: Clock, number: number): AsyncGenerator<AttemptCourse> {
  const turns = createTurns(clock);
  let after = { deviceId: '', attempt: 0 };
  for (;;) {
    const page = read.rollouts.courses(number, { after, limit: coursesAtOnce });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < coursesAtOnce) return;
    after = last;
    await turns.next();
  }
}

/** The newest of many that come in any order, a few more than are told held at a time. */
function createNewest() {
  let ends: AttemptEnd[] = [];
  let ended = 0;
  const trim = (): void => {
    ends = ends.sort((left, right) => right.atMs - left.atMs).slice(0, mostEnds);
  };
  return {
    take({ deviceId, attempt, purpose, endedAtMs, verdict, reason }: AttemptCourse): void {
      if (endedAtMs === null || verdict === null) return;
      ended += 1;
      ends.push({ atMs: endedAtMs, deviceId, attempt, purpose, verdict, reason });
      if (ends.length >= mostEnds * 4) trim();
    },
    told() {
      trim();
      return { ends, ended };
    },
  };
}

function ordersOf(read: StoreReaders, { state, takesBackNumber }: Rollout): RolloutOrders {
  const changing = [...state.devices].filter(([, device]) => device.isChanging);
  const takenBack = takesBackNumber === null ? undefined : read.rollouts.head(takesBackNumber);
  return {
    orders: Object.entries(orderKinds).map(([order, kind]) => orderRow(state, order as RolloutOrder, kind)),
    inChange: hit(changing.map(([deviceId]) => deviceId)),
    held: hit(changing.filter(([, device]) => isHeld(device)).map(([deviceId]) => deviceId)),
    takesBack: takenBack?.state.deploymentId ?? null,
    made: (state.history[0] ?? state).cause,
  };
}

function orderRow(state: Rollout['state'], order: RolloutOrder, kind: RolloutOrderKind): OrderRow {
  const unfit = isFinal(state.status)
    ? `It is ${state.status.replace('-', ' ')}, which is final.`
    : unfitOrder(state, kind);
  return { order, unfit, ...hit(orderTargets(state, kind)) };
}

function hit(deviceIds: readonly string[]) {
  return { devices: deviceIds.length, deviceIds: firstById(deviceIds) };
}

/** Without sorting them all: there may be ten thousand, seven times. */
function firstById(deviceIds: readonly string[]): readonly string[] {
  const first: string[] = [];
  for (const id of deviceIds) {
    const last = first.at(-1);
    if (first.length === mostNamed && last !== undefined && id > last) continue;
    const at = first.findIndex((other) => id < other);
    first.splice(at === -1 ? first.length : at, 0, id);
    if (first.length > mostNamed) first.pop();
  }
  return first;
}
