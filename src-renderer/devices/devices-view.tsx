// The list of devices: found by words at once and by a condition that the hub answers, by state and by deployment; all of it in
// the address. What is chosen in it can be tagged, deployed to, enabled, disabled and deleted.
import './devices.css';
import { IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { DeviceRow } from '#contract/console-rows.ts';
import { useShortcuts } from '#renderer/keys/shortcuts.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { ReadProgress } from '#renderer/link/read-progress.tsx';
import { shownDevices } from '#renderer/link/shown-devices.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { AddDeviceDialog } from '#renderer/pieces/add-device-dialog.tsx';
import { StateTabs } from '#renderer/pieces/state-tabs.tsx';
import { VirtualTable } from '#renderer/tables/virtual-table.tsx';
import { type DeviceFilter, readFilter } from '#renderer/words/device-filter.ts';
import { devicePath } from '#renderer/words/paths.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkProgress } from './bulk-progress.tsx';
import { columnsOf } from './device-columns.tsx';
import { inOrder } from './device-order.ts';
import { chooseDevices, useDevicesChoice } from './devices-choice.ts';
import { FilterChips, NoDevices, NoMatch } from './devices-empty.tsx';
import { ListTools } from './devices-list-tools.tsx';
import { orderBy, useDevicesLook } from './devices-look.ts';
import { useMeant } from './devices-meant.ts';
import { DevicesQuery } from './devices-query.tsx';

const rowHeights = { comfortable: 44, compact: 34 } as const;

export function DevicesView() {
  const kept = useProjection((state) => state.devices);
  const isComplete = useProjection((state) => state.isComplete);
  const [isAdding, setIsAdding] = useState(false);
  const search = useSearch();
  const filter = useMemo(() => readFilter(search), [search]);
  useShortcuts([
    { keys: 'n', word: 'Add device', run: () => setIsAdding(true) },
    { keys: '/', word: 'Find devices', run: () => document.querySelector<HTMLElement>('#find-devices')?.focus() },
    { keys: 'j', word: 'To the rows', run: focusTable },
  ]);
  return (
    <div className="devices-screen">
      <header className="devices-head">
        <h1>Devices</h1>
        <ReadProgress />
        <Act leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setIsAdding(true)}>
          Add device
        </Act>
      </header>
      <BulkProgress />
      {kept.size > 0 ? (
        <FilteredDevices filter={filter} />
      ) : (
        isComplete && <NoDevices onAdd={() => setIsAdding(true)} />
      )}
      {isAdding && <AddDeviceDialog onClose={() => setIsAdding(false)} />}
    </div>
  );
}

function FilteredDevices({ filter }: { readonly filter: DeviceFilter }) {
  const kept = useProjection((state) => state.devices);
  const order = useDevicesLook((look) => look.order);
  const meant = useMeant(filter.query);
  const ordered = useMemo(
    () =>
      inOrder(
        [...kept.values()].map(({ row }) => row),
        order,
      ),
    [kept, order],
  );
  const shown = useMemo(() => shownDevices(ordered, { filter, meant }), [ordered, filter, meant]);
  return (
    <>
      <DevicesQuery filter={filter} />
      <FilterChips filter={filter} />
      <div className="devices-tools">
        <StateTabs counts={shown.counts} total={shown.total} filter={filter} />
        <ListTools />
      </div>
      <BulkBar shown={shown.rows} filter={filter} />
      {shown.rows.length === 0 ? <NoMatch /> : <DeviceTable rows={shown.rows} />}
    </>
  );
}

const keyOf = (row: DeviceRow): string => row.deviceId;

function DeviceTable({ rows }: { readonly rows: readonly DeviceRow[] }) {
  const { order, columns: chosenColumns, density } = useDevicesLook();
  const chosen = useDevicesChoice((state) => state.chosen);
  const [, navigate] = useLocation();
  const columns = useMemo(() => columnsOf(chosenColumns), [chosenColumns]);
  return (
    <VirtualTable
      label="Devices"
      noun="device"
      rows={rows}
      keyOf={keyOf}
      columns={columns}
      rowHeight={rowHeights[density]}
      order={order}
      onOrder={orderBy}
      choice={{ chosen, choose: chooseDevices }}
      onOpen={(row) => navigate(devicePath(row.deviceId))}
    />
  );
}

function focusTable(): void {
  document.querySelector<HTMLElement>('table[role=grid] tr[tabindex="0"]')?.focus();
}
