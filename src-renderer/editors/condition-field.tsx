// A target condition to be typed: mistakes at their place with their remedy, tags offered, and whom it matches while one types.
import '#renderer/look/deployments.css';
import { useId, useMemo, useRef } from 'react';
import { Link } from 'wouter';
import type { ConditionMatches } from '#contract/preview-view.ts';
import type { DeploymentKind } from '#domain/records/deployment.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import type { Projection } from '#renderer/link/projection.ts';
import { useCalmly } from '#renderer/link/use-calmly.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { NoticeList } from '#renderer/pieces/problem-list.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { countOf } from '#renderer/words/deployment-words.ts';
import { filterPath } from '#renderer/words/device-filter.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { CodeEditor, type CodeEditorHandle } from './code-editor.tsx';
import { conditionCompleter, conditionProblems, knownTags } from './condition-words.ts';

const mostNamed = 12;
/** All tags of the site are looked through for what is offered. */
const lookEveryMs = 2_000;
const devicesIn = ({ devices }: Projection) => devices;

export function ConditionField(props: {
  readonly kind: DeploymentKind;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isReadOnly?: boolean;
}) {
  const { kind, value, onChange, isReadOnly = false } = props;
  const handle = useRef<CodeEditorHandle>(null);
  const devices = useCalmly(devicesIn, lookEveryMs);
  const complete = useMemo(() => conditionCompleter(knownTags(devices.values())), [devices]);
  const problems = useMemo(() => conditionProblems(kind, value), [kind, value]);
  const said = useId();
  return (
    <div className="condition-field">
      <span className="field-label">Target condition</span>
      <CodeEditor
        language="line"
        label="Target condition"
        value={value}
        onChange={onChange}
        problems={problems}
        complete={complete}
        describedBy={said}
        placeholder={
          kind === 'module' ? "from devices.modules where moduleId = '…'" : "tags.environment = 'production'"
        }
        handle={handle}
        isReadOnly={isReadOnly}
      />
      <div id={said} aria-live="polite">
        {problems.length > 0 ? (
          <NoticeList
            title="This is no condition yet"
            tone="problem"
            problems={problems.map(({ from, message }) => ({ at: from, message }))}
            onPlace={({ at }) => {
              const found = problems.find(({ from }) => from === at);
              if (found !== undefined) handle.current?.reveal(found.from, found.to);
            }}
          />
        ) : (
          <Matches kind={kind} condition={value} />
        )}
      </div>
    </div>
  );
}

function Matches({ kind, condition }: { readonly kind: DeploymentKind; readonly condition: string }) {
  const client = useHub((state) => state.client);
  // A change of tags may be another answer; what is reported may too, and is asked for anew with the next key.
  const ask = useMemo(() => {
    if (client === null || condition.trim() === '') return null;
    return (signal: AbortSignal) => client.matchesOf.query({ condition, limit: mostNamed }, { signal });
  }, [client, condition]);
  const { value, isAsking, problem } = useLatest(ask);
  if (ask === null) return <p className="match-words">An empty condition targets nobody; * targets every device.</p>;
  if (problem !== null) return <ProblemView text={problem} />;
  if (value === undefined) return <p className="match-words dimmed">Looking whom it matches …</p>;
  return (
    <div className={isAsking ? 'match-words stale' : 'match-words'}>
      <MatchWords kind={kind} condition={condition} matches={value} />
    </div>
  );
}

function MatchWords(props: {
  readonly kind: DeploymentKind;
  readonly condition: string;
  readonly matches: ConditionMatches;
}) {
  const { kind, condition, matches } = props;
  if (!matches.ok) return <NoticeList title="The hub cannot read it" tone="problem" problems={matches.problems} />;
  if (matches.of === 'modules') {
    return (
      <p>
        Matches <b>{countOf(matches.count, 'module')}</b> of {matches.modules}, on {countOf(matches.devices, 'device')}.
      </p>
    );
  }
  const others = matches.notEdge === 0 ? '' : notEdgeWords(kind, matches.notEdge);
  return (
    <>
      <p>
        Matches{' '}
        <Link href={filterPath({ query: condition })} className="plain-link">
          <b>{countOf(matches.count, 'edge device')}</b>
        </Link>{' '}
        of {matches.edgeDevices}
        {others}.
      </p>
      {matches.deviceIds.length > 0 && (
        <ul className="id-list" aria-label="Devices it matches">
          {matches.deviceIds.map((deviceId) => (
            <li key={deviceId}>
              <Link href={devicePath(deviceId)} className="plain-link break">
                {safeText(deviceId)}
              </Link>
            </li>
          ))}
          {matches.count > matches.deviceIds.length && <li>and {matches.count - matches.deviceIds.length} more</li>}
        </ul>
      )}
    </>
  );
}

function notEdgeWords(kind: DeploymentKind, notEdge: number): string {
  return kind === 'device'
    ? `, and ${countOf(notEdge, 'device')} without modules`
    : `; ${countOf(notEdge, 'device')} more that cannot run modules`;
}
