// What is on its way: images that the hub fetches, imports or exports, and layers that devices take from it, as they are measured.
import { useMemo } from 'react';
import { Link } from 'wouter';
import type { PullRow } from '#contract/image-shares.ts';
import { useImages, useTasks } from '#renderer/link/images-store.ts';
import { bytesInWords, shareInWords } from '#renderer/words/bytes.ts';
import { taskTitle } from '#renderer/words/image-words.ts';
import { devicePath, imagesPath, pullsPath } from '#renderer/words/paths.ts';
import { safeText } from '#renderer/words/safe-text.ts';

const mostShown = 5;
const noPulls: readonly PullRow[] = [];

/** What one device takes, over all its layers. */
interface Taking {
  readonly deviceId: string | null;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
}

export function SiteTransfers() {
  const tasks = useTasks().filter(({ state }) => state === 'running');
  const pulls = useImages((state) => state.news?.shares.pulls ?? noPulls);
  const waiting = useImages((state) => state.news?.shares.waiting ?? 0);
  const takings = useMemo(() => takingsOf(pulls), [pulls]);
  const isQuiet = tasks.length + takings.length + waiting === 0;
  return (
    <section className="site-part" aria-labelledby="site-transfers">
      <h2 id="site-transfers">Being transferred</h2>
      {isQuiet && (
        <p className="surface site-quiet">
          <span className="dimmed">Nothing right now.</span>
          <Link href={imagesPath} className="plain-link">
            Images
          </Link>
        </p>
      )}
      {tasks.slice(0, mostShown).map((task) => (
        <Row
          key={task.id}
          path={imagesPath}
          word={taskTitle(task)}
          detail={safeText(task.step)}
          doneBytes={task.doneBytes}
          totalBytes={task.totalBytes}
        />
      ))}
      {takings.slice(0, mostShown).map(({ deviceId, bytesPerSecond, ...bytes }) => (
        <Row
          key={deviceId ?? ''}
          path={deviceId === null ? pullsPath : devicePath(deviceId)}
          word={deviceId === null ? 'Somebody with the service key' : safeText(deviceId)}
          detail={`takes an image, ${bytesInWords(bytesPerSecond)}/s`}
          {...bytes}
        />
      ))}
      {(takings.length > mostShown || waiting > 0) && (
        <Link href={pullsPath} className="plain-link">
          {takings.length} take images, {waiting} wait for their turn
        </Link>
      )}
    </section>
  );
}

function takingsOf(pulls: readonly PullRow[]): readonly Taking[] {
  const byDevice = new Map<string | null, Taking>();
  for (const { deviceId, state, sentBytes, totalBytes, bytesPerSecond } of pulls) {
    if (state === 'waiting') continue;
    const taking = byDevice.get(deviceId) ?? { deviceId, doneBytes: 0, totalBytes: 0, bytesPerSecond: 0 };
    byDevice.set(deviceId, {
      deviceId,
      doneBytes: taking.doneBytes + sentBytes,
      totalBytes: taking.totalBytes + totalBytes,
      bytesPerSecond: taking.bytesPerSecond + bytesPerSecond,
    });
  }
  return [...byDevice.values()];
}

function Row(props: {
  readonly path: string;
  readonly word: string;
  readonly detail: string;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
}) {
  const { doneBytes, totalBytes } = props;
  const isMeasured = totalBytes !== null && totalBytes > 0;
  return (
    <div className="surface site-row">
      <div className="site-row-head">
        <Link href={props.path} className="strong-link break">
          {props.word}
        </Link>
        <span className="dimmed">{props.detail}</span>
      </div>
      {isMeasured && <progress className="site-progress" value={doneBytes} max={totalBytes} aria-label={props.word} />}
      <span className="dimmed">
        {bytesInWords(doneBytes)}
        {isMeasured && ` of ${bytesInWords(totalBytes)} · ${shareInWords(doneBytes, totalBytes)}`}
      </span>
    </div>
  );
}
