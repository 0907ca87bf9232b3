// Values that automatic configurations left on twins which they no longer match: shown where they belong, with what taking them
// away would do.
import { useMemo, useState } from 'react';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useCalm } from '#renderer/link/use-calm.ts';
import { countOf } from '#renderer/words/deployment-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Act } from './act.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { ProblemView } from './problem-view.tsx';

/** While a large site is configured, or what was left is taken away, every moment is another: it is told so often. */
const askEveryMs = 1_000;

interface Left {
  readonly configurationId: string;
  readonly twins: number;
  readonly isBeingRemoved: boolean;
}

/** `configurationId` null: of all. Nothing is drawn where nothing was left. */
export function LeftValues({ configurationId }: { readonly configurationId: string | null }) {
  const client = useHub((state) => state.client);
  const [revision, setRevision] = useState(0);
  const [asked, setAsked] = useState<Left | null>(null);
  // They come to be when evaluation has come to a device, a moment after a deletion, and go the same way.
  const writes = useCalm(
    useProjection((state) => state.writesRevision),
    askEveryMs,
  );
  const ask = useMemo(() => client && (() => client.leftValues.query()), [client]);
  const { value, problem } = useAnswer(ask, revision + writes);
  const rows = (value ?? []).filter((row) => configurationId === null || row.configurationId === configurationId);
  if (problem !== null) return <ProblemView text={problem} where="Values left behind" />;
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="left-values">
      <h2 id="left-values" className="section">
        Values left behind
      </h2>
      <p className="dimmed">
        These automatic configurations no longer match the twins they wrote to, or are deleted. As in IoT Hub, what they
        wrote stays there until it is taken away.
      </p>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <th scope="col">Configuration</th>
              <th scope="col" className="number">
                Twins
              </th>
              <th scope="col">What can be done</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.configurationId} data-left={row.configurationId}>
                <td className="break">{safeText(row.configurationId)}</td>
                <td className="number">{row.twins}</td>
                <td className="tight">
                  {row.isBeingRemoved ? (
                    'Being taken away, a few devices at a time'
                  ) : (
                    <Act variant="default" onClick={() => setAsked(row)}>
                      Take them away …
                    </Act>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {asked !== null && client !== null && (
        <ConfirmDialog
          title={`Take away what ${safeText(asked.configurationId)} left?`}
          act="Take them away"
          danger={{ grade: 'named', hits: [{ noun: 'twin', names: [], count: asked.twins }] }}
          onConfirm={async () => {
            await client.removeLeftValues.mutate({ id: asked.configurationId });
            setRevision((number) => number + 1);
          }}
          onClose={() => setAsked(null)}
        >
          <p>
            On {countOf(asked.twins, 'twin')} the desired properties that it wrote are removed, where they still stand
            as it wrote them; what somebody changed since stays. Devices that are away get it when they are back.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
