// The lines of a rollout's course: success, failure and rolled back, and the number of failures that would stop it.
import type { CoursePoint } from '#contract/console-rollout-sights.ts';
import type { StopRule } from '#domain/rollouts/rollout-policy.ts';
import { failuresToStop } from '#domain/rollouts/rollout-tally.ts';
import { partWords } from '#renderer/words/rollout-words.ts';
import type { PlotLine } from './line-plot.tsx';

export const stopLineWord = 'Stops at failure';

/** The threshold grows with the devices that came to an end: it is where the failed must not reach at that moment. */
export function courseLines(points: readonly CoursePoint[], stop: StopRule | null): readonly PlotLine[] {
  const hasBack = points.some(({ takenBack }) => takenBack > 0);
  // As long as none failed the eye belongs to what was done.
  const failedWidth = points.some(({ failed }) => failed > 0) ? 4 : 2;
  return [
    { word: partWords.done.word, color: 'green', values: points.map(({ successful }) => successful) },
    { word: partWords.failed.word, color: 'red', width: failedWidth, values: points.map(({ failed }) => failed) },
    ...(hasBack
      ? [
          {
            word: partWords.back.word,
            color: 'yellow',
            dash: [10, 4],
            values: points.map(({ takenBack }) => takenBack),
          },
        ]
      : []),
    ...(stop === null
      ? []
      : [
          {
            word: stopLineWord,
            sign: '≥ ',
            color: 'orange',
            dash: [3, 4],
            values: points.map(({ successful, failed }) => failuresToStop(stop, successful + failed)),
          },
        ]),
  ];
}

/** The moments at which something changed, and the last: at most so many, evenly chosen. */
export function tellingPoints(points: readonly CoursePoint[], most: number): readonly CoursePoint[] {
  const telling = points.filter((point, at) => {
    const before = points[at - 1];
    return (
      before === undefined ||
      at === points.length - 1 ||
      before.successful !== point.successful ||
      before.failed !== point.failed ||
      before.takenBack !== point.takenBack
    );
  });
  if (telling.length <= most) return telling;
  const step = (telling.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, at) => telling[Math.round(at * step)]).flatMap((point) => point ?? []);
}
