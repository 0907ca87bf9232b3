// Who is in which wave, named before any wave opens. Each target is in exactly one: the first that takes it, or the last.
import type { DeviceId } from '#base/ids.ts';
import type { RolloutTarget } from './rollout-event.ts';
import type { WaveMembers, WavePlan } from './rollout-policy.ts';
import { devicesOfShare } from './rollout-tally.ts';

/** Where targets come in parts, each part by id behind the one before: how many come in all, and whom waves have already. */
interface Parts {
  readonly of: number;
  readonly taken: ReadonlyMap<number | null, number>;
}

/**
 * The wave of each target, by device id. Waves by group or condition take their members; of those left, waves by number or
 * share take as many as they say, in order of device id; the last wave takes the rest.
 * Example: waves 10 % and rest over 5 devices → the first device in wave 0, four in wave 1.
 */
export function divide(
  waves: readonly WavePlan[],
  targets: readonly RolloutTarget[],
  { of, taken }: Parts = { of: targets.length, taken: new Map() },
): ReadonlyMap<DeviceId, number> {
  const waveOf = new Map<DeviceId, number>();
  const last = waves.length - 1;
  const ordered = targets.toSorted((left, right) => (left.deviceId < right.deviceId ? -1 : 1));
  for (const { deviceId, waves: fitting } of ordered) {
    const first = waves.findIndex(({ members }, index) => isNamed(members) && fitting.includes(index));
    if (first !== -1) waveOf.set(deviceId, first);
  }
  for (const [index, { members }] of waves.entries()) {
    let room = index === last ? Infinity : roomOf(members, of) - (taken.get(index) ?? 0);
    for (const { deviceId } of ordered) {
      if (room <= 0) break;
      if (waveOf.has(deviceId)) continue;
      waveOf.set(deviceId, index);
      room -= 1;
    }
  }
  return waveOf;
}

/** The wave of one that joins later: the first that names it, or the last, for shares were counted before it came. */
export function waveOfLatecomer(waves: readonly WavePlan[], { waves: fitting }: RolloutTarget): number {
  const first = waves.findIndex(({ members }, index) => isNamed(members) && fitting.includes(index));
  return first === -1 ? waves.length - 1 : first;
}

function isNamed({ kind }: WaveMembers): boolean {
  return kind === 'group' || kind === 'condition';
}

function roomOf(members: WaveMembers, targets: number): number {
  switch (members.kind) {
    case 'group':
    case 'condition':
      return 0;
    case 'count':
      return members.count;
    case 'percent':
      return devicesOfShare(members.percent, targets);
    case 'rest':
      return Infinity;
  }
}
