// What a device is given, value by value, with who wrote each and whom that hid: now, at any revision, and between two of them.
import { TextInput } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { DeviceDetail } from '#contract/console-rows.ts';
import type { EffectiveView } from '#contract/effective-view.ts';
import { clockTime } from '../words/age.ts';
import type { HubClient } from '../link/console-client.ts';
import { layersOf, nobody } from '../plots/effective-layers.ts';
import { EffectiveTable } from './effective-table.tsx';
import { EmptyView } from '../pieces/empty-view.tsx';
import { useHub } from '../link/hub-store.ts';
import { LayerStack } from '../plots/layer-stack.tsx';
import { deploymentPath } from '../words/paths.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { RevisionCompare } from './revision-compare.tsx';
import { RevisionSelect } from '../pieces/revision-select.tsx';
import { safeText } from '../words/safe-text.ts';
import { useAnswer } from '../link/use-answer.ts';

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
      <div className="log-controls">
        <RevisionSelect
          label="Revision"
          revisions={revisions}
          value={revision}
          none="the newest"
          onChoose={setRevision}
        />
        <RevisionSelect label="Compare it with" revisions={revisions} value={other} none="none" onChoose={setOther} />
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
      <p className="dimmed">
        {view.revision === null ? 'No revision yet' : `Revision ${view.revision}`}
        {view.atMs !== null && `, given ${clockTime(view.atMs)}`}
        {view.isLatest ? ', the newest.' : ', a past one: what stands in the twin now is shown beside it.'}
        {view.runsRevision !== null && view.runsRevision !== view.revision && ` It runs revision ${view.runsRevision}.`}
      </p>
      {view.unmanaged !== null && <p>{safeText(view.unmanaged)}.</p>}
      {view.notKnown !== null && <p className="dimmed">{safeText(view.notKnown)}</p>}
      <h2 className="section">Layers</h2>
      <LayerStack layers={layers} chosen={layer} onChoose={setLayer} />
      <NotApplied view={view} />
      <h2 className="section">Values</h2>
      <div className="log-controls">
        <TextInput
          label="Find a value"
          placeholder="part of its path"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <span className="dimmed field-beside" role="status">
          {shown.length} of {view.totalValues}
          {layer !== null && ` · only of ${layer === nobody ? 'no deployment' : safeText(layer)}`}
          {view.next !== null && ` · the first ${view.values.length} were read`}
        </span>
      </div>
      <EffectiveTable values={shown} />
    </>
  );
}

function NotApplied({ view }: { readonly view: EffectiveView }) {
  if (view.notApplied.length === 0 && view.outranked.length === 0) return null;
  return (
    <>
      <h2 className="section">Matches and does not apply, or not in all of it</h2>
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
        {view.outranked
          .filter(({ shows }) => shows)
          .map(({ id, moduleId, reason }) => (
            <li key={`part ${id} ${moduleId}`}>
              <Link href={deploymentPath(id)} className="strong-link">
                {safeText(id)}
              </Link>{' '}
              in part: {safeText(reason)} (on {moduleId === '' ? "the device's own twin" : safeText(moduleId)})
            </li>
          ))}
      </ul>
    </>
  );
}
