// What a device is given, value by value, with who wrote each and whom that hid: now, at any revision, and between two of them.
import { TextInput } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { DeviceDetail } from '#contract/console-rows.ts';
import type { EffectiveView } from '#contract/effective-view.ts';
import type { HubClient } from '#renderer/link/console-client.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { RevisionSelect } from '#renderer/pieces/revision-select.tsx';
import { layersOf, nobody } from '#renderer/plots/effective-layers.ts';
import { LayerStack } from '#renderer/plots/layer-stack.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { deploymentPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { EffectiveTable } from './effective-table.tsx';
import { RevisionCompare } from './revision-compare.tsx';

const pageSize = 200;
// More values than a twin has room for; a page of them each.
const mostPages = 20;
const revisionsListed = 100;

export function DeviceEffective({ detail }: { readonly detail: DeviceDetail }) {
  const { deviceId } = detail.row;
  const client = useHub((state) => state.client);
  const [revision, setRevision] = useState<number | null>(null);
  const [other, setOther] = useState<number | null>(null);
  const newest = detail.revision?.number ?? 0;
  const askRevisions = useCallback(
    () =>
      client === null
        ? Promise.reject(new Error('The hub is not there.'))
        : client.revisions.query({ deviceId, limit: revisionsListed }).then(({ rows }) => rows),
    [client, deviceId],
  );
  const revisions = useAnswer(client === null ? null : askRevisions, newest).value ?? [];
  const ask = useCallback(
    () =>
      client === null ? Promise.reject(new Error('The hub is not there.')) : readWhole(client, deviceId, revision),
    [client, deviceId, revision],
  );
  const answer = useAnswer(client === null ? null : ask, newest);
  return (
    <>
      <div className="log-controls revision-choice">
        <RevisionSelect
          label="Revision"
          revisions={revisions}
          value={revision}
          none="the newest"
          onChoose={setRevision}
        />
        <RevisionSelect label="Compare it with" revisions={revisions} value={other} none="none" onChoose={setOther} />
        {other === null && answer.value !== undefined && <ToldRevision view={answer.value} />}
      </div>
      {answer.problem !== null && <ProblemView text={answer.problem} where={deviceId} />}
      {answer.value === undefined && answer.problem === null && <p className="dimmed">Folding the layers …</p>}
      {other !== null && newest > 0 ? (
        <RevisionCompare deviceId={deviceId} one={other} two={revision ?? newest} />
      ) : (
        answer.value !== undefined && <Effective view={answer.value} />
      )}
    </>
  );
}

async function readWhole(client: HubClient, deviceId: string, revision: number | null): Promise<EffectiveView> {
  let view = await client.effective.query({ deviceId, revision, limit: pageSize });
  for (let page = 1; page < mostPages && view.next !== null; page += 1) {
    const more = await client.effective.query({ deviceId, revision, after: view.next, limit: pageSize });
    // Another revision came in between: what is whole of the one is shown.
    if (more.revision !== view.revision) break;
    view = { ...view, values: [...view.values, ...more.values], next: more.next };
  }
  return view;
}

function Effective({ view }: { readonly view: EffectiveView }) {
  const [layer, setLayer] = useState<string | null>(null);
  const [words, setWords] = useState('');
  const layers = useMemo(() => layersOf(view), [view]);
  const shown = useMemo(() => {
    const wanted = words.trim().toLowerCase();
    return view.values.filter((value) => {
      const isOfLayer =
        layer === null ||
        (value.writtenBy ?? nobody) === layer ||
        value.hidden.some(({ deploymentId }) => (deploymentId as string) === layer);
      return isOfLayer && (wanted === '' || [value.moduleId, ...value.path].join('.').toLowerCase().includes(wanted));
    });
  }, [view, layer, words]);
  if (view.totalValues === 0 && view.notApplied.length === 0)
    return (
      <EmptyView title="No deployment gives it anything">
        {view.unmanaged === null ? 'No deployment applies to this device yet.' : `${safeText(view.unmanaged)}.`}
      </EmptyView>
    );
  return (
    <>
      {view.unmanaged !== null && <p>{safeText(view.unmanaged)}.</p>}
      {view.notKnown !== null && <p className="dimmed">{safeText(view.notKnown)}</p>}
      <LayerStack layers={layers} chosen={layer} onChoose={setLayer} />
      <div className="values-head">
        <h2 className="section">Values</h2>
        <TextInput
          aria-label="Find a value"
          placeholder="Find: part of a path"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <span className="dimmed" role="status">
          {shown.length} of {view.totalValues}
          {layer !== null && ` · only of ${layer === nobody ? 'no deployment' : safeText(layer)}`}
          {view.next !== null && ` · the first ${view.values.length} were read`}
        </span>
        <NotAll view={view} />
      </div>
      <EffectiveTable values={shown} />
    </>
  );
}

function ToldRevision({ view }: { readonly view: EffectiveView }) {
  return (
    <p className="dimmed revision-told">
      {view.revision === null ? 'No revision yet' : `Revision ${view.revision}`}
      {view.atMs !== null && `, given ${clockTime(view.atMs)}`}
      {view.isLatest ? ', the newest.' : ', a past one: what stands in the twin now is shown beside it.'}
      {view.runsRevision !== null && view.runsRevision !== view.revision && ` It runs revision ${view.runsRevision}.`}
    </p>
  );
}

/** Closed where anything applies: the values are what one came for. */
function NotAll({ view }: { readonly view: EffectiveView }) {
  const inPart = view.outranked.filter(({ shows }) => shows);
  const ids = new Set([...view.notApplied, ...inPart].map(({ id }) => id));
  if (ids.size === 0) return null;
  return (
    <details className="not-all" open={view.totalValues === 0}>
      <summary>
        {ids.size} {ids.size === 1 ? 'deployment matches and does' : 'deployments match and do'} not apply, or not in
        all of it
      </summary>
      <ul className="surface not-applied">
        {view.notApplied.map(({ id, moduleId, reason }) => (
          <li key={`${id} ${moduleId ?? ''}`}>
            <Link href={deploymentPath(id)} className="strong-link">
              {safeText(id)}
            </Link>{' '}
            {safeText(reason)}
            {moduleId !== null && ` (on ${moduleId === '' ? "the device's own twin" : safeText(moduleId)})`}
          </li>
        ))}
        {inPart.map(({ id, moduleId, reason }) => (
          <li key={`part ${id} ${moduleId}`}>
            <Link href={deploymentPath(id)} className="strong-link">
              {safeText(id)}
            </Link>{' '}
            in part: {safeText(reason)} (on {moduleId === '' ? "the device's own twin" : safeText(moduleId)})
          </li>
        ))}
      </ul>
    </details>
  );
}
