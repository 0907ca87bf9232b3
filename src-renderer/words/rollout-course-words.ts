// The picture of a rollout's course as a sentence, for whoever does not see it, and for whoever has no time to look.
import type { CoursePoint } from '#contract/console-rollout-sights.ts';
import type { StopRule } from '#domain/rollouts/rollout-policy.ts';
import { failuresToStop } from '#domain/rollouts/rollout-tally.ts';
import { partWords } from './rollout-words.ts';

/** `Success 8, failure 1, rolled back 0. It stops at failure ≥ 2.` The line rises with the devices tried: it is told as it is now. */
export function courseInWords({ successful, failed, takenBack }: CoursePoint, stop: StopRule | null): string {
  const back = takenBack > 0 ? `, ${partWords.back.word.toLowerCase()} ${takenBack}` : '';
  const counts = `${partWords.done.word} ${successful}, ${partWords.failed.word.toLowerCase()} ${failed}${back}.`;
  return stop === null ? counts : `${counts} It stops at failure ≥ ${failuresToStop(stop, successful + failed)}.`;
}
