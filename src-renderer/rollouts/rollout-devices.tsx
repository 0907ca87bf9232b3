// The devices of a rollout as a list: the step of each, its attempt, the bytes that were measured, why it stands so, and of a failure
// the last lines of its log. Shown by how they stand, each count a link.
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import type { RolloutCell } from '#contract/console-rollout-sights.ts';
import type { RolloutDeviceRow, RolloutView } from '#contract/console-rollouts.ts';
import { Act } from '../pieces/act.tsx';
import { bytesInWords, shareInWords } from '../words/bytes.ts';
import { createDetailBook, type DetailBook } from '../link/detail-book.ts';
import { useHub } from '../link/hub-store.ts';
import { devicePath } from '../words/paths.ts';
import { isOfPart, isShown, partPath, type RolloutFilter, type RolloutPart, rolloutParts } from './rollout-filter.ts';
import { standingWords } from '../rollout-words.ts';
import { safeText } from '../words/safe-text.ts';
import { StatusMark } from '../pieces/status-mark.tsx';
import { SwitchNow } from '../pieces/switch-now.tsx';
import { type TableChoice, type TableColumn, VirtualTable } from '../tables/virtual-table.tsx';

export function RolloutDevices(props: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
  readonly filter: RolloutFilter;
  readonly revision: number;
  /** How many are in mid-change, drawn here or not. */
  readonly inChange: number;
  readonly choice: TableChoice;
  readonly onOpen: (deviceId: string) => void;
}) {
  const { rollout, cells, filter, onOpen, choice } = props;
  const shown = useMemo(() => cells.filter((cell) => isShown(cell, filter)), [cells, filter]);
  const book = useDetailBook(rollout.deploymentId, props.revision);
  const columns = useMemo(() => columnsOf(book, onOpen), [book, onOpen]);
  const open = useCallback((cell: RolloutCell) => onOpen(cell.deviceId), [onOpen]);
  return (
    <section aria-labelledby="rollout-devices">
      <h2 id="rollout-devices" className="section">
        Device by device
      </h2>
      <PartTabs rollout={rollout} cells={cells} filter={filter} />
      <SwitchNow rollout={rollout} chosen={[...choice.chosen]} inChange={props.inChange} />
      {shown.length === 0 ? (
        <p className="dimmed">{cells.length === 0 ? 'No device is in it yet.' : 'No device stands so.'}</p>
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
    </section>
  );
}

const idOf = ({ deviceId }: RolloutCell): string => deviceId;

const partWords: Readonly<Record<RolloutPart, string>> = {
  done: 'Successful',
  failed: 'Failed',
  back: 'Rolled back',
  changing: 'In change',
  waiting: 'To come',
  asleep: 'Switched off',
  excluded: 'Left out',
};

function PartTabs(props: {
  readonly rollout: RolloutView;
  readonly cells: readonly RolloutCell[];
  readonly filter: RolloutFilter;
}) {
  const { rollout, cells, filter } = props;
  const { deploymentId } = rollout;
  const ofWave = cells.filter((cell) => isShown(cell, { part: null, wave: filter.wave }));
  const counts = rolloutParts.map((part) => [part, ofWave.filter((cell) => isOfPart(cell, part)).length] as const);
  return (
    <nav className="tabs rollout-tabs" aria-label="Devices by how they stand">
      {filter.wave !== null && (
        <Link href={partPath(deploymentId, { ...filter, wave: null })} className="tab">
          Only wave {filter.wave + 1} ({safeText(rollout.waves[filter.wave]?.name ?? '')}) · show all
        </Link>
      )}
      <Link
        href={partPath(deploymentId, { ...filter, part: null })}
        className="tab"
        aria-current={filter.part === null}
      >
        All <b>{ofWave.length}</b>
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
            {partWords[part]} <b>{count}</b>
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
      width: 150,
      cell: ({ deviceId }) => (
        <Link href={devicePath(deviceId)} className="strong-link break">
          {safeText(deviceId)}
        </Link>
      ),
    },
    { id: 'wave', word: 'Wave', width: 64, isNumber: true, cell: ({ wave }) => (wave === null ? '–' : wave + 1) },
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
    { id: 'attempt', word: 'Attempt', width: 84, isNumber: true, cell: ({ attempt }) => attempt || '–' },
    { id: 'bytes', word: 'Fetched', width: 112, cell: ({ deviceId }) => <Bytes book={book} deviceId={deviceId} /> },
    { id: 'why', word: 'Why', cell: (cell) => <Why book={book} cell={cell} onOpen={onOpen} /> },
  ];
}

/** Only what was measured. */
function Bytes({ book, deviceId }: { readonly book: DetailBook; readonly deviceId: string }) {
  const bytes = useDetail(book, deviceId)?.bytes;
  if (bytes === undefined || bytes.done + bytes.total === 0) return <span className="dimmed">–</span>;
  if (bytes.total === 0) return bytesInWords(bytes.done);
  return `${bytesInWords(bytes.done)} of ${bytesInWords(bytes.total)} · ${shareInWords(bytes.done, bytes.total)}`;
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
        <Act
          variant="subtle"
          aria-label={`Attempts and logs of ${safeText(cell.deviceId)}`}
          onClick={() => props.onOpen(cell.deviceId)}
        >
          Attempts and logs
        </Act>
      )}
    </div>
  );
}
