// What devices answer to a preflight: whether each can begin, what stands in its way, and behind one quiet line all six answers, of
// good devices too, with what was not looked at.
import type { PreflightRow } from '#contract/console-preflights.ts';
import type { PreflightFinding } from '#domain/rollouts/preflight-finding.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { lookedAtInWords, preflightAnswerWords, preflightFindingWords } from '#renderer/words/preflight-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

export function PreflightRows(props: {
  readonly rows: readonly PreflightRow[];
  /** It is of one device that is named already, and was asked for to be read. */
  readonly isAlone?: boolean;
}) {
  const isAlone = props.isAlone === true;
  return (
    <ul className={isAlone ? 'preflight preflight-alone' : 'preflight'} aria-label="What the devices answer">
      {props.rows.map((row) => (
        <li key={row.deviceId} data-preflight={row.answer}>
          {!isAlone && <b className="break">{safeText(row.deviceId)}</b>}
          <StatusMark words={preflightAnswerWords[row.answer]} />
          <div className="break">
            {row.sentences.length > 0 && <p>{row.sentences.map(safeText).join(' ')}</p>}
            {row.findings.length > 0 && <SixAnswers findings={row.findings} isOpen={isAlone} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function SixAnswers({
  findings,
  isOpen,
}: {
  readonly findings: readonly PreflightFinding[];
  readonly isOpen: boolean;
}) {
  return (
    <details open={isOpen}>
      <summary>{lookedAtInWords(findings)}</summary>
      <ul className="preflight-six">
        {findings.map((finding) => (
          <li key={finding.question} data-finding={finding.question} data-state={finding.state}>
            <StatusMark words={preflightFindingWords(finding)} />
            <span>{finding.sentences.map(safeText).join(' ')}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
