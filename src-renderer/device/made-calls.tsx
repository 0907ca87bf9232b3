// Calls that were made: those of this page with their answers, and those the journal knows of, by whomever.
import { useCallback } from 'react';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import { actorWords } from '#renderer/words/journal-kinds.ts';
import { numberIn, scalarText } from '#renderer/words/journal-sentence.ts';
import { callProblem, methodStatusWords } from '#renderer/words/method-words.ts';
import { safeLine, safeText } from '#renderer/words/safe-text.ts';
import { forgetCalls, leaveCall, type MadeCall, useMethodCalls } from './method-calls-store.ts';

const journalRows = 20;

export function MadeCalls({ detail }: { readonly detail: DeviceDetail }) {
  const { deviceId } = detail.row;
  // Another window's calls are news of the device too.
  const news = useNews(detail);
  const calls = useMethodCalls((state) => state.calls).filter(({ request }) => request.deviceId === deviceId);
  const ended = calls.filter(({ outcome }) => outcome.kind !== 'waiting').length;
  return (
    <>
      {calls.length > 0 && (
        <>
          <h2 className="section">Calls of this session</h2>
          <ul className="calls">
            {calls.map((call) => (
              <li key={call.id} className="surface call">
                <Call call={call} />
              </li>
            ))}
          </ul>
          {ended > 0 && (
            <Act variant="default" onClick={() => forgetCalls(deviceId)}>
              Clear this list
            </Act>
          )}
        </>
      )}
      <JournalCalls deviceId={deviceId} revision={news + ended} />
    </>
  );
}

function Call({ call }: { readonly call: MadeCall }) {
  const { request, outcome, startedAtMs } = call;
  const of = request.moduleId === null ? 'the device' : safeText(request.moduleId);
  return (
    <>
      <div className="call-head">
        <strong>{safeText(request.name)}</strong> <span className="dimmed">of {of}</span>{' '}
        <span className="dimmed">{clockTime(startedAtMs)}</span>
      </div>
      {outcome.kind === 'waiting' && (
        <div className="call-head" role="status">
          <Waiting sinceMs={startedAtMs} />
          <Act variant="default" onClick={() => leaveCall(call)}>
            Wait no longer
          </Act>
        </div>
      )}
      {outcome.kind === 'answered' && (
        <>
          <div role="status" className={methodStatusWords(outcome.status).isGood ? 'call-good' : 'call-bad'}>
            {methodStatusWords(outcome.status).word} · {outcome.tookMs.toLocaleString('en')} ms
          </div>
          <pre className="code call-answer" tabIndex={0} aria-label={`Answer of ${safeText(request.name)}`}>
            {JSON.stringify(outcome.payload, null, 2)
              .split('\n')
              .map((line) => safeLine(line))
              .join('\n')}
          </pre>
        </>
      )}
      {outcome.kind === 'failed' && (
        <ProblemView
          text={outcome.words}
          where={`${request.name} of ${request.moduleId ?? request.deviceId}`}
          sinceMs={outcome.atMs}
          {...callProblem(outcome.code ?? '')}
        />
      )}
      {outcome.kind === 'left' && (
        <div className="dimmed">
          Not waited for any longer. The device may have done it all the same; the journal tells.
        </div>
      )}
    </>
  );
}

function Waiting({ sinceMs }: { readonly sinceMs: number }) {
  const nowMs = useView((view) => view.nowMs);
  return <span>Waiting for the answer for {Math.max(0, Math.round((nowMs - sinceMs) / 1000))} s …</span>;
}

function JournalCalls({ deviceId, revision }: { readonly deviceId: string; readonly revision: number }) {
  const client = useHub((state) => state.client);
  const nowMs = useView((view) => view.nowMs);
  const ask = useCallback(
    () =>
      client === null
        ? Promise.reject(new Error('The hub is not there.'))
        : client.deviceJournal.query({ deviceId, limit: journalRows, kinds: ['method-called'] }),
    [client, deviceId],
  );
  const { value, problem } = useAnswer(client === null ? null : ask, revision);
  if (problem !== null) return <ProblemView text={problem} />;
  if (value === undefined || value.rows.length === 0) return null;
  return (
    <>
      <h2 className="section">Calls in the journal</h2>
      <div className="surface scroll" tabIndex={0} role="region" aria-label="Calls in the journal">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Method</th>
              <th scope="col">Answered by</th>
              <th scope="col">Answer</th>
              <th scope="col">By</th>
            </tr>
          </thead>
          <tbody>
            {value.rows.map((row) => (
              <tr key={row.seq}>
                <td title={clockTime(row.atMs)}>{agoInWords(nowMs - row.atMs)}</td>
                <td>{scalarText(row.detail['name'])}</td>
                <td>{row.moduleId === null ? 'the device' : safeText(row.moduleId)}</td>
                <td>{numberIn(row, 'status')}</td>
                <td>{actorWords[row.actor]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
