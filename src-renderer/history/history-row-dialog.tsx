// One row of the journal in full: who, when and why, and its detail as it was written.
import { useCallback, useState } from 'react';
import { Link } from 'wouter';
import type { HistoryRow } from '#contract/console-history.ts';
import { CodeEditor } from '#renderer/editors/code-editor.tsx';
import { historyAddress } from '#renderer/link/history-query.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { copyText } from '#renderer/pieces/copy-text.ts';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { When } from '#renderer/pieces/when.tsx';
import { actorWords, kindWords } from '#renderer/words/journal-kinds.ts';
import { journalText } from '#renderer/words/journal-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { SentenceView } from '#renderer/words/sentence-view.tsx';

export function HistoryRowDialog({ row, onClose }: { readonly row: HistoryRow; readonly onClose: () => void }) {
  const client = useHub((state) => state.client);
  const { seq } = row;
  const ask = useCallback(async () => (client === null ? null : client.historyRow.query({ seq })), [client, seq]);
  const { value, problem } = useAnswer(ask, null);
  const [isCopied, setIsCopied] = useState(false);
  const text = value?.text ?? '';
  return (
    <DialogView title={`Row ${seq}: ${kindWords[row.kind]?.word ?? row.kind}`} onClose={onClose}>
      <p className="history-told">
        <SentenceView entry={row} />
      </p>
      <dl className="facts">
        <Fact word="When">
          <When atMs={row.atMs} />
        </Fact>
        <Fact word="Who">{actorWords[row.actor] ?? row.actor}</Fact>
        <Fact word="Kind">
          <code>{row.kind}</code>
        </Fact>
        {row.deviceId !== null && (
          <Fact word="Device">
            <Link href={historyAddress({ device: row.deviceId })} className="plain-link" onClick={onClose}>
              All rows of {safeText(row.deviceId)}
            </Link>
            {row.moduleId !== null && <> · module {safeText(row.moduleId)}</>}
          </Fact>
        )}
        {row.deploymentId !== null && (
          <Fact word="Deployment">
            <Link href={historyAddress({ deployment: row.deploymentId })} className="plain-link" onClick={onClose}>
              All rows of {safeText(row.deploymentId)}
            </Link>
          </Fact>
        )}
      </dl>
      <h3>Detail</h3>
      {problem !== null && <ProblemView text={problem} where={`Row ${seq}`} />}
      {value === undefined && problem === null && <p className="dimmed">Reading the row …</p>}
      {value && (
        <CodeEditor label={`Detail of row ${seq}`} value={text} language="json" isReadOnly className="history-json" />
      )}
      {value?.isCut === true && <p className="dimmed">It is longer than 256 KB; the export has all of it.</p>}
      <div className="dialog-acts">
        <Act variant="default" onClick={() => setIsCopied(copyText(`${journalText(row)}\n${text}`))}>
          {isCopied ? 'Copied' : 'Copy as text'}
        </Act>
        <Act onClick={onClose}>Close</Act>
      </div>
    </DialogView>
  );
}

function Fact({ word, children }: { readonly word: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>{children}</dd>
    </div>
  );
}
