// The site in five numbers, each of them the way to its list.
import { type ReactNode, useMemo } from 'react';
import { Link } from 'wouter';
import type { RolloutRow } from '#contract/console-rows.ts';
import type { DeviceState } from '#domain/journal/device-state.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useImages } from '#renderer/link/images-store.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { deviceStates, filterPath } from '#renderer/words/device-filter.ts';
import { notReadyWords, readyWords } from '#renderer/words/image-words.ts';
import {
  deploymentsPath,
  devicesPath,
  imagesPath,
  readinessPath,
  rolloutPath,
  rolloutsPath,
} from '#renderer/words/paths.ts';
import { rolloutWords } from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { deviceStateWords } from '#renderer/words/status-words.ts';
import { isOpenRollout } from './site-rollouts.tsx';

export function SiteTiles() {
  return (
    <div className="tiles">
      <DeviceTile />
      <ConnectedTile />
      <DeploymentTile />
      <RolloutTile />
      <ImageTile />
    </div>
  );
}

function Tile(props: {
  readonly name: string;
  readonly count: number | null;
  readonly path: string;
  readonly of?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="surface tile" data-tile={props.name.toLowerCase()} aria-label={props.name}>
      <Link href={props.path} className="tile-head">
        <span className="tile-name">{props.name}</span>
        <span className="tile-count">
          {props.count === null ? '–' : props.count.toLocaleString('en')}
          {props.of !== undefined && <span className="tile-of"> {props.of}</span>}
        </span>
      </Link>
      <div className="tile-rest">{props.children}</div>
    </section>
  );
}

function useStateCounts() {
  const devices = useProjection((state) => state.devices);
  const isComplete = useProjection((state) => state.isComplete);
  return useMemo(() => {
    const counts = new Map<DeviceState, number>();
    let connected = 0;
    for (const { row } of devices.values()) {
      counts.set(row.state, (counts.get(row.state) ?? 0) + 1);
      if (row.connected) connected += 1;
    }
    return { counts, connected, all: devices.size, isComplete };
  }, [devices, isComplete]);
}

function DeviceTile() {
  const { counts, all, isComplete } = useStateCounts();
  const shown = deviceStates.filter((state) => (counts.get(state) ?? 0) > 0);
  return (
    <Tile name="Devices" count={all} path={devicesPath} {...(!isComplete && { of: 'so far' })}>
      <div className="state-bar" aria-hidden>
        {shown.map((state) => (
          <span
            key={state}
            className={`state-bar-${state}`}
            style={{
              flexGrow: counts.get(state) ?? 0,
              color: `var(--mantine-color-${deviceStateWords[state].color}-text)`,
            }}
          />
        ))}
      </div>
      <ul className="tile-list">
        {shown.map((state) => (
          <li key={state}>
            <Link href={filterPath({ state })} className="tile-line">
              <StatusMark words={deviceStateWords[state]} />
              <b>{(counts.get(state) ?? 0).toLocaleString('en')}</b>
            </Link>
          </li>
        ))}
      </ul>
    </Tile>
  );
}

function ConnectedTile() {
  const { counts, connected, all, isComplete } = useStateCounts();
  const offline = counts.get('offline') ?? 0;
  const never = counts.get('never-seen') ?? 0;
  return (
    <Tile
      name="Connected"
      count={connected}
      of={`of ${all.toLocaleString('en')}${isComplete ? '' : ' so far'}`}
      path={filterPath({ connected: true })}
    >
      <ul className="tile-list">
        {offline > 0 && <Line path={filterPath({ state: 'offline' })} word="offline now" count={offline} />}
        {never > 0 && <Line path={filterPath({ state: 'never-seen' })} word="never connected" count={never} />}
      </ul>
      {offline + never === 0 && all > 0 && isComplete && <p className="dimmed">All of them.</p>}
    </Tile>
  );
}

function Line({ path, word, count }: { readonly path: string; readonly word: string; readonly count: number }) {
  return (
    <li>
      <Link href={path} className="tile-line">
        <span>{word}</span>
        <b>{count.toLocaleString('en')}</b>
      </Link>
    </li>
  );
}

const mostNamed = 3;

function DeploymentTile() {
  const kept = useProjection((state) => state.deployments);
  const failing = useMemo(
    () =>
      [...kept.values()]
        .map(({ row }) => row)
        .filter((row) => row.reportedFailedCount > 0)
        .toSorted((left, right) => right.reportedFailedCount - left.reportedFailedCount),
    [kept],
  );
  return (
    <Tile name="Deployments" count={kept.size} path={deploymentsPath}>
      {kept.size > 0 && failing.length === 0 && <p className="dimmed">No device reports that one failed.</p>}
      <ul className="tile-list">
        {failing.slice(0, mostNamed).map(({ id, reportedFailedCount }) => (
          <Line
            key={id}
            path={filterPath({ deployment: id, standing: 'failed' })}
            word={`failed: ${safeText(id)}`}
            count={reportedFailedCount}
          />
        ))}
        {failing.length > mostNamed && (
          <Line path={deploymentsPath} word="more that failed" count={failing.length - mostNamed} />
        )}
      </ul>
    </Tile>
  );
}

function RolloutTile() {
  const kept = useProjection((state) => state.rollouts);
  const open = useMemo(() => [...kept.values()].map(({ row }) => row).filter(isOpenRollout), [kept]);
  // What stands still first: it waits for a person.
  const first = open.toSorted((left, right) => Number(isStopped(right)) - Number(isStopped(left)));
  return (
    <Tile name="Rollouts" count={open.length} of="under way" path={rolloutsPath}>
      {open.length === 0 && (
        <p className="dimmed">{kept.size === 0 ? 'None was made yet.' : `${kept.size} came to an end.`}</p>
      )}
      <ul className="tile-list">
        {first.slice(0, mostNamed).map((row) => (
          <li key={row.deploymentId}>
            <Link href={rolloutPath(row.deploymentId)} className="tile-line tile-rollout">
              <StatusMark words={rolloutWords(row)} />
              <span className="tile-id">{safeText(row.deploymentId)}</span>
            </Link>
          </li>
        ))}
        {open.length > mostNamed && <Line path={rolloutsPath} word="more" count={open.length - mostNamed} />}
      </ul>
    </Tile>
  );
}

function isStopped({ status, waitsForPerson }: RolloutRow): boolean {
  return status === 'paused' || status === 'rolling-back' || waitsForPerson !== null;
}

function ImageTile() {
  const client = useHub((state) => state.client);
  const images = useImages((state) => state.news?.images ?? null);
  const revision = useImages((state) => state.news?.revision ?? null);
  const ask = useMemo(() => (client === null ? null : () => client.imageReadiness.query({})), [client]);
  const { value, problem } = useAnswer(ask, revision);
  return (
    <Tile name="Images" count={images} path={imagesPath}>
      {value === undefined ? (
        <p className="dimmed">{problem ?? 'Looking which are needed …'}</p>
      ) : (
        <>
          <Link href={readinessPath} className="tile-line">
            <StatusMark words={value.isReady ? readyWords : notReadyWords} />
          </Link>
          <ul className="tile-list">
            {value.missing.length > 0 && (
              <Line path={readinessPath} word="images missing" count={value.missing.length} />
            )}
          </ul>
        </>
      )}
    </Tile>
  );
}
