// How many devices of a rollout were successful, failed and taken back at each moment, from its attempts: device by device in their
// order, into stretches of time, so that a hundred thousand attempts need neither sorting nor a place in memory.
import type { CoursePoint } from '#contract/console-rollout-sights.ts';
import type { AttemptCourse } from '#store/rollout-types.ts';

export const curvePoints = 200;

type Outcome = Exclude<keyof CoursePoint, 'atMs'>;

/** INVARIANT: attempts are taken in by device, and of a device in their order. */
export function createAttemptCurve(span: {
  readonly fromMs: number;
  readonly toMs: number;
  /** Further attempts that a device gets by itself. */
  readonly retries: number;
}) {
  const { fromMs, retries } = span;
  const stretchMs = Math.max(1, (span.toMs - fromMs) / curvePoints);
  const changes = Array.from({ length: curvePoints + 1 }, () => ({ successful: 0, failed: 0, takenBack: 0 }));
  let deviceId: string | null = null;
  let outcome: Outcome | null = null;
  let failures = 0;

  function become(next: Outcome | null, atMs: number): void {
    // The end of the stretch tells of all that happened in it.
    const at = Math.min(curvePoints, Math.max(0, Math.ceil((atMs - fromMs) / stretchMs)));
    const change = changes[at];
    if (change === undefined || next === outcome) return;
    if (outcome !== null) change[outcome] -= 1;
    if (next !== null) change[next] += 1;
    outcome = next;
  }

  function outcomeOf({ purpose, verdict, isNeedless }: AttemptCourse): Outcome | null {
    if (purpose === 'roll-back') return verdict === 'done' || isNeedless ? 'takenBack' : 'failed';
    if (isNeedless) return null;
    if (verdict === 'done') return 'successful';
    failures += 1;
    return failures > retries ? 'failed' : null;
  }

  return {
    take(course: AttemptCourse): void {
      if (course.deviceId !== deviceId) {
        deviceId = course.deviceId;
        outcome = null;
        failures = 0;
      }
      // Tried again, it failed no more; and what is being taken back is there until it is.
      if (outcome === 'failed') become(null, course.startedAtMs);
      if (course.endedAtMs !== null && (course.verdict !== null || course.isNeedless))
        become(outcomeOf(course), course.endedAtMs);
    },
    points(): readonly CoursePoint[] {
      const now = { successful: 0, failed: 0, takenBack: 0 };
      return changes.map((change, at) => {
        now.successful += change.successful;
        now.failed += change.failed;
        now.takenBack += change.takenBack;
        return { atMs: Math.round(fromMs + at * stretchMs), ...now };
      });
    },
  };
}
