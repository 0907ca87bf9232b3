// What changed between two revisions of a device: the deployments, and each value with who wrote it before and after.
import { useCallback } from 'react';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { Writer, shown } from './effective-table.tsx';

const changeWords = { added: 'added', removed: 'removed', changed: 'changed' } as const;

export function RevisionCompare(props: { readonly deviceId: string; readonly one: number; readonly two: number }) {
  const { deviceId } = props;
  const [from, to] = [Math.min(props.one, props.two), Math.max(props.one, props.two)];
  const client = useHub((state) => state.client);
  const ask = useCallback(
    () =>
      client === null
        ? Promise.reject(new Error('The hub is not there.'))
        : client.compareRevisions.query({ deviceId, from, to }),
    [client, deviceId, from, to],
  );
  const { value, problem } = useAnswer(client === null ? null : ask, null);
  if (problem !== null) return <ProblemView text={problem} where={deviceId} />;
  if (value === undefined) return <p className="dimmed">Comparing …</p>;
  const more = value.totalChanges - value.changes.length;
  return (
    <>
      <p>
        From revision {from} ({clockTime(value.from.atMs)}, {deploymentsOf(value.from.applied)}) to revision {to} (
        {clockTime(value.to.atMs)}, {deploymentsOf(value.to.applied)}).
      </p>
      {value.notKnown !== null && <p className="dimmed">{safeText(value.notKnown)}</p>}
      {value.changes.length === 0 ? (
        <EmptyView title="No value differs">Both revisions give the device the same.</EmptyView>
      ) : (
        <div
          className="surface scroll"
          tabIndex={0}
          role="region"
          aria-label={`Changes from revision ${from} to ${to}`}
        >
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">Module and path</th>
                <th scope="col">Change</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {value.changes.map((change) => (
                <tr key={JSON.stringify([change.moduleId, change.path])}>
                  <td>
                    <div>{change.moduleId === '' ? 'the device' : safeText(change.moduleId)}</div>
                    <div className="mono">{safeText(change.path.join('.'))}</div>
                  </td>
                  <td>{changeWords[change.kind]}</td>
                  <td>
                    <div className="mono">{change.kind === 'added' ? '–' : shown(change.before)}</div>
                    {change.writtenBefore !== null && <Writer id={change.writtenBefore} />}
                  </td>
                  <td>
                    <div className="mono">{change.kind === 'removed' ? '–' : shown(change.after)}</div>
                    {change.writtenAfter !== null && <Writer id={change.writtenAfter} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more > 0 && <p className="dimmed">And {more} more changes.</p>}
    </>
  );
}

function deploymentsOf(applied: readonly string[]): string {
  return applied.length === 0 ? 'no deployment' : applied.map(safeText).join(' + ');
}
