// Gates and limits of a policy as parts of the sentences that explain a rollout and its devices.
import type { RolloutPolicy, WaveGate } from './rollout-policy.ts';

/**
 * Behind the words for the next wave: "opens when ≥ 90 % of wave 'canary' succeeded and stayed so for 10 minutes." Where a person is
 * asked: "is opened by a person, once ≥ 90 % of wave 'canary' succeeded."
 */
export function gateText(name: string, { successPercent, soakMs, needsPerson }: WaveGate): string {
  const soak = soakMs > 0 ? ` and stayed so for ${durationText(soakMs)}` : '';
  const share = `≥ ${successPercent} % of wave '${name}' succeeded${soak}`;
  return needsPerson ? `is opened by a person, once ${share}.` : `opens when ${share}.`;
}

export function limitText({ stepLimitMs }: RolloutPolicy): string {
  return `Without progress for ${durationText(stepLimitMs)} the attempt fails.`;
}

function durationText(ms: number): string {
  const [amount, unit] = ms >= 60_000 ? [Math.ceil(ms / 60_000), 'minute'] : [Math.ceil(ms / 1000), 'second'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}
