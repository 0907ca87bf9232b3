// What one device would be given in the end: all of its desired properties as they are and as they would be, side by side.
import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import { JsonDiff } from '#renderer/editors/json-diff.tsx';
import { useHub } from '#renderer/link/hub-store.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { safeText } from '#renderer/words/safe-text.ts';
import { type Changes, type Effect } from './effect-view.tsx';

// More than a person scrolls through; any other device is on its own page.
const mostOffered = 200;

export function DeviceEffect({ changes, effect }: { readonly changes: Changes; readonly effect: Effect }) {
  const client = useHub((state) => state.client);
  const offered = useMemo(() => devicesToShow(effect.groups), [effect]);
  const [chosen, setChosen] = useState<string | null>(null);
  const deviceId = chosen !== null && offered.includes(chosen) ? chosen : (offered[0] ?? null);
  const ask = useMemo(() => {
    if (client === null || deviceId === null) return null;
    return (signal: AbortSignal) => client.previewDevice.query({ changes, deviceId }, { signal });
  }, [client, changes, deviceId]);
  const { value, problem } = useLatest(ask);
  if (deviceId === null) return null;
  return (
    <section aria-labelledby="device-effect">
      <h2 id="device-effect" className="section">
        What one device would be given
      </h2>
      <NativeSelect
        size="md"
        className="search-field"
        label="Device"
        data={offered.map((id) => ({ value: id, label: safeText(id) }))}
        value={deviceId}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {problem !== null && <ProblemView text={problem} where={deviceId} />}
      {value?.ok === true && (
        <JsonDiff
          className="device-diff"
          before={textOf(value.before)}
          after={textOf(value.after)}
          beforeTitle="As it is now"
          afterTitle="With this deployment"
        />
      )}
    </section>
  );
}

/** Those first that get another value: a device that is only counted to another deployment shows nothing. */
function devicesToShow(groups: Effect['groups']): readonly string[] {
  const ordered = [...groups.filter(givesValues), ...groups.filter((group) => !givesValues(group))];
  return ordered.flatMap(({ deviceIds }) => deviceIds).slice(0, mostOffered);
}

function givesValues({ modules, properties }: Effect['groups'][number]): boolean {
  return modules.length + properties.length > 0;
}

function textOf(sections: unknown): string {
  return JSON.stringify(sections, null, 2);
}
