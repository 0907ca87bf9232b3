// What held at one moment beside what held at the other, row by row; what differs is bold, and the row says so to whoever hears it.
import { Link } from 'wouter';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function TwoColumns(props: {
  readonly label: string;
  readonly at: readonly [number, number];
  readonly rows: readonly (readonly [string, string, string])[];
  readonly linkOf?: (id: string) => string;
}) {
  return (
    <div className="surface">
      <table className="grid">
        <caption className="visually-hidden">{props.label}</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">{clockTime(props.at[0])}</th>
            <th scope="col">{clockTime(props.at[1])}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map(([word, before, after]) => (
            <tr key={word} data-differs={before !== after || undefined}>
              <th scope="row">
                {props.linkOf === undefined ? (
                  word
                ) : (
                  <Link href={props.linkOf(word)} className="plain-link">
                    {safeText(word)}
                  </Link>
                )}
              </th>
              <td className="mono">{before}</td>
              <td className="mono">{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
