// Several things said of a document, each with its place; where the place can be shown, it is a button that leads there.
import { safeText } from '#renderer/words/safe-text.ts';

export interface PlacedWords {
  readonly at: number | string;
  readonly message: string;
}

export function NoticeList(props: {
  readonly title: string;
  readonly problems: readonly PlacedWords[];
  readonly tone?: 'problem' | 'notice';
  /** Leads to the place; absent: there is none to lead to. */
  readonly onPlace?: (problem: PlacedWords) => void;
}) {
  const { problems, onPlace, tone = 'notice' } = props;
  if (problems.length === 0) return null;
  return (
    <div className={`problem-list ${tone}`} role="group" aria-label={props.title} tabIndex={0}>
      <p>{props.title}</p>
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>
            {onPlace === undefined ? (
              <span className="mono">{placeText(problem.at)}</span>
            ) : (
              <button type="button" className="link-button mono" onClick={() => onPlace(problem)}>
                {placeText(problem.at)}
              </button>
            )}{' '}
            {safeText(problem.message)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function placeText(at: number | string): string {
  if (typeof at === 'number') return `character ${at + 1}:`;
  return at === '' ? 'the document:' : `${safeText(at)}:`;
}
