// The logs of a device's modules, one or all together: followed, searched, within a window of time, taken along as a file.
import { useMemo, useState } from 'react';
import { useSearch } from 'wouter';
import type { DeviceDetail } from '#contract/console-rows.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { clockTime } from '#renderer/words/age.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { RestartDialog } from './device-actions.tsx';
import { type LogLook, LogLookForm, LogWindowForm } from './log-controls.tsx';
import { mostLogLines } from './log-lines.ts';
import { isHit, logSearch } from './log-search.ts';
import { LogView } from './log-view.tsx';
import { saveLog } from './save-log.ts';
import { type LogWindow, useModuleLogs } from './use-module-logs.ts';

const firstLook: LogLook = { words: '', isRegex: false, isOnlyHits: false, isWrapped: true, hasTimes: true };

export function DeviceLogs({ detail }: { readonly detail: DeviceDetail }) {
  const names = detail.modules
    .filter(({ isSystem, reported }) => !isSystem && reported !== null)
    .map(({ name }) => name);
  if (!detail.isEdge)
    return (
      <EmptyView title="No logs here">
        It is no edge device: it runs no modules whose logs its agent could read.
      </EmptyView>
    );
  if (names.length === 0)
    return (
      <EmptyView title="No module has been reported yet">
        Logs are read from the containers of modules. When a deployment has brought the first one, its log stands here.
      </EmptyView>
    );
  return <Logs detail={detail} names={names} />;
}

function Logs({ detail, names }: { readonly detail: DeviceDetail; readonly names: readonly string[] }) {
  const { deviceId, connected } = detail.row;
  // A link from a module's row names it.
  const [chosen, setModule] = useState(new URLSearchParams(useSearch()).get('module') ?? '');
  const module = names.includes(chosen) ? chosen : '';
  const [span, setSpan] = useState<LogWindow>({ tail: 1_000, since: '', sinceAt: '', untilAt: '' });
  const [isFollowing, setIsFollowing] = useState(true);
  const [look, setLook] = useState<LogLook>(firstLook);
  const [isRestarting, setIsRestarting] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const log = useModuleLogs({ deviceId, module, span, isFollowing, isConnected: connected });
  const search = useMemo(() => logSearch(look.words, look.isRegex), [look.words, look.isRegex]);
  const { lines } = log.book;
  const hits = useMemo(() => {
    const { pattern } = search;
    return pattern === null ? null : lines.filter(({ text }) => isHit(text, pattern));
  }, [lines, search]);
  const shown = look.isOnlyHits && hits !== null ? hits : lines;
  const [current, setCurrent] = useState<number | null>(null);

  /** Past the last comes the first again. */
  function step(direction: 1 | -1): void {
    if (hits === null || hits.length === 0) return;
    const from = current ?? (direction === 1 ? 0 : Number.MAX_SAFE_INTEGER);
    const at = hits.findIndex(({ key }) => key === from);
    const next = at === -1 ? (direction === 1 ? 0 : hits.length - 1) : (at + direction + hits.length) % hits.length;
    setCurrent(hits[next]?.key ?? null);
  }

  return (
    <>
      <LogWindowForm names={names} module={module} onModule={setModule} span={span} onSpan={setSpan} />
      <LogLookForm look={look} onLook={setLook} problem={search.problem} onStep={step} />
      <div className="log-acts">
        <Act
          variant={isFollowing ? 'filled' : 'default'}
          disabled={span.untilAt !== ''}
          onClick={() => setIsFollowing(!isFollowing)}
        >
          {isFollowing && span.untilAt === '' ? 'Stop following' : 'Follow'}
        </Act>
        <Act variant="default" onClick={log.readAgain}>
          Read again
        </Act>
        <Act
          variant="default"
          disabled={lines.length === 0}
          onClick={() => void saveLog(`${deviceId}-${module === '' ? 'all' : module}.log`, lines).then(setSaid)}
        >
          Download
        </Act>
        <Act variant="default" onClick={() => setIsRestarting(true)}>
          {module === '' ? 'Restart a module …' : `Restart ${safeText(module)} …`}
        </Act>
        <span role="status" className="dimmed">
          {said}
        </span>
        <p className="dimmed log-told" role="status">
          {toldOf({ lines: lines.length, hits: hits?.length ?? null, readAtMs: log.readAtMs })}
          {log.book.dropped > 0 &&
            ` ${log.book.dropped.toLocaleString('en')} older lines were let go: a page keeps ${mostLogLines.toLocaleString('en')}.`}
          {log.isFull &&
            ' The answer was full: the agent gives the newest that fit, ask for an earlier time to see more.'}
          {log.isPaused && ' Paused while this window is hidden.'}
        </p>
      </div>
      {!connected && (
        <ProblemView
          text={`${safeText(deviceId)} is not connected: logs lie on the device, and can be read only while it is.`}
          {...(detail.row.lastSeenAtMs !== null && { sinceMs: detail.row.lastSeenAtMs })}
          done={lines.length > 0 ? 'What was read before stands below.' : 'It is asked again as soon as it connects.'}
        />
      )}
      {connected && log.problem !== null && (
        <ProblemView
          text={log.problem}
          where={deviceId}
          {...(isFollowing && { done: 'It is asked again in a few seconds.' })}
        />
      )}
      <LogView
        lines={shown}
        pattern={search.pattern}
        isWrapped={look.isWrapped}
        hasTimes={look.hasTimes}
        hasModules={module === ''}
        isFollowing={isFollowing}
        current={current}
        label={module === '' ? 'Logs of all modules' : `Log of ${safeText(module)}`}
        empty={log.isReading ? 'Reading …' : 'Nothing was written in that time.'}
      />
      {isRestarting && (
        <RestartDialog
          detail={detail}
          {...(module !== '' && { module })}
          onClose={() => setIsRestarting(false)}
          onDone={(words) => {
            setSaid(words);
            log.readOn();
          }}
        />
      )}
    </>
  );
}

function toldOf(told: {
  readonly lines: number;
  readonly hits: number | null;
  readonly readAtMs: number | null;
}): string {
  const { lines, hits, readAtMs } = told;
  const count = `${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}`;
  const found = hits === null ? '' : `, ${hits.toLocaleString('en')} ${hits === 1 ? 'matches' : 'match'}`;
  return readAtMs === null ? '' : `${count}${found}, read ${clockTime(readAtMs)}.`;
}
