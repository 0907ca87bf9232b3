// Devices to which the very same would happen: what comes, goes and changes on them, why something would not apply, and who they are.
import { useState } from 'react';
import { Link } from 'wouter';
import type { PreviewGroup, PreviewSet } from '#contract/preview-view.ts';
import type { ContainerEffect, ModuleDifference } from '#domain/layering/preview-difference.ts';
import type { ValueChange } from '#domain/values/value-difference.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const kinds: Readonly<Record<ModuleDifference['kind'], string>> = {
  added: '+ added',
  removed: '− removed',
  changed: '≠ changed',
};
const containers: Readonly<Record<ContainerEffect, string>> = {
  starts: 'its container starts',
  stops: 'its container stops',
  restarts: 'its container is made anew: the module is interrupted',
  none: 'its container runs on',
};
const page = 100;

export function EffectGroup({ previewId, group }: { readonly previewId: number; readonly group: PreviewGroup }) {
  const { before, after, modules, properties, refusal, editedByHand, valuesLeftOut } = group;
  return (
    <div className="effect-group surface">
      <h3>{countOf(group.devices, 'device')}</h3>
      {refusal !== null && <ProblemView text={refusal} done="They would keep what they have." />}
      <Bases before={before} after={after} />
      {modules.length > 0 && (
        <ul className="effect-modules">
          {modules.map((module) => (
            <li key={module.name}>
              <b className="break">{safeText(module.name)}</b> {kinds[module.kind]}, {containers[module.container]}
              <Values changes={module.values} />
            </li>
          ))}
        </ul>
      )}
      {properties.length > 0 && (
        <ul className="effect-modules">
          {properties.map((change) => (
            <li key={`${change.moduleId} ${change.path.join(' ')}`}>
              <b className="break">{change.moduleId === '' ? 'its own twin' : safeText(change.moduleId)}</b>
              <Values changes={[change]} />
            </li>
          ))}
        </ul>
      )}
      {valuesLeftOut > 0 && <p className="dimmed">{countOf(valuesLeftOut, 'value')} more differ.</p>}
      {refusal === null && modules.length + properties.length + valuesLeftOut === 0 && (
        <p>What runs there stays as it is: every value is the same.</p>
      )}
      {editedByHand > 0 && (
        <p className="warning">
          On {countOf(editedByHand, 'device')} values that somebody set by hand would be undone.
        </p>
      )}
      <Outranked before={before} after={after} />
      <GroupDevices previewId={previewId} group={group} />
    </div>
  );
}

function Bases({ before, after }: { readonly before: PreviewSet; readonly after: PreviewSet }) {
  const come = after.applied.filter((id) => !before.applied.includes(id));
  const gone = before.applied.filter((id) => !after.applied.includes(id));
  const stay = after.applied.filter((id) => before.applied.includes(id) && id !== after.base);
  const told = [
    before.base !== after.base && `base: ${before.base ?? 'none'} → ${after.base ?? 'none'}`,
    come.length > 0 && `comes to apply: ${come.join(', ')}`,
    gone.length > 0 && `applies no more: ${gone.join(', ')}`,
    stay.length > 0 && `stays: ${stay.join(', ')}`,
  ].filter((words) => words !== false);
  return told.length === 0 ? null : <p className="break">{safeText(told.join(' · '))}</p>;
}

/** What the change brings about is told; what does not apply now either is there to be opened. */
function Outranked({ before, after }: { readonly before: PreviewSet; readonly after: PreviewSet }) {
  const known = new Set(before.notApplied.map(({ id, moduleId }) => `${id} ${moduleId}`));
  const fresh = after.notApplied.filter(({ id, moduleId }) => !known.has(`${id} ${moduleId}`));
  const old = after.notApplied.filter(({ id, moduleId }) => known.has(`${id} ${moduleId}`));
  return (
    <>
      <NotAppliedList rows={fresh} />
      {old.length > 0 && (
        <details>
          <summary>{countOf(old.length, 'deployment')} that match and do not apply, as now</summary>
          <NotAppliedList rows={old} />
        </details>
      )}
    </>
  );
}

function NotAppliedList({ rows }: { readonly rows: PreviewSet['notApplied'] }) {
  if (rows.length === 0) return null;
  return (
    <ul className="effect-outranked">
      {rows.map(({ id, moduleId, reason }) => (
        <li key={`${id} ${moduleId}`} className="break">
          {safeText(id)} does not apply: {safeText(reason)}
        </li>
      ))}
    </ul>
  );
}

function Values({ changes }: { readonly changes: readonly ValueChange[] }) {
  return (
    <ul className="effect-values mono">
      {changes.map((change) => (
        <li key={change.path.join(' ')}>
          {change.path.length > 0 && `${safeText(change.path.join('.'))}: `}
          {change.before !== undefined && <del>{valueText(change.before)}</del>}
          {change.before !== undefined && change.after !== undefined && ' → '}
          {change.after !== undefined && <ins>{valueText(change.after)}</ins>}
        </li>
      ))}
    </ul>
  );
}

function valueText(value: unknown): string {
  return safeText(JSON.stringify(value) ?? '');
}

function GroupDevices({ previewId, group }: { readonly previewId: number; readonly group: PreviewGroup }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [ids, setIds] = useState(group.deviceIds.slice(0, page));
  const [isOpen, setIsOpen] = useState(group.devices <= 5);
  const more = () =>
    void action.run(async () => {
      if (client === null) return;
      const after = ids.at(-1) ?? null;
      const next = await client.previewDevices.query({ previewId, group: group.group, after, limit: page });
      setIds([...ids, ...next.deviceIds]);
    });
  return (
    <details open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>Which devices</summary>
      <ul className="id-list">
        {ids.map((deviceId) => (
          <li key={deviceId}>
            <Link href={devicePath(deviceId)} className="plain-link break">
              {safeText(deviceId)}
            </Link>
          </li>
        ))}
      </ul>
      {ids.length < group.devices && (
        <button type="button" className="link-button" disabled={action.isBusy} onClick={more}>
          Show {Math.min(page, group.devices - ids.length)} more
        </button>
      )}
      {action.problem !== null && <ProblemView text={action.problem} />}
    </details>
  );
}
