// A state timeline as a table: the same for whoever does not see the drawing, or wants the times to the second.
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { TimelineLane, TimelineMarker, TimeSpan } from './timeline-layout.ts';

const mostRows = 500;

interface Row {
  readonly key: string;
  readonly atMs: number;
  readonly what: string;
  readonly became: string;
}

export function TimelineTable(props: {
  readonly label: string;
  readonly lanes: readonly TimelineLane[];
  readonly markers: readonly TimelineMarker[];
  readonly span: TimeSpan;
}) {
  const rows = rowsOf(props);
  return (
    <details className="timeline-table">
      <summary>
        The same as a table, {rows.length} {rows.length === 1 ? 'change' : 'changes'}
      </summary>
      <div className="scroll">
        <table className="grid">
          <caption className="visually-hidden">{props.label}</caption>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">Became, or what happened</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, mostRows).map(({ key, atMs, what, became }) => (
              <tr key={key}>
                <td>{clockTime(atMs)}</td>
                <td>{what}</td>
                <td>{became}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > mostRows && <p className="dimmed">The newest {mostRows}; choose a shorter time to see all.</p>}
    </details>
  );
}

/** Newest first. */
function rowsOf({ lanes, markers, span }: Omit<Parameters<typeof TimelineTable>[0], 'label'>): readonly Row[] {
  const states = lanes.flatMap(({ id, name, segments }) =>
    segments.map(({ fromMs, word }) => ({
      key: `${id} ${fromMs}`,
      atMs: fromMs,
      what: safeText(name),
      became: safeText(word),
    })),
  );
  const happened = markers.map(({ atMs, word }, index) => ({
    key: `marker ${index}`,
    atMs,
    what: 'What happened',
    became: safeText(word),
  }));
  const own = lanes.flatMap(({ id, name, markers: of = [] }) =>
    of.map(({ atMs, word }, index) => ({
      key: `marker of ${id} ${index}`,
      atMs,
      what: safeText(name),
      became: safeText(word),
    })),
  );
  return [...states, ...happened, ...own]
    .filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs)
    .sort((one, other) => other.atMs - one.atMs);
}
