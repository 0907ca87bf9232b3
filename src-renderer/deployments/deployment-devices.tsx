// The devices of a deployment, a page at a time: how it stands on each, and where it does not apply, why; and of any other device
// whether and why its condition matches it.
import { TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { DeviceReasons } from '#contract/console-deployments.ts';
import type { DeploymentRow, DeviceRow } from '#contract/console-rows.ts';
import type { ConditionMatches } from '#contract/preview-view.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAction } from '#renderer/link/use-action.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { filterPath } from '#renderer/words/device-filter.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import type { StatusWords } from '#renderer/words/status-words.ts';

const page = 50;

export function DeploymentDevices({ row, kind }: { readonly row: DeploymentRow; readonly kind: DeploymentKind }) {
  const { id } = row;
  const devices = useProjection((state) => state.devices);
  const [at, setAt] = useState(0);
  const meant = useMemo(() => meantBy(id, devices), [id, devices]);
  const shown = meant.slice(at, at + page);
  const reasons = useReasons(id, shown);
  return (
    <>
      {meant.length === 0 ? (
        <p>
          {row.targetedCount === 0
            ? 'It matches no device now. It applies as soon as one matches: a new device, or one that gets the tags.'
            : `It stands on ${countOf(row.targetedCount, 'twin')} of modules.`}
        </p>
      ) : (
        <div className="surface scroll">
          <table className="grid" data-list="deployment-devices">
            <thead>
              <tr>
                <th scope="col">Device</th>
                <th scope="col">Here</th>
                <th scope="col">Why</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((device) => (
                <tr key={device.deviceId} data-device={device.deviceId}>
                  <td>
                    <Link href={devicePath(device.deviceId)} className="strong-link break">
                      {safeText(device.deviceId)}
                    </Link>
                  </td>
                  <td>
                    <StatusMark words={standingOf(device, id, kind)} />
                  </td>
                  <td>
                    <Why reasons={reasons.get(device.deviceId)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {meant.length > page && (
        <div className="pager">
          <Act variant="default" disabled={at === 0} onClick={() => setAt(at - page)}>
            Before
          </Act>
          <span role="status">
            {at + 1} to {at + shown.length} of {meant.length}
          </span>
          <Act variant="default" disabled={at + page >= meant.length} onClick={() => setAt(at + page)}>
            Next
          </Act>
          <Link href={filterPath({ deployment: id })} className="plain-link tile-link">
            All in the device list
          </Link>
        </div>
      )}
      <AskAboutDevice condition={row.targetCondition} kind={kind} />
    </>
  );
}

type Kept = ReadonlyMap<string, { readonly row: DeviceRow }>;

/** Those it does not apply to first: they are who one asks about. */
function meantBy(id: string, devices: Kept): readonly DeviceRow[] {
  const rows = [...devices.values()].map(({ row }) => row);
  const [outranked, applied] = [
    rows.filter((row) => row.notApplied.includes(id)),
    rows.filter((row) => row.applied.includes(id)),
  ];
  const failed = applied.filter((row) => row.outcome === 'failure');
  return [...outranked, ...failed, ...applied.filter((row) => row.outcome !== 'failure')];
}

function useReasons(id: string, shown: readonly DeviceRow[]): ReadonlyMap<string, DeviceReasons> {
  const client = useHub((state) => state.client);
  // Who is shown and how they stand: another question only when one of that changes.
  const asked = JSON.stringify(
    shown.map((row) => [row.deviceId, row.applied.includes(id), row.outcome, row.isHealthy, row.runningModules]),
  );
  const ask = useMemo(() => {
    const deviceIds = (JSON.parse(asked) as (readonly [string])[]).map(([deviceId]) => deviceId);
    if (client === null || deviceIds.length === 0) return null;
    return (signal: AbortSignal) => client.deploymentReasons.query({ id, deviceIds }, { signal });
  }, [client, id, asked]);
  const { value } = useLatest(ask);
  return useMemo(() => new Map((value ?? []).map((row) => [row.deviceId, row])), [value]);
}

function standingOf(row: DeviceRow, id: string, kind: DeploymentKind): StatusWords {
  if (!row.applied.includes(id))
    return { word: 'Not applied', meaning: 'Matches, but is not sent.', color: 'gray', icon: 'none' };
  if (kind !== 'edge' || row.outcome === null)
    return { word: 'Applied', meaning: 'Part of what the device was sent.', color: 'green', icon: 'good' };
  if (row.outcome === 'failure')
    return { word: 'Failed', meaning: 'Its agent reports a failure.', color: 'red', icon: 'bad' };
  if (row.outcome === 'success' && row.isHealthy)
    return { word: 'Healthy', meaning: 'Carried out, and every module is as wanted.', color: 'green', icon: 'good' };
  if (row.outcome === 'success')
    return {
      word: 'Taken, not healthy',
      meaning: 'Carried out, but a module is not as wanted.',
      color: 'yellow',
      icon: 'bad',
    };
  return row.connected
    ? { word: 'On its way', meaning: 'Sent; its agent has not answered yet.', color: 'blue', icon: 'busy' }
    : { word: 'Queued', meaning: 'It is away, and gets it when it is back.', color: 'gray', icon: 'away' };
}

function Why({ reasons }: { readonly reasons: DeviceReasons | undefined }) {
  if (reasons === undefined) return null;
  const told = [
    ...reasons.troubles.map(({ module, reason }) => (module === null ? reason : `${module}: ${reason}`)),
    ...reasons.notApplied.map(({ moduleId, reason }) => `${placeOf(moduleId)}${reason}`),
    ...reasons.overwritten.map(({ moduleId, reason }) => `${placeOf(moduleId)}in part ${reason}`),
  ];
  return told.map((words) => (
    <div key={words} className="break">
      {safeText(words)}
    </div>
  ));
}

function placeOf(moduleId: string | null): string {
  return moduleId === null || moduleId === '' ? '' : `${moduleId}: `;
}

function AskAboutDevice({ condition, kind }: { readonly condition: string; readonly kind: DeploymentKind }) {
  const client = useHub((state) => state.client);
  const action = useAction();
  const [deviceId, setDeviceId] = useState('');
  const [answer, setAnswer] = useState<{ readonly deviceId: string; readonly matches: ConditionMatches } | null>(null);
  if (kind === 'module') return null;
  function submit(event: FormEvent): void {
    event.preventDefault();
    const asked = deviceId.trim();
    void action.run(async () => {
      if (client === null || asked === '') return;
      setAnswer({ deviceId: asked, matches: await client.matchesOf.query({ condition, explainFor: asked, limit: 1 }) });
    });
  }
  return (
    <form className="ask-form" onSubmit={submit}>
      <TextInput
        size="md"
        label="Does its condition match this device, and why?"
        placeholder="Device id"
        value={deviceId}
        spellCheck={false}
        onChange={(event) => setDeviceId(event.currentTarget.value)}
      />
      <Act type="submit" variant="default" loading={action.isBusy}>
        Ask
      </Act>
      <div role="status">
        {answer !== null && <p className="break">{safeText(explained(answer.deviceId, answer.matches))}</p>}
      </div>
      {action.problem !== null && <ProblemView text={action.problem} />}
    </form>
  );
}

function explained(deviceId: string, matches: ConditionMatches): string {
  if (!matches.ok) return matches.problems.map(({ message }) => message).join(' ');
  const { explanation } = matches;
  if (explanation === null) return `There is no device ${deviceId} on this hub.`;
  return `${deviceId} is ${explanation.isMatch ? 'matched' : 'not matched'}: ${explanation.sentence}`;
}
