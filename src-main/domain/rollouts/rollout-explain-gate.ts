// Gates and limits of a policy as parts of the sentences that explain a rollout and its devices.
import { devicesText } from '#domain/values/count-text.ts';
import type { RolloutPolicy, WaveGate } from './rollout-policy.ts';
import type { RolloutDevice, RolloutState } from './rollout-state.ts';
import { tally } from './rollout-tally.ts';

/**
 * Behind the words for the next wave: "opens when ≥ 90 % of wave 'canary' succeeded and stayed so for 10 minutes." Where a person is
 * asked: "is opened by a person, once ≥ 90 % of wave 'canary' succeeded."
 */
export function gateText(name: string, { successPercent, soakMs, needsPerson }: WaveGate): string {
  const soak = soakMs > 0 ? ` and stayed so for ${durationText(soakMs)}` : '';
  const share = `≥ ${successPercent} % of wave '${name}' succeeded${soak}`;
  return needsPerson ? `is opened by a person, once ${share}.` : `opens when ${share}.`;
}

/** What the share of the newest wave does not say, for who is switched off counts for nothing. */
export interface GateStanding {
  /** Devices that the share is of. */
  readonly counted: number;
  /** Switched off before they came to an end; `silent` of them in mid-change. */
  readonly asleep: number;
  readonly silent: number;
}

export function gateStanding({ devices, currentWave }: Pick<RolloutState, 'devices' | 'currentWave'>): GateStanding {
  const members = [...devices.values()].filter(({ wave }) => wave === currentWave);
  const { counted, asleep } = tally(members);
  return { counted, asleep, silent: countSilent(members) };
}

/** All of it is switched off, so that no share can be said. */
export function isUnknown({ counted, asleep }: GateStanding): boolean {
  return counted === 0 && asleep > 0;
}

/** They were sent their change and do not answer any more. Whoever sleeps while it is taken back was not looked for. */
export function countSilent(devices: Iterable<RolloutDevice>): number {
  let silent = 0;
  for (const { isChanging, isAwake, purpose } of devices)
    if (isChanging && !isAwake && purpose === 'change') silent += 1;
  return silent;
}

/**
 * Behind the sentence of the gate; empty: its share says all. " All of wave 'canary' is switched off: wake one of its devices, or open
 * the next wave." And where one succeeded while four vanished: " 4 devices of wave 'canary' fell silent while in change, and …"
 */
export function standingText(name: string, standing: GateStanding): string {
  const { silent } = standing;
  if (isUnknown(standing)) {
    const since = silent > 0 ? `, and ${silent} of it fell silent while in change` : '';
    return ` All of wave '${name}' is switched off${since}: wake one of its devices, or open the next wave.`;
  }
  return silentText(silent, ` of wave '${name}'`);
}

/** Of all, or of those that `whose` says. */
export function silentText(silent: number, whose = ''): string {
  if (silent === 0) return '';
  const [they, them] = silent === 1 ? ['it is', 'it'] : ['they are', 'one of them'];
  return ` ${devicesText(silent)}${whose} fell silent while in change and ${silent === 1 ? 'counts' : 'count'} for nothing until ${they} back: look at ${them} before more follow.`;
}

export function limitText({ stepLimitMs }: Pick<RolloutPolicy, 'stepLimitMs'>): string {
  return `Without progress for ${durationText(stepLimitMs)} the attempt fails.`;
}

function durationText(ms: number): string {
  const [amount, unit] = ms >= 60_000 ? [Math.ceil(ms / 60_000), 'minute'] : [Math.ceil(ms / 1000), 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
