// Success and failure over time, with the line at which the rollout stops itself; the same numbers as a table.
import { useMemo } from 'react';
import type { RolloutCourse } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { failuresToStop } from '#domain/rollouts/rollout-tally.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { useWidth } from '#renderer/pieces/use-width.ts';
import { courseLines, stopLineWord, tellingPoints } from '#renderer/plots/course-lines.ts';
import { LinePlot, type PlotLine } from '#renderer/plots/line-plot.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { courseInWords } from '#renderer/words/rollout-course-words.ts';
import { partWords } from '#renderer/words/rollout-words.ts';

const height = 250;
const mostLines = 40;

export function RolloutCourseView(props: {
  readonly rollout: RolloutView;
  readonly course: RolloutCourse | undefined;
  readonly problem: string | null;
}) {
  const { rollout, course, problem } = props;
  const { stop } = rollout.policy;
  const [box, width] = useWidth();
  const points = course?.points;
  const lines = useMemo(() => (points === undefined ? [] : courseLines(points, stop)), [points, stop]);
  const atMs = useMemo(() => points?.map((point) => point.atMs) ?? [], [points]);
  const last = points?.at(-1);
  const isNothing = course === undefined || course.ended === 0 || last === undefined;
  return (
    <section aria-labelledby="rollout-course">
      <h2 id="rollout-course" className="section">
        Success and failure over time
      </h2>
      {problem !== null && <ProblemView text={problem} where="Course of the rollout" />}
      {isNothing && problem === null && <p className="dimmed">No attempt has come to its end yet.</p>}
      {!isNothing && (
        <div className="surface rollout-course">
          <p data-course>{courseInWords(last, stop)}</p>
          <PlotLegend lines={lines} />
          <div ref={box}>
            <LinePlot
              label={`${courseInWords(last, stop)} The numbers stand in the table below.`}
              axis="Devices"
              atMs={atMs}
              lines={lines}
              width={width}
              height={height}
            />
          </div>
          <details>
            <summary>The numbers as a table</summary>
            <CourseTable course={course} stop={stop} />
          </details>
        </div>
      )}
    </section>
  );
}

function PlotLegend({ lines }: { readonly lines: readonly PlotLine[] }) {
  return (
    <ul className="waffle-legend" aria-label="Lines of the plot">
      {lines.map(({ word, color, dash, width = 2, sign = '', values }) => (
        <li key={word}>
          <svg width="30" height="12" viewBox="0 0 30 12" aria-hidden>
            <path
              d="M0 6H30"
              stroke={`var(--mantine-color-${color}-text)`}
              strokeWidth={width}
              strokeDasharray={dash?.join(' ')}
            />
          </svg>
          {word}{' '}
          <b>
            {sign}
            {values.at(-1) ?? 0}
          </b>
        </li>
      ))}
    </ul>
  );
}

function CourseTable(props: { readonly course: RolloutCourse; readonly stop: RolloutView['policy']['stop'] }) {
  const { course, stop } = props;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label="Numbers of the course">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">By</th>
            <th scope="col" className="number">
              {partWords.done.word}
            </th>
            <th scope="col" className="number">
              {partWords.failed.word}
            </th>
            <th scope="col" className="number">
              {partWords.back.word}
            </th>
            {stop !== null && (
              <th scope="col" className="number">
                {stopLineWord}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {tellingPoints(course.points, mostLines).map(({ atMs, successful, failed, takenBack }) => (
            <tr key={atMs}>
              <td>{clockTime(atMs)}</td>
              <td className="number">{successful}</td>
              <td className="number">{failed}</td>
              <td className="number">{takenBack}</td>
              {stop !== null && <td className="number">≥ {failuresToStop(stop, successful + failed)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
