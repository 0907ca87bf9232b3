// What a change would do to the fleet before it is made: how many devices change and how, who is where outranked, and on request
// who they are. Asked of the hub, which runs the evaluation that would run for real.
import { useMemo, useState } from 'react';
import type { PreviewAnswer, PreviewCounts, PreviewGroup } from '#contract/preview-view.ts';
import type { HubClient } from '#renderer/link/console-client.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { EffectGroup } from './effect-group.tsx';

export type Changes = Parameters<HubClient['preview']['query']>[0]['changes'];
export type Effect = Extract<PreviewAnswer, { readonly ok: true }>;

/** `changes`: the same list as long as it is the same question; null: nothing can be asked. */
export function useEffectOn(changes: Changes | null) {
  const client = useHub((state) => state.client);
  const ask = useMemo(() => {
    if (client === null || changes === null) return null;
    return (signal: AbortSignal) => client.preview.query({ changes }, { signal });
  }, [client, changes]);
  return useLatest(ask);
}

const mostGroups = 20;

export function EffectView(props: {
  readonly answer: ReturnType<typeof useEffectOn>;
  /** What is asked, for a sentence: `This deployment`. */
  readonly subject: string;
}) {
  const { value, isAsking, problem } = props.answer;
  const [isWhole, setIsWhole] = useState(false);
  if (problem !== null) return <ProblemView text={problem} where="Preview" done="Nothing was changed." />;
  if (value === undefined) return <p className="dimmed">Looking what it would do …</p>;
  if (!value.ok) return null;
  const groups = isWhole ? value.groups : value.groups.slice(0, mostGroups);
  const left = value.groups.length - groups.length;
  return (
    <div className={isAsking ? 'effect stale' : 'effect'} aria-busy={isAsking}>
      <EffectCounts counts={value.counts} subject={props.subject} />
      {groups.map((group) => (
        <EffectGroup key={`${value.previewId} ${group.group}`} previewId={value.previewId} group={group} />
      ))}
      {left > 0 && (
        <button type="button" className="link-button" onClick={() => setIsWhole(true)}>
          Show {left} more kinds of change
        </button>
      )}
      {value.groupsLeftOut > 0 && <p>{countOf(value.groupsLeftOut, 'smaller kind')} of change are not listed.</p>}
    </div>
  );
}

export function EffectCounts({ counts, subject }: { readonly counts: PreviewCounts; readonly subject: string }) {
  const { considered, changed, matchOnly, refused, gainBase, gainLayer, lose, becomeUnmanaged, unaffected } = counts;
  const told = [
    [changed, 'would change'],
    [gainBase, 'unmanaged now, would get a base'],
    [gainLayer, 'would get a layer more'],
    [lose, 'would lose a deployment that applies now'],
    [becomeUnmanaged, 'would be left without a base, and keep what they run'],
    [matchOnly, 'would match or stop matching, and run what they run now'],
    [refused, 'would refuse it, and keep what they have'],
  ] as const;
  return (
    <ul className="effect-counts" aria-label="What it would do">
      {told
        .filter(([count]) => count > 0)
        .map(([count, words]) => (
          <li key={words}>
            <b>{count}</b> {words}
          </li>
        ))}
      <li className="dimmed">
        {unaffected === considered
          ? `${subject} changes nothing for any of the ${considered} devices that it could concern.`
          : `${unaffected} of ${considered} devices are not concerned.`}
      </li>
    </ul>
  );
}

/** Containers that would be stopped or made anew: by device. */
export function devicesInterrupted(groups: readonly PreviewGroup[]): {
  readonly count: number;
  readonly ids: readonly string[];
} {
  const hit = groups.filter(({ modules }) =>
    modules.some(({ container }) => container === 'stops' || container === 'restarts'),
  );
  return { count: hit.reduce((sum, { devices }) => sum + devices, 0), ids: hit.flatMap(({ deviceIds }) => deviceIds) };
}
