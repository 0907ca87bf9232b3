// The log of one attempt, as the device kept it: part by part, so that a long one costs what is read of it.
import { useMemo, useState } from 'react';
import type { AttemptLogPage } from '#contract/console-attempt-logs.ts';
import type { RolloutAttemptRow } from '#contract/console-rollouts.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { copyText } from '#renderer/pieces/copy-text.ts';
import { safeLines } from '#renderer/pieces/log-text.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { attemptAsText } from '#renderer/words/rollout-failure-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';

interface LogOf {
  readonly of: { readonly deploymentId: string; readonly deviceId: string };
  readonly attempt: RolloutAttemptRow;
}

/** `revision`: it may have come meanwhile. */
export function AttemptLog({ revision, of, attempt: row }: LogOf & { readonly revision: number }) {
  const { deploymentId, deviceId } = of;
  const { attempt } = row;
  const client = useHub((state) => state.client);
  const ask = useMemo(
    () => client && (() => client.attemptLog.query({ deploymentId, deviceId, attempt })),
    [client, deploymentId, deviceId, attempt],
  );
  const { value: first, problem } = useAnswer(ask, revision);
  if (problem !== null) return <ProblemView text={problem} where={`Log of ${deviceId}`} />;
  if (first === undefined) return <p className="dimmed">Reading the log …</p>;
  if (first.text === null)
    return (
      <>
        <p className="dimmed">{first.explanation}</p>
        <CopyAct word="Copy what happened" text={attemptAsText(row, { ...of, slice: [] })} />
      </>
    );
  return <LogText key={first.fetchedAtMs} of={of} attempt={row} first={first} />;
}

function LogText({ of, attempt, first }: LogOf & { readonly first: AttemptLogPage }) {
  const client = useHub((state) => state.client);
  const [more, setMore] = useState<readonly AttemptLogPage[]>([]);
  const action = useAction();
  const pages = [first, ...more];
  const text = pages.map((page) => page.text ?? '').join('');
  const offset = pages.at(-1)?.nextOffset ?? null;

  const readOn = (from: number) =>
    action.run(async () => {
      const page = await client?.attemptLog.query({ ...of, attempt: attempt.attempt, offset: from });
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
      <pre className="attempt-log" tabIndex={0} role="region" aria-label={`Log of attempt ${attempt.attempt}`}>
        {safeLines(text)}
      </pre>
      <div className="rollout-acts">
        <span className="dimmed">
          {bytesInWords(first.totalBytes)} on the device{first.isWhole ? '' : ', not all of it is here'}
        </span>
        <CopyAct word="Copy what happened" text={attemptAsText(attempt, { ...of, slice: first.slice })} />
        <CopyAct word="Copy the log" text={text} />
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

function CopyAct({ word, text }: { readonly word: string; readonly text: string }) {
  const [isCopied, setIsCopied] = useState(false);
  return (
    <Act variant="subtle" onClick={() => setIsCopied(copyText(text))}>
      {isCopied ? 'Copied' : word}
    </Act>
  );
}
