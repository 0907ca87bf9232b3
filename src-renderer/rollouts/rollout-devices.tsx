// The devices of a rollout as a list: the step of each, its attempt, the bytes that were measured, why it stands so, and of a failure
// the last lines of its log. Shown by how they stand, each count a link; whoever follows one from above is brought here.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { RolloutDeviceRow, RolloutView } from '#contract/console-rollouts.ts';
import { createDetailBook, type DetailBook } from '#renderer/link/detail-book.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { RowLink } from '#renderer/pieces/row-link.tsx';
import { StatusMark } from '#renderer/pieces/status-mark.tsx';
import { SwitchNow } from '#renderer/pieces/switch-now.tsx';
import { useWidth } from '#renderer/pieces/use-width.ts';
import { type TableChoice, type TableColumn, VirtualTable } from '#renderer/tables/virtual-table.tsx';
import { devicePath } from '#renderer/words/paths.ts';
import {
  devicesInWords,
  partWords,
  type RolloutPart,
  rolloutParts,
  standingWords,
} from '#renderer/words/rollout-words.ts';
import { safeText } from '#renderer/words/safe-text.ts';
import { isOfPart, isShown, noFilter, partPath, type RolloutFilter, shownInWords } from './rollout-filter.ts';
import { AttemptBytes, AttemptTime } from './attempt-measures.tsx';
import { useBroughtIntoSight } from './use-brought-into-sight.ts';

export function RolloutDevices(props: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
  readonly filter: RolloutFilter;
  readonly revision: number;
  /** How many are in mid-change, drawn here or not. */
  readonly inChange: number;
  readonly choice: TableChoice;
  /** How often somebody followed a count. */
  readonly followed: number;
  readonly onOpen: (deviceId: string) => void;
}) {
  const { rollout, cells, filter, onOpen, choice } = props;
  const shown = useMemo(() => cells.filter((cell) => isShown(cell, filter)), [cells, filter]);
  const book = useDetailBook(rollout.deploymentId, props.revision);
  const [box, width] = useWidth();
  const isNarrow = width > 0 && width < narrowPx;
  const columns = useMemo(
    () => (isNarrow ? narrowColumnsOf(book, onOpen) : columnsOf(book, onOpen)),
    [book, onOpen, isNarrow],
  );
  const open = useCallback((cell: RolloutCell) => onOpen(cell.deviceId), [onOpen]);
  const section = useRef<HTMLElement>(null);
  const line = useRef<HTMLParagraphElement>(null);
  const isFiltered = filter.part !== null || filter.wave !== null;
  const asked = isFiltered || props.followed > 0 ? `${props.followed} ${partPath(rollout.deploymentId, filter)}` : null;
  useBroughtIntoSight({ section, line }, { asked, isThere: cells.length > 0 });
  return (
    <section ref={section} aria-labelledby="rollout-devices" className="rollout-list">
      <h2 id="rollout-devices" className="section">
        Device by device
      </h2>
      <PartTabs rollout={rollout} cells={cells} filter={filter} />
      <p ref={line} tabIndex={-1} className="rollout-shown" data-shown>
        {shownInWords(
          filter,
          { shown: shown.length, all: cells.length },
          rollout.waves.map(({ name }) => name),
        )}{' '}
        {isFiltered && (
          <Link href={partPath(rollout.deploymentId, noFilter)} className="plain-link">
            Show all {devicesInWords(cells.length)}
          </Link>
        )}
      </p>
      <SwitchNow rollout={rollout} chosen={[...choice.chosen]} inChange={props.inChange} />
      <div ref={box}>
        {shown.length === 0 ? (
          <p className="dimmed">{cells.length === 0 ? 'No device is in it yet.' : 'No device stands so now.'}</p>
        ) : (
          <VirtualTable
            label="Devices of the rollout"
            noun="rollout-device"
            rows={shown}
            keyOf={idOf}
            columns={columns}
            rowHeight={72}
            isMeasured
            choice={choice}
            onOpen={open}
          />
        )}
      </div>
    </section>
  );
}

/** Below, the reason would be a column of single words. */
const narrowPx = 760;

const idOf = ({ deviceId }: RolloutCell): string => deviceId;

function PartTabs(props: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
  readonly filter: RolloutFilter;
}) {
  const { rollout, cells, filter } = props;
  const { deploymentId } = rollout;
  const { all, counts } = useMemo(() => {
    const ofWave = cells.filter((cell) => isShown(cell, { part: null, wave: filter.wave }));
    const countOf = (part: RolloutPart) => ofWave.filter((cell) => isOfPart(cell, part)).length;
    return { all: ofWave.length, counts: rolloutParts.map((part) => [part, countOf(part)] as const) };
  }, [cells, filter.wave]);
  return (
    <nav className="tabs rollout-tabs" aria-label="Devices by how they stand">
      <Link
        href={partPath(deploymentId, { ...filter, part: null })}
        className="tab"
        aria-current={filter.part === null}
      >
        All <b>{all}</b>
      </Link>
      {counts
        .filter(([part, count]) => count > 0 || part === filter.part)
        .map(([part, count]) => (
          <Link
            key={part}
            href={partPath(deploymentId, { ...filter, part })}
            className="tab"
            aria-current={filter.part === part}
          >
            {partWords[part].word} <b>{count}</b>
          </Link>
        ))}
    </nav>
  );
}

function useDetailBook(deploymentId: string, revision: number): DetailBook {
  const client = useHub((state) => state.client);
  const book = useMemo(
    () =>
      createDetailBook(async (deviceIds) =>
        client === null ? [] : client.rolloutDeviceRows.query({ deploymentId, deviceIds: [...deviceIds] }),
      ),
    [client, deploymentId],
  );
  useEffect(() => book.refresh(revision), [book, revision]);
  return book;
}

function useDetail(book: DetailBook, deviceId: string): RolloutDeviceRow | undefined {
  const look = useCallback((listener: () => void) => book.look(deviceId, listener), [book, deviceId]);
  return useSyncExternalStore(look, () => book.row(deviceId));
}

function columnsOf(book: DetailBook, onOpen: (deviceId: string) => void): readonly TableColumn<RolloutCell>[] {
  return [
    {
      id: 'device',
      word: 'Device',
      width: 140,
      cell: ({ deviceId }) => (
        <RowLink path={devicePath(deviceId)} className="strong-link break">
          {safeText(deviceId)}
        </RowLink>
      ),
    },
    { id: 'wave', word: 'Wave', width: 76, isNumber: true, cell: ({ wave }) => (wave === null ? '–' : wave + 1) },
    {
      id: 'step',
      word: 'Step',
      width: 156,
      cell: ({ standing, isAwake }) => (
        <>
          <StatusMark words={standingWords[standing]} />
          {!isAwake && <div className="rollout-small">switched off</div>}
        </>
      ),
    },
    {
      id: 'attempt',
      word: 'Attempt',
      width: 132,
      cell: (cell) => (cell.attempt === 0 ? <span className="dimmed">–</span> : <Attempt book={book} cell={cell} />),
    },
    { id: 'why', word: 'Why', cell: (cell) => <Why book={book} cell={cell} onOpen={onOpen} /> },
  ];
}

function narrowColumnsOf(book: DetailBook, onOpen: (deviceId: string) => void): readonly TableColumn<RolloutCell>[] {
  return [
    {
      id: 'device',
      word: 'Device',
      width: 170,
      cell: (cell) => (
        <>
          <RowLink path={devicePath(cell.deviceId)} className="strong-link break">
            {safeText(cell.deviceId)}
          </RowLink>
          <div>
            <StatusMark words={standingWords[cell.standing]} />
          </div>
          <div className="rollout-small">
            {cell.wave === null ? 'in no wave' : `wave ${cell.wave + 1}`}
            {!cell.isAwake && ', switched off'}
          </div>
          {cell.attempt > 0 && (
            <div className="rollout-small">
              attempt <Attempt book={book} cell={cell} />
            </div>
          )}
        </>
      ),
    },
    { id: 'why', word: 'Why', width: 260, cell: (cell) => <Why book={book} cell={cell} onOpen={onOpen} /> },
  ];
}

/** Only what was measured. */
function Attempt({ book, cell: { deviceId, attempt } }: { readonly book: DetailBook; readonly cell: RolloutCell }) {
  const row = useDetail(book, deviceId);
  return (
    <>
      {attempt}
      {row !== undefined && (
        <div className="rollout-small">
          <AttemptTime row={row} />
          <AttemptBytes row={row} />
        </div>
      )}
    </>
  );
}

function Why(props: {
  readonly book: DetailBook;
  readonly cell: RolloutCell;
  readonly onOpen: (deviceId: string) => void;
}) {
  const { book, cell } = props;
  const row = useDetail(book, cell.deviceId);
  const [isOpen, setIsOpen] = useState(false);
  const lines = row?.slice ?? [];
  return (
    <div className="rollout-why-cell">
      <span className="break">{row === undefined ? (book.problem() ?? '…') : safeText(row.explanation)}</span>
      {lines.length > 0 && (
        <>
          <pre className="rollout-slice" aria-label={`Last lines of the log of ${safeText(cell.deviceId)}`}>
            {(isOpen ? lines : lines.slice(-2)).map(safeText).join('\n')}
          </pre>
          {lines.length > 2 && (
            <button type="button" className="rollout-more" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
              {isOpen ? 'Fewer lines' : `All ${lines.length} lines`}
            </button>
          )}
        </>
      )}
      {cell.attempt > 0 && (
        <button
          type="button"
          className="rollout-more rollout-row-act"
          aria-label={`Attempts and logs of ${safeText(cell.deviceId)}`}
          onClick={() => props.onOpen(cell.deviceId)}
        >
          Attempts and logs
        </button>
      )}
      {cell.attempt === 0 && cell.standing === 'pending' && (
        <button
          type="button"
          className="rollout-more rollout-row-act"
          aria-label={`Can it begin? Ask ${safeText(cell.deviceId)}`}
          onClick={() => props.onOpen(cell.deviceId)}
        >
          Can it begin?
        </button>
      )}
    </div>
  );
}
