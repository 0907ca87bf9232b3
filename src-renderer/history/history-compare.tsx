// Two moments beside one another: of one device, or of the site. What the journal cannot tell is said, not guessed.
import { useCallback } from 'react';
import { type HistoryAddress, type RangeName, ranges } from '#renderer/link/history-query.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { shownNowMs } from '#renderer/link/use-history.ts';
import { useLatest } from '#renderer/link/use-latest.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { RestingField } from '#renderer/pieces/resting-field.tsx';
import { ComparedDevice } from './compared-device.tsx';
import { ComparedSite } from './compared-site.tsx';
import { MomentField } from './moment-field.tsx';

const mostOffered = 200;

interface CompareProps {
  readonly address: HistoryAddress;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}

export function HistoryCompare({ address, onChange }: CompareProps) {
  const devices = useProjection((state) => state.devices);
  const { firstMs, secondMs } = address;
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
        <MomentField label="First moment" atMs={firstMs} onChange={(atMs) => onChange({ firstMs: atMs })} />
        <MomentField label="Second moment" atMs={secondMs} onChange={(atMs) => onChange({ secondMs: atMs })} />
        <Act variant="default" onClick={() => onChange({ secondMs: shownNowMs() })}>
          Second is now
        </Act>
      </search>
      {firstMs === null || secondMs === null ? (
        <MomentChoice onChange={onChange} />
      ) : (
        <Compared
          deviceId={address.device || null}
          atMs={Math.min(firstMs, secondMs)}
          otherMs={Math.max(firstMs, secondMs)}
        />
      )}
    </>
  );
}

const offeredRanges = ['1h', '24h', '7d'] as const satisfies readonly RangeName[];

function MomentChoice({ onChange }: Pick<CompareProps, 'onChange'>) {
  return (
    <EmptyView title="Choose two moments">
      <p>
        The first and the second moment are compared as the journal tells them: of a device its revision, its tags,
        desired and reported values; of the site its devices and deployments.
      </p>
      <ul className="history-choice" aria-label="What changed in">
        {offeredRanges.map((name) => (
          <li key={name}>
            <Act
              variant="default"
              onClick={() => onChange({ firstMs: shownNowMs() - ranges[name].ms, secondMs: shownNowMs() })}
            >
              What changed in {ranges[name].word}
            </Act>
          </li>
        ))}
      </ul>
    </EmptyView>
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
    <div className="history-compared" aria-busy={isAsking}>
      {value.kind === 'device' ? <ComparedDevice moments={value} /> : <ComparedSite moments={value} />}
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
