// The log of one attempt, as the device kept it: part by part, so that a long one costs what is read of it.
import { useMemo, useState } from 'react';
import type { AttemptLogPage } from '#contract/console-attempt-logs.ts';
import { Act } from '../pieces/act.tsx';
import { bytesInWords } from '../words/bytes.ts';
import { copyText } from '../pieces/copy-text.ts';
import { useHub } from '../link/hub-store.ts';
import { safeLines } from '../pieces/log-text.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { safeText } from '../words/safe-text.ts';
import { useAction } from '../link/use-action.ts';
import { useAnswer } from '../link/use-answer.ts';

interface LogOf {
  readonly deploymentId: string;
  readonly deviceId: string;
  readonly attempt: number;
}

/** `revision`: it may have come meanwhile. */
export function AttemptLog({ revision, ...of }: LogOf & { readonly revision: number }) {
  const { deploymentId, deviceId, attempt } = of;
  const client = useHub((state) => state.client);
  const ask = useMemo(
    () => client && (() => client.attemptLog.query({ deploymentId, deviceId, attempt })),
    [client, deploymentId, deviceId, attempt],
  );
  const { value: first, problem } = useAnswer(ask, revision);
  if (problem !== null) return <ProblemView text={problem} where={`Log of ${deviceId}`} />;
  if (first === undefined) return <p className="dimmed">Reading the log …</p>;
  if (first.text === null) return <p className="dimmed">{first.explanation}</p>;
  return <LogText key={first.fetchedAtMs} of={of} first={first} />;
}

function LogText({ of, first }: { readonly of: LogOf; readonly first: AttemptLogPage }) {
  const client = useHub((state) => state.client);
  const [more, setMore] = useState<readonly AttemptLogPage[]>([]);
  const [isCopied, setIsCopied] = useState(false);
  const action = useAction();
  const pages = [first, ...more];
  const text = pages.map((page) => page.text ?? '').join('');
  const offset = pages.at(-1)?.nextOffset ?? null;

  const readOn = (from: number) =>
    action.run(async () => {
      const page = await client?.attemptLog.query({ ...of, offset: from });
      if (page !== undefined) setMore((known) => [...known, page]);
    });

  return (
    <>
      {first.slice.length > 0 && (
        <>
          <p>What tells of the failure{first.module === null ? '' : `, of module ${safeText(first.module)}`}:</p>
          <pre className="rollout-slice">{safeLines(first.slice.join('\n'))}</pre>
        </>
      )}
      <pre className="attempt-log" tabIndex={0} role="region" aria-label={`Log of attempt ${of.attempt}`}>
        {safeLines(text)}
      </pre>
      <div className="rollout-acts">
        <span className="dimmed">
          {bytesInWords(first.totalBytes)} on the device{first.isWhole ? '' : ', not all of it is here'}
        </span>
        <Act variant="subtle" onClick={() => setIsCopied(copyText(text))}>
          {isCopied ? 'Copied' : 'Copy'}
        </Act>
        {offset !== null && (
          <Act variant="default" loading={action.isBusy} onClick={() => void readOn(offset)}>
            Show more of it
          </Act>
        )}
      </div>
      {action.problem !== null && <ProblemView text={action.problem} where={`Log of ${of.deviceId}`} />}
    </>
  );
}
