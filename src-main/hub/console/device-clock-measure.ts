// Measures how far one device's clock is off: a ping that asks for its time, and half of the round trip for each way.
import type { Clock } from '#base/clock.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { clockAnswer, clockQuestion, type DeviceClock, pingMethod } from '#contract/device-clock.ts';
import type { MethodOperations } from '#hub/hub-types.ts';

const agentId = '$edgeAgent' as ModuleId;
const answerWithinMs = 10_000;
/** Vaguer than this, it was waited for rather than under way: asked again at once, it tells better. */
const vagueMs = 500;

export type Measured = Omit<DeviceClock, 'offSinceMs'>;

interface MeasureNeeds {
  readonly methods: MethodOperations;
  readonly clock: Clock;
}

/** Null: its agent does not tell. Throws what the call threw. */
export async function measureClock(
  needs: MeasureNeeds,
  deviceId: DeviceId,
  connectTimeoutMs: number,
): Promise<Measured | null> {
  const first = await pingOnce(needs, deviceId, connectTimeoutMs);
  if (first === null || first.withinMs <= vagueMs) return first;
  const second = await pingOnce(needs, deviceId, 0);
  return second === null || second.withinMs > first.withinMs ? first : second;
}

async function pingOnce(
  { methods, clock }: MeasureNeeds,
  deviceId: DeviceId,
  connectTimeoutMs: number,
): Promise<Measured | null> {
  const call = { name: pingMethod, payload: clockQuestion, responseTimeoutMs: answerWithinMs, connectTimeoutMs };
  const begunMs = clock.monotonicMs();
  const { status, payload } = await methods.invoke({ deviceId, moduleId: agentId }, call, 'hub');
  const tookMs = clock.monotonicMs() - begunMs;
  const answer = clockAnswer.safeParse(payload);
  if (status !== 200 || !answer.success) return null;
  const measuredAtMs = clock.nowMs();
  const offsetMs = Math.round(answer.data.nowMs - (measuredAtMs - tookMs / 2));
  return { offsetMs, withinMs: Math.ceil(tookMs / 2), measuredAtMs };
}
