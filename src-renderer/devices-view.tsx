// The list of devices: by state, by deployment, by words; all of it in the address.
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { DeviceRow } from '#contract/console-rows.ts';
import { type DeviceFilter, filterPath, readFilter, standsOn } from './device-filter.ts';
import { DeviceTable } from './device-table.tsx';
import { hasWords, wordsIn } from './device-words.ts';
import { FilterChip, NoDevices, NoMatch } from './devices-empty.tsx';
import { useProjection } from './projection-store.ts';
import { StateTabs } from './state-tabs.tsx';

export function DevicesView() {
  const kept = useProjection((state) => state.devices);
  const isComplete = useProjection((state) => state.isComplete);
  const search = useSearch();
  const filter = useMemo(() => readFilter(search), [search]);
  const matching = useMemo(
    () =>
      [...kept.values()]
        .map(({ row }) => row)
        .filter(
          (row) =>
            hasWords(row, wordsIn(filter.words)) &&
            (filter.deployment === null || standsOn(row, filter.deployment, filter.standing)),
        ),
    [kept, filter],
  );
  if (kept.size === 0) return isComplete ? <NoDevices /> : <p className="dimmed">Reading the devices …</p>;
  const shown = filter.state === null ? matching : matching.filter((row) => row.state === filter.state);
  return (
    <>
      <div style={{ display: 'flex', alignItems: 'center', gap: 16, margin: '26px 0 16px', flexWrap: 'wrap' }}>
        <h1 style={{ fontSize: 24, margin: 0, flex: 1 }}>Devices</h1>
        <WordsInput filter={filter} />
      </div>
      {filter.deployment !== null && <FilterChip filter={filter} />}
      <StateTabs rows={matching} filter={filter} />
      <Shown rows={shown} />
    </>
  );
}

function Shown({ rows }: { readonly rows: readonly DeviceRow[] }) {
  return rows.length === 0 ? <NoMatch /> : <DeviceTable rows={rows} />;
}

function WordsInput({ filter }: { readonly filter: DeviceFilter }) {
  const [, navigate] = useLocation();
  return (
    <TextInput
      aria-label="Find devices by their id"
      placeholder="Find by id"
      leftSection={<IconSearch size={16} aria-hidden />}
      value={filter.words}
      maxLength={128}
      w={260}
      onChange={(event) => navigate(filterPath({ ...filter, words: event.currentTarget.value }), { replace: true })}
    />
  );
}
