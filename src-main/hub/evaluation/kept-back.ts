// Agents of others know no holds: what they hear they do. While such a device sleeps, or no window is open, the hub keeps what an
// attempt would give it to itself, and the device has what it had before; it is sent when a window lets it, as any attempt.
import type { DeviceId, ModuleId } from '#base/ids.ts';
import { childOf, numberAt, textAt } from '#domain/updates/module-standing.ts';
import type { DeviceTurns, RolloutAttempt } from '#store/rollout-types.ts';
import type { StoreReaders } from '#store/store-types.ts';

const agentId = '$edgeAgent' as ModuleId;

/** Whether its agent is Lanyard's. What one said that is there no more has another version; the oldest do not say theirs. */
function knowsHolds(read: StoreReaders, deviceId: DeviceId): boolean {
  const reported = read.twins.reported({ deviceId, moduleId: agentId })?.value;
  const own = childOf(reported, 'lanyard');
  if (Object.keys(own).length === 0) return false;
  const version = textAt(own, 'agent');
  return version === null || version === textAt(childOf(reported, 'version'), 'version');
}

/** Whether what was sent can be taken back unheard: it is an agent of others, and has not answered. */
export function isUnheard(read: StoreReaders, { deviceId, rolloutNumber, sentVersion }: RolloutAttempt): boolean {
  if (sentVersion === null || knowsHolds(read, deviceId) || !isByItself(read, rolloutNumber)) return false;
  const reported = read.twins.reported({ deviceId, moduleId: agentId })?.value;
  return (numberAt(reported, 'lastDesiredVersion') ?? 0) < sentVersion;
}

/** Whether the hub does not send it for now. */
export function isKeptBack(read: StoreReaders, { newest, sent }: DeviceTurns): boolean {
  if (newest === undefined || newest.hold !== 'window' || newest.sentVersion !== null) return false;
  if (newest.isNeedless || newest.endedAtMs !== null) return false;
  // It has nothing of it that it could give back.
  if (newest.purpose === 'roll-back' && sent?.rolloutNumber !== newest.rolloutNumber) return false;
  return isByItself(read, newest.rolloutNumber) && !knowsHolds(read, newest.deviceId);
}

/** As before the attempt. */
export function turnsBefore(read: StoreReaders, turns: DeviceTurns): DeviceTurns {
  const { newest } = turns;
  if (newest === undefined || !isKeptBack(read, turns)) return turns;
  const admitted = new Set(turns.admitted);
  if (newest.purpose === 'change') admitted.delete(newest.rolloutNumber);
  else {
    admitted.add(newest.rolloutNumber);
    // What its way back brings.
    for (const back of read.rollouts.takingBack(newest.rolloutNumber))
      for (const number of [back, ...read.rollouts.ledBy(back)]) admitted.delete(number);
  }
  return { admitted, newest: undefined, sent: turns.sent };
}

/** One that takes another back moves two deployments at once: what was before it is not known from it alone. */
function isByItself(read: StoreReaders, number: number): boolean {
  const head = read.rollouts.head(number);
  return head !== undefined && head.takesBackNumber === null && head.ledByNumber === null;
}
