// How far the clocks of devices are from the hub's, as their agents tell when they are pinged: after they connect, again with a report
// when ten minutes have passed, and when somebody looks. Kept in memory alone: what an earlier hub measured says nothing of now.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { asAppError } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { type DeviceClock, isClockOff } from '#contract/device-clock.ts';
import type { JournalEntry } from '#domain/records/journal-event.ts';
import type { MethodOperations } from '#hub/hub-types.ts';
import { canBeAsked } from '#hub/rollouts/preflight-ask.ts';
import { createAskLine } from '#hub/turns/ask-line.ts';
import type { Store } from '#store/store-types.ts';
import { type Measured, measureClock } from './device-clock-measure.ts';

const agentId = '$edgeAgent' as ModuleId;
/** Few: ten thousand devices that come at once are asked beside their own work, and nobody waits for it. */
const mostAtOnce = 8;
/** Who has just connected may not listen to calls yet. */
const connectWithinMs = 10_000;
/** What was measured within it is believed, whoever looks. */
const freshForMs = 60_000;
/** A device that reports is asked again when its clock was last asked for before. */
const againAfterMs = 600_000;

export interface DeviceClocks {
  /** As it was measured last, by the hub's clock of now; null: not known. */
  of(deviceId: DeviceId): DeviceClock | null;
  all(): Iterable<readonly [DeviceId, DeviceClock]>;
  /** Measures it unless that was just done; what is known of it afterwards. Never throws. */
  ask(deviceId: DeviceId): Promise<DeviceClock | null>;
  start(): void;
  stop(): void;
}

interface ClockParts {
  readonly store: Pick<Store, 'read' | 'onCommitted'>;
  readonly methods: MethodOperations;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createDeviceClocks({ store, methods, clock, log }: ClockParts): DeviceClocks {
  const known = new Map<DeviceId, DeviceClock>();
  /** When it was asked last, by the clock that is never set. */
  const askedAtMs = new Map<DeviceId, number>();
  const once = createOnce();
  const line = createAskLine(mostAtOnce);
  let stopListening: (() => void) | null = null;

  async function measure(deviceId: DeviceId, connectTimeoutMs: number): Promise<void> {
    if (!canBeAsked(store.read, deviceId)) return;
    askedAtMs.set(deviceId, clock.monotonicMs());
    try {
      const measured = await measureClock({ methods, clock }, deviceId, connectTimeoutMs);
      if (measured !== null && store.read.devices.get(deviceId) !== undefined) keep(known, deviceId, measured);
    } catch (error) {
      // The edge of this work: a device that went away, or is slow, is asked another time, and what is known of it grows older.
      log.debug({ deviceId, reason: asAppError(error).message }, 'the clock of a device could not be asked for');
    }
  }

  function ageMs(deviceId: DeviceId): number {
    return clock.monotonicMs() - (askedAtMs.get(deviceId) ?? -Infinity);
  }

  /** Not within the commit that told of it, and not all at once. */
  function askInLine(deviceId: DeviceId): void {
    const work = () => measure(deviceId, connectWithinMs);
    void once(deviceId, async () => {
      await Promise.resolve();
      await line.ask(() => stopListening !== null, work);
    });
  }

  function take({ kind, deviceId, moduleId, detail }: JournalEntry): void {
    if (kind === 'clock-jumped' && typeof detail['byMs'] === 'number') shift(known, detail['byMs']);
    if (deviceId === null) return;
    if (kind === 'device-deleted') for (const kept of [known, askedAtMs]) kept.delete(deviceId);
    if (moduleId !== agentId) return;
    if (kind === 'device-connected' && ageMs(deviceId) >= freshForMs) askInLine(deviceId);
    if (kind !== 'reported-changed' || ageMs(deviceId) < againAfterMs) return;
    // Noted also of an agent that turns out not to be Lanyard's: it is not read anew with each of its reports.
    askedAtMs.set(deviceId, clock.monotonicMs());
    askInLine(deviceId);
  }

  return {
    of: (deviceId) => known.get(deviceId) ?? null,
    all: () => known,
    async ask(deviceId) {
      if (ageMs(deviceId) >= freshForMs || !known.has(deviceId)) await once(deviceId, () => measure(deviceId, 0));
      return known.get(deviceId) ?? null;
    },
    start: () => void (stopListening ??= store.onCommitted((entries) => entries.forEach(take))),
    stop() {
      stopListening?.();
      stopListening = null;
    },
  };
}

/** One question at a time to a device, whoever asks. */
function createOnce(): (deviceId: DeviceId, work: () => Promise<void>) => Promise<void> {
  const underway = new Map<DeviceId, Promise<void>>();
  return (deviceId, work) => {
    const before = underway.get(deviceId);
    if (before !== undefined) return before;
    const done = work().finally(() => underway.delete(deviceId));
    underway.set(deviceId, done);
    return done;
  };
}

function keep(known: Map<DeviceId, DeviceClock>, deviceId: DeviceId, measured: Measured): void {
  const before = known.get(deviceId)?.offSinceMs ?? measured.measuredAtMs;
  known.set(deviceId, { ...measured, offSinceMs: isClockOff(measured) ? before : null });
}

/** The hub's own clock was set: the devices' are where they were. */
function shift(known: Map<DeviceId, DeviceClock>, byMs: number): void {
  for (const [deviceId, measured] of known) keep(known, deviceId, { ...measured, offsetMs: measured.offsetMs - byMs });
}
