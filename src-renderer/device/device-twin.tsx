// The twins of a device and its modules: tags and desired properties to edit, what they were and would be, and what was reported.
// INVARIANT: what a person typed is never lost: not to somebody else's change, not to another twin, not to a refusal.
import { NativeSelect } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import type { DeviceTwinView } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { CodeEditor } from '#renderer/editors/code-editor.tsx';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { useView } from '#renderer/link/view-store.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { agoInWords } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { draftText, writtenTwin } from './twin-draft.ts';
import { dropDraft, keepDraft, useDraft } from './twin-drafts.ts';
import { TwinEditor } from './twin-editor.tsx';

export function DeviceTwin({ detail }: { readonly detail: DeviceDetail }) {
  const { deviceId } = detail.row;
  const [moduleId, setModuleId] = useState<string | null>(null);
  const client = useHub((state) => state.client);
  const news = useNews(detail);
  const [asked, setAsked] = useState(0);
  const ask = useCallback(
    () =>
      client === null
        ? Promise.reject(new Error('The hub is not there.'))
        : client.deviceTwin.query({ deviceId, moduleId }),
    [client, deviceId, moduleId],
  );
  const answer = useAnswer<DeviceTwinView>(client === null ? null : ask, news + asked);
  const twin = answer.value?.moduleId === moduleId ? answer.value : undefined;
  const modules = answer.value?.moduleIds ?? [];
  return (
    <>
      <div className="device-row">
        <NativeSelect
          label="Twin of"
          size="md"
          value={moduleId ?? ''}
          data={[
            { value: '', label: 'the device itself' },
            ...modules.map((id) => ({ value: id, label: `module ${safeText(id)}` })),
          ]}
          onChange={(event) => setModuleId(event.currentTarget.value === '' ? null : event.currentTarget.value)}
        />
      </div>
      {answer.problem !== null && <ProblemView text={answer.problem} where={deviceId} />}
      {twin === undefined && answer.problem === null && <p className="dimmed">Reading the twin …</p>}
      {twin !== undefined && (
        <Edited
          key={moduleId ?? ''}
          deviceId={deviceId}
          current={twin}
          onWritten={answer.take}
          onRefused={() => setAsked((count) => count + 1)}
        />
      )}
    </>
  );
}

/** The twin that the person edits is the one they began with; what comes meanwhile stands beside it until they choose. */
function Edited(props: {
  readonly deviceId: string;
  readonly current: DeviceTwinView;
  readonly onWritten: (twin: DeviceTwinView) => void;
  readonly onRefused: () => void;
}) {
  const { deviceId, current, onWritten, onRefused } = props;
  const key = `${deviceId}/${current.moduleId ?? ''}`;
  const draft = useDraft(key);
  const base = draft?.base ?? current;
  const text = draft?.text ?? draftText(writtenTwin(current));
  const isSame = draft !== undefined && draft.text === draftText(writtenTwin(draft.base));
  // Nothing was typed: then the newest is what one looks at.
  useEffect(() => {
    if (isSame) dropDraft(key);
  }, [isSame, key]);
  return (
    <>
      <TwinEditor
        deviceId={deviceId}
        base={base}
        current={current}
        text={text}
        onText={(next, on = base) => keepDraft(key, { base: on, text: next })}
        onDropped={() => dropDraft(key)}
        onWritten={onWritten}
        onRefused={onRefused}
      />
      <Reported twin={current} />
    </>
  );
}

function Reported({ twin }: { readonly twin: DeviceTwinView }) {
  return (
    <>
      <h2 className="section">Reported</h2>
      <p className="dimmed">
        Version {twin.reported.version}, <ReportedAge atMs={twin.reported.atMs} />. The device writes this; it cannot be
        changed here.
      </p>
      {Object.keys(twin.reported.value).length > 0 && (
        <CodeEditor
          label="Reported properties"
          language="json"
          isReadOnly
          value={JSON.stringify(twin.reported.value, null, 2)}
          className="twin-reported"
        />
      )}
    </>
  );
}

function ReportedAge({ atMs }: { readonly atMs: number | null }) {
  const nowMs = useView((view) => view.nowMs);
  return atMs === null ? 'at a time that is not known' : `told ${agoInWords(nowMs - atMs)}`;
}
