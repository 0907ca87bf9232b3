// What failed in a rollout, told once for all devices that failed alike; and a failed attempt as a text that can be handed on.
import type { AttemptEnd } from '#contract/console-rollout-sights.ts';
import type { RolloutAttemptRow } from '#contract/console-rollouts.ts';
import { verdictWords } from './rollout-words.ts';

export interface AlikeFailures {
  readonly reason: string;
  /** The newest first. */
  readonly deviceIds: readonly string[];
}

/**
 * Of the newest ends, newest first: the last word of each device about the change itself, where that was a failure; one that succeeded
 * since is none. Ways back are not told here: they failed for reasons of their own.
 */
export function alikeFailures(ends: readonly AttemptEnd[]): readonly AlikeFailures[] {
  const seen = new Set<string>();
  const byReason = new Map<string, string[]>();
  for (const { deviceId, purpose, verdict, reason } of ends) {
    if (purpose !== 'change' || seen.has(deviceId)) continue;
    seen.add(deviceId);
    if (verdict === 'done') continue;
    const told = reason ?? `${verdictWords[verdict].word}.`;
    byReason.set(told, [...(byReason.get(told) ?? []), deviceId]);
  }
  return [...byReason]
    .map(([reason, deviceIds]) => ({ reason, deviceIds }))
    .sort((left, right) => right.deviceIds.length - left.deviceIds.length);
}

/** One fact a line, and the lines of the log below: what a colleague needs who was not there. */
export function attemptAsText(
  { attempt, startedAtMs, endedAtMs, verdict, reason, purpose }: RolloutAttemptRow,
  of: { readonly deploymentId: string; readonly deviceId: string; readonly slice: readonly string[] },
): string {
  const way = purpose === 'roll-back' ? ' (rollback)' : '';
  const lines = [
    `Rollout ${of.deploymentId}, device ${of.deviceId}, attempt ${attempt}${way}`,
    `Verdict: ${verdict === null ? 'none' : verdictWords[verdict].word}`,
    ...(reason === null ? [] : [`Reason: ${reason}`]),
    `Began: ${new Date(startedAtMs).toISOString()}`,
    ...(endedAtMs === null ? [] : [`Ended: ${new Date(endedAtMs).toISOString()}`]),
    ...(of.slice.length === 0 ? [] : ['', ...of.slice]),
  ];
  return lines.join('\n');
}
