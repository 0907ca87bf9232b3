// Two moments beside one another: of one device, or of the site. What the journal cannot tell is said, not guessed.
import { TextInput } from '@mantine/core';
import { useCallback } from 'react';
import { Link } from 'wouter';
import type { DeviceMoment, DeviceMoments, SectionChanges, SiteMoments } from '#contract/console-history.ts';
import type { Json } from '#base/json.ts';
import { clockTime } from '../words/age.ts';
import { EmptyView } from '../pieces/empty-view.tsx';
import { RestingField } from './history-filter.tsx';
import { fieldTime, type HistoryAddress, timeOfField } from '../link/history-query.ts';
import { useHub } from '../link/hub-store.ts';
import { deploymentPath } from '../words/paths.ts';
import { ProblemView } from '../pieces/problem-view.tsx';
import { useProjection } from '../link/projection-store.ts';
import { safeText } from '../words/safe-text.ts';
import { useLatest } from '../link/use-latest.ts';

const mostOffered = 200;

export function HistoryCompare(props: {
  readonly address: HistoryAddress;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}) {
  const { address, onChange } = props;
  const devices = useProjection((state) => state.devices);
  return (
    <>
      <search className="history-filter" aria-label="What is compared">
        <RestingField
          label="Device"
          description="none: the site"
          value={address.device}
          offered={[...devices.keys()].slice(0, mostOffered)}
          onRest={(device) => onChange({ device })}
        />
        <Moment label="First moment" atMs={address.firstMs} onChange={(firstMs) => onChange({ firstMs })} />
        <Moment label="Second moment" atMs={address.secondMs} onChange={(secondMs) => onChange({ secondMs })} />
      </search>
      {address.firstMs === null || address.secondMs === null ? (
        <EmptyView title="Choose two moments">
          The first and the second moment are compared as the journal tells them: of a device its revision, its tags,
          desired and reported values; of the site its devices and deployments.
        </EmptyView>
      ) : (
        <Compared deviceId={address.device || null} atMs={address.firstMs} otherMs={address.secondMs} />
      )}
    </>
  );
}

function Moment(props: {
  readonly label: string;
  readonly atMs: number | null;
  readonly onChange: (atMs: number | null) => void;
}) {
  return (
    <TextInput
      type="datetime-local"
      label={props.label}
      value={fieldTime(props.atMs)}
      onChange={(event) => props.onChange(timeOfField(event.currentTarget.value))}
    />
  );
}

function Compared({ deviceId, atMs, otherMs }: { deviceId: string | null; atMs: number; otherMs: number }) {
  const client = useHub((state) => state.client);
  const ask = useCallback(
    async (signal: AbortSignal) =>
      client === null ? null : client.compareMoments.query({ deviceId, atMs, otherMs }, { signal }),
    [client, deviceId, atMs, otherMs],
  );
  const { value, problem, isAsking } = useLatest(ask);
  if (problem !== null) return <ProblemView text={problem} where="The comparison" />;
  if (!value) return <p className="dimmed">{isAsking ? 'Reading the journal …' : 'The hub is not there.'}</p>;
  return (
    <div className="history-compared">
      {value.kind === 'device' ? <OfDevice moments={value} /> : <OfSite moments={value} />}
      {value.untold.length > 0 && (
        <ul className="dimmed" aria-label="What cannot be told">
          {value.untold.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function OfDevice({ moments: { first, second, sections } }: { readonly moments: DeviceMoments }) {
  const rows: readonly (readonly [string, (moment: DeviceMoment) => string])[] = [
    ['Registered', ({ exists }) => (exists ? 'yes' : 'no')],
    [
      'Connection',
      ({ isConnected }) => (isConnected === null ? 'nothing was told' : isConnected ? 'connected' : 'not connected'),
    ],
    ['Revision', ({ revision }) => (revision === null ? 'none yet' : String(revision))],
  ];
  return (
    <>
      <TwoColumns
        label="The device at both moments"
        at={[first.atMs, second.atMs]}
        rows={rows.map(([word, tell]) => [word, tell(first), tell(second)])}
      />
      {sections.length === 0 && <p>Its tags, desired and reported values are the same at both moments.</p>}
      {sections.map((section) => (
        <Section key={`${section.section} ${section.moduleId}`} section={section} at={[first.atMs, second.atMs]} />
      ))}
    </>
  );
}

const sectionWords = { tags: 'Tags', desired: 'Desired values', reported: 'Reported values' } as const;

function Section({ section, at }: { readonly section: SectionChanges; readonly at: readonly [number, number] }) {
  const title = `${sectionWords[section.section]}${section.moduleId === null ? '' : ` of ${safeText(section.moduleId)}`}`;
  const rest = section.count - section.changes.length;
  return (
    <section>
      <h2>
        {title}: {section.count} {section.count === 1 ? 'difference' : 'differences'}
      </h2>
      <TwoColumns
        label={title}
        at={at}
        rows={section.changes.map(({ path, before, after }) => [
          path.map(safeText).join(' › ') || 'all of it',
          valueText(before),
          valueText(after),
        ])}
      />
      {rest > 0 && <p className="dimmed">And {rest} more.</p>}
    </section>
  );
}

/** A value as JSON; `—` where there is none. */
function valueText(value: Json | undefined): string {
  return value === undefined ? '—' : safeText(JSON.stringify(value));
}

const standsWords = {
  first: ['there', 'gone'],
  second: ['not yet', 'there'],
  both: ['there', 'there, unchanged'],
  changed: ['there', 'there, changed'],
} as const;

function OfSite({ moments: { first, second, deployments } }: { readonly moments: SiteMoments }) {
  const at = [first.atMs, second.atMs] as const;
  return (
    <>
      <TwoColumns
        label="The site at both moments"
        at={at}
        rows={[
          ['Devices', String(first.devices), String(second.devices)],
          ['Deployments', String(first.deployments), String(second.deployments)],
          ['Rollouts started so far', String(first.rollouts), String(second.rollouts)],
        ]}
      />
      {deployments.length > 0 && (
        <>
          <h2>Deployments</h2>
          <TwoColumns
            label="Deployments at both moments"
            at={at}
            rows={deployments.map(({ id, stands }) => [id, ...standsWords[stands]])}
            linkOf={deploymentPath}
          />
        </>
      )}
    </>
  );
}

function TwoColumns(props: {
  readonly label: string;
  readonly at: readonly [number, number];
  readonly rows: readonly (readonly [string, string, string])[];
  readonly linkOf?: (id: string) => string;
}) {
  return (
    <div className="surface scroll">
      <table className="grid">
        <caption className="visually-hidden">{props.label}</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">{clockTime(props.at[0])}</th>
            <th scope="col">{clockTime(props.at[1])}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map(([word, before, after]) => (
            <tr key={word} data-differs={before !== after || undefined}>
              <th scope="row">
                {props.linkOf === undefined ? (
                  word
                ) : (
                  <Link href={props.linkOf(word)} className="plain-link">
                    {safeText(word)}
                  </Link>
                )}
              </th>
              <td className="mono">{before}</td>
              <td className="mono">{after}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
