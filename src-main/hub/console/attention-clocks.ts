// Which devices have a wrong clock, as one matter: their tokens and certificates end too early or too late, and their times mislead.
// Where most agree with each other and none with this machine, the wrong one is this machine's.
import type { DeviceId } from '#base/ids.ts';
import type { AttentionItem } from '#contract/console-site.ts';
import { type DeviceClock, isClockOff } from '#contract/device-clock.ts';

/** As many as a list of the page can be asked for by name. */
const mostNamed = 50;
/** Two devices may be wrong in the same way by chance. */
const fewestWitnesses = 3;
const agreeWithinMs = 60_000;

/** None, or one for all. */
export function attentionOfClocks(clocks: Iterable<readonly [DeviceId, DeviceClock]>): readonly AttentionItem[] {
  const measured = [...clocks];
  const off = measured.filter(([, clock]) => isClockOff(clock));
  const offsets = off.map(([, { offsetMs }]) => offsetMs).toSorted((left, right) => Math.abs(right) - Math.abs(left));
  const [worstMs] = offsets;
  if (worstMs === undefined) return [];
  const since = off.flatMap(([, { offSinceMs }]) => offSinceMs ?? []);
  const sinceMs = since.length === 0 ? null : Math.min(...since);
  const doAgree = Math.max(...offsets) - Math.min(...offsets) <= agreeWithinMs;
  const isHubSuspect = off.length >= fewestWitnesses && off.length * 2 > measured.length && doAgree;
  const deviceIds = off.map(([deviceId]) => deviceId).toSorted();
  const group = { deviceIds: deviceIds.slice(0, mostNamed), devices: off.length, sinceMs };
  const matter = { kind: 'clocks-off', worstMs, measured: measured.length, isHubSuspect, ...group } as const;
  return [{ key: 'clocks-off', level: 'warning', sinceMs, matter }];
}
