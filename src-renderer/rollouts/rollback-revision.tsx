// One device and a moment of its own history, to go back to. What it has now is not among them.
import { NativeSelect } from '@mantine/core';
import { useMemo } from 'react';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { RevisionSelect } from '#renderer/pieces/revision-select.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import type { WayDraft } from './rollback-ways.ts';

const mostRevisions = 100;

type Draft = Omit<WayDraft, 'kind'>;

export function RollbackRevision(props: {
  readonly draft: Draft;
  readonly deviceIds: readonly string[];
  readonly onChange: (draft: Draft) => void;
}) {
  const { draft, deviceIds, onChange } = props;
  const { deviceId, revision } = draft;
  const client = useHub((state) => state.client);
  const ask = useMemo(
    () =>
      client === null || deviceId === ''
        ? null
        : async () => ({ deviceId, ...(await client.revisions.query({ deviceId, limit: mostRevisions })) }),
    [client, deviceId],
  );
  const { value, problem } = useAnswer(ask, null);
  // Newest first: the first is what it has now. What was told of another device is none of this one's.
  const past = value?.deviceId === deviceId ? value.rows.slice(1) : undefined;
  return (
    <>
      <div className="field-row">
        <NativeSelect
          label="Device"
          size="md"
          w={240}
          value={deviceId}
          data={deviceIds.map((id) => ({ value: id, label: safeText(id) }))}
          onChange={(event) => onChange({ ...draft, deviceId: event.currentTarget.value, revision: 0 })}
        />
        {past !== undefined && past.length > 0 && (
          <RevisionSelect
            label="Revision"
            revisions={past}
            value={revision === 0 ? null : revision}
            none="– choose –"
            onChoose={(chosen) => onChange({ ...draft, revision: chosen ?? 0 })}
          />
        )}
      </div>
      {past?.length === 0 && <p className="dimmed">It has no past yet: it was given one configuration, or none.</p>}
      {problem !== null && <ProblemView text={problem} where={deviceId} />}
    </>
  );
}
