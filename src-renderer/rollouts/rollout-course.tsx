// Success and failure over time, with the line at which the rollout stops itself; the same numbers as a table.
import { useMemo } from 'react';
import type { RolloutCourse } from '#contract/console-rollout-sights.ts';
import type { RolloutView } from '#contract/console-rollouts.ts';
import { failuresToStop } from '#domain/rollouts/rollout-tally.ts';
import { clockTime } from '../words/age.ts';
import { courseLines, tellingPoints } from '../plots/course-lines.ts';
import { LinePlot, type PlotLine } from '../plots/line-plot.tsx';
import { ProblemView } from '../pieces/problem-view.tsx';
import { stopInWords } from '../rollout-words.ts';
import { useWidth } from '../pieces/use-width.ts';

const height = 220;
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
      {isNothing && problem === null && <p className="dimmed">No attempt has come to an end with a verdict yet.</p>}
      {!isNothing && (
        <div className="surface rollout-course">
          <PlotLegend lines={lines} />
          <div ref={box}>
            <LinePlot
              label={`${last.successful} successful and ${last.failed} failed devices now. ${stopInWords(stop)} The numbers stand in the table below.`}
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
      {lines.map(({ word, color, dash, width = 2, values }) => (
        <li key={word}>
          <svg width="30" height="12" viewBox="0 0 30 12" aria-hidden>
            <path
              d="M0 6H30"
              stroke={`var(--mantine-color-${color}-text)`}
              strokeWidth={width}
              strokeDasharray={dash?.join(' ')}
            />
          </svg>
          {word}: <b>{values.at(-1) ?? 0}</b>
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
              Successful
            </th>
            <th scope="col" className="number">
              Failed
            </th>
            <th scope="col" className="number">
              Rolled back
            </th>
            {stop !== null && (
              <th scope="col" className="number">
                Stops at
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
