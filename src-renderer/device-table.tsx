// The devices as a table: sorted by a column, a hundred at a time.
import { Pagination } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { memo, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { DeviceRow } from '#contract/console-rows.ts';
import { agoInWords, clockTime } from './age.ts';
import { DeploymentLinks } from './deployment-links.tsx';
import { deviceStates } from './device-filter.ts';
import { devicePath } from './paths.ts';
import { safeText } from './safe-text.ts';
import { StatusMark } from './status-mark.tsx';
import { deviceStateWords } from './status-words.ts';
import { type DeviceOrder, orderDevicesBy, useView } from './view-store.ts';

const pageSize = 100;

function byId(left: DeviceRow, right: DeviceRow): number {
  return left.deviceId < right.deviceId ? -1 : 1;
}

const orders: Readonly<Record<DeviceOrder, (left: DeviceRow, right: DeviceRow) => number>> = {
  device: byId,
  state: (left, right) => deviceStates.indexOf(left.state) - deviceStates.indexOf(right.state) || byId(left, right),
  seen: (left, right) => (right.lastSeenAtMs ?? 0) - (left.lastSeenAtMs ?? 0) || byId(left, right),
};

export function DeviceTable({ rows }: { readonly rows: readonly DeviceRow[] }) {
  const order = useView((view) => view.order);
  const [askedPage, setAskedPage] = useState(1);
  const sorted = useMemo(() => [...rows].sort(orders[order]), [rows, order]);
  const pages = Math.ceil(sorted.length / pageSize);
  const page = Math.min(askedPage, pages);
  const shown = sorted.slice((page - 1) * pageSize, page * pageSize);
  return (
    <>
      <div className="surface scroll">
        <table className="grid">
          <thead>
            <tr>
              <SortHeader order="device" word="Device" />
              <SortHeader order="state" word="State" />
              <th scope="col">Modules running</th>
              <th scope="col">Applied deployments</th>
              <SortHeader order="seen" word="Last seen" />
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <DeviceTableRow key={row.deviceId} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <div style={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', marginTop: 14 }}>
          <span className="dimmed">
            {(page - 1) * pageSize + 1}–{(page - 1) * pageSize + shown.length} of {sorted.length}
          </span>
          <Pagination total={pages} value={page} onChange={setAskedPage} size="sm" aria-label="Pages of devices" />
        </div>
      )}
    </>
  );
}

function SortHeader({ order, word }: { readonly order: DeviceOrder; readonly word: string }) {
  const isSorted = useView((view) => view.order === order);
  return (
    <th scope="col" aria-sort={isSorted ? 'ascending' : 'none'}>
      <button type="button" className="sort" onClick={() => orderDevicesBy(order)}>
        {word}
        <IconChevronDown size={14} aria-hidden style={{ visibility: isSorted ? 'visible' : 'hidden' }} />
      </button>
    </th>
  );
}

const DeviceTableRow = memo(function DeviceTableRow({ row }: { readonly row: DeviceRow }) {
  return (
    <tr data-device={row.deviceId}>
      <td>
        <Link href={devicePath(row.deviceId)} className="strong-link">
          {safeText(row.deviceId)}
        </Link>
      </td>
      <td>
        <StatusMark words={deviceStateWords[row.state]} />
      </td>
      <td>
        <ModuleCount row={row} />
      </td>
      <td>
        <DeploymentLinks ids={row.applied} />
      </td>
      <td>
        <LastSeen row={row} />
      </td>
    </tr>
  );
});

function ModuleCount({ row }: { readonly row: DeviceRow }) {
  if (row.wantedModules === 0) return <span className="dimmed">none wanted</span>;
  return (
    <>
      <Link href={devicePath(row.deviceId)} className="plain-link">
        {row.runningModules} of {row.wantedModules}
      </Link>
      {!row.connected && row.lastSeenAtMs !== null && <span className="dimmed"> at its last report</span>}
    </>
  );
}

/** A connected device answers keep-alives: it is seen now, however long ago it last had something to say. */
function LastSeen({ row }: { readonly row: DeviceRow }) {
  const nowMs = useView((view) => view.nowMs);
  if (row.lastSeenAtMs === null) return <span className="dimmed">never</span>;
  if (row.connected) return <span>now, connected</span>;
  return <span title={clockTime(row.lastSeenAtMs)}>{agoInWords(nowMs - row.lastSeenAtMs)}</span>;
}
