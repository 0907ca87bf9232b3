// A deployment file on its way in: everything that is wrong with it is told before anything is written, then the chosen items are
// imported a few at a time, with how far it came, until it is done or the person stops it.
import { Checkbox, Radio, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { FileRequest } from '#contract/console-files.ts';
import type { FileReport, ItemReport } from '#contract/file-report.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import type { OpenedFile } from '#renderer/link/opened-file-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { NoticeList } from '#renderer/pieces/problem-list.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { ImportItems } from './import-items.tsx';
import { useImport } from './use-import.ts';

interface Given {
  readonly id: string;
  readonly priority: string;
  readonly targetCondition: string;
  readonly isUpdating: boolean;
}

export function DeploymentImport({ file, onClose }: { readonly file: OpenedFile; readonly onClose: () => void }) {
  const client = useHub((state) => state.client);
  const [given, setGiven] = useState<Given>({ id: '', priority: '', targetCondition: '', isUpdating: false });
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isWhole, setIsWhole] = useState(false);
  const request = useMemo(() => requestOf(file, given), [file, given]);
  const ask = useMemo(() => client && (() => client.checkFile.mutate(request)), [client, request]);
  // Checked once for each question: what is shown is what the person agrees to.
  const { value: report, problem } = useAnswer(ask, null);
  const work = useImport(request);
  const done = work.state;
  const chosen = (report?.items ?? []).filter((item) => canCome(item) && !left.has(item.at));

  return (
    <DialogView title={`Import ${safeText(file.name)}`} onClose={onClose}>
      {report === undefined && problem === null && <p className="dimmed">Checking the file …</p>}
      {problem !== null && <ProblemView text={problem} where={file.name} done="Nothing was written." />}
      {report !== undefined && (
        <>
          <FileWords report={report} />
          {report.format === 'deployment' && done === null && <Head given={given} onChange={setGiven} />}
          {report.items.length > 0 && (
            <ImportItems
              items={report.items}
              outcomes={done?.outcomes ?? new Map()}
              left={left}
              {...(report.items.length > 1 && done === null && { onLeft: setLeft })}
            />
          )}
          {done === null && report.items.length > 0 && (
            <Ways
              isUpdating={given.isUpdating}
              onUpdating={(isUpdating) => setGiven({ ...given, isUpdating })}
              isWhole={isWhole}
              {...(report.items.length > 1 && { onWhole: setIsWhole })}
            />
          )}
        </>
      )}
      {done !== null && (
        <Progress done={done.done} total={done.total} isOver={done.isOver} isStopped={done.isStopped} />
      )}
      {done !== null && done.problem !== null && (
        <ProblemView
          text={done.problem}
          where={file.name}
          next="Import the same file again: it goes on where it ended."
        />
      )}
      <div className="dialog-acts">
        {done !== null && !done.isOver ? (
          <Act variant="default" onClick={work.stop}>
            Stop after these
          </Act>
        ) : (
          <Act variant="default" onClick={onClose}>
            {done === null ? 'Cancel' : 'Close'}
          </Act>
        )}
        {done === null && (
          <Act disabled={chosen.length === 0} onClick={() => report && work.start(report.items, chosen, isWhole)}>
            Import {countOf(chosen.length, 'item')}
          </Act>
        )}
      </div>
    </DialogView>
  );
}

/** Whether an import would do something with it. */
function canCome({ outcome }: ItemReport): boolean {
  return outcome === 'create' || outcome === 'update';
}

function requestOf({ name, base64 }: OpenedFile, { id, priority, targetCondition, isUpdating }: Given): FileRequest {
  const number = Number(priority);
  return {
    fileBase64: base64,
    fileName: name,
    existing: isUpdating ? 'update' : 'keep',
    ...(id.trim() !== '' && { id: id.trim() }),
    ...(priority.trim() !== '' && Number.isFinite(number) && { priority: number }),
    ...(targetCondition.trim() !== '' && { targetCondition: targetCondition.trim() }),
  };
}

function FileWords({ report }: { readonly report: FileReport }) {
  return (
    <>
      <NoticeList title="It cannot be imported. Nothing was written." tone="problem" problems={report.problems} />
      <NoticeList title="Not taken over" problems={report.notices} />
    </>
  );
}

function Head({ given, onChange }: { readonly given: Given; readonly onChange: (given: Given) => void }) {
  return (
    <details className="found">
      <summary>Give it another id, priority or condition than the file says</summary>
      <div className="import-head">
        <TextInput
          label="Id"
          size="md"
          value={given.id}
          onChange={(event) => onChange({ ...given, id: event.currentTarget.value })}
        />
        <TextInput
          label="Priority"
          size="md"
          inputMode="numeric"
          value={given.priority}
          onChange={(event) => onChange({ ...given, priority: event.currentTarget.value })}
        />
        <TextInput
          label="Target condition"
          size="md"
          value={given.targetCondition}
          onChange={(event) => onChange({ ...given, targetCondition: event.currentTarget.value })}
        />
      </div>
    </details>
  );
}

function Ways(props: {
  readonly isUpdating: boolean;
  readonly onUpdating: (isUpdating: boolean) => void;
  readonly isWhole: boolean;
  readonly onWhole?: (isWhole: boolean) => void;
}) {
  const { onWhole } = props;
  return (
    <>
      <Checkbox
        size="md"
        my={10}
        label="Change those that are here already with the same content"
        description="Priority, condition, labels and metrics become those of the file. Otherwise they stay as they are here."
        checked={props.isUpdating}
        onChange={(event) => props.onUpdating(event.currentTarget.checked)}
      />
      {onWhole !== undefined && (
        <Radio.Group
          label="Where one of them cannot be imported"
          value={props.isWhole ? 'all' : 'each'}
          onChange={(value) => onWhole(value === 'all')}
        >
          <Radio size="md" py={4} value="each" label="the others are imported" />
          <Radio size="md" py={4} value="all" label="nothing is imported" />
        </Radio.Group>
      )}
    </>
  );
}

function Progress(props: {
  readonly done: number;
  readonly total: number;
  readonly isOver: boolean;
  readonly isStopped: boolean;
}) {
  const { done, total, isOver, isStopped } = props;
  const words = isOver
    ? isStopped
      ? `Stopped: ${done} of ${total} were imported.`
      : `Done: ${done} of ${countOf(total, 'item')}.`
    : `${done} of ${countOf(total, 'item')} …`;
  return (
    <div role="status">
      <progress max={total} value={done} aria-label="Items imported" className="import-progress" />
      <p>{words}</p>
    </div>
  );
}
