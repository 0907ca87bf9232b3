// The devices by state, each count a link to just those.
import { Link } from 'wouter';
import type { DeviceRow } from '#contract/console-rows.ts';
import { type DeviceFilter, deviceStates, filterPath } from './device-filter.ts';
import { StatusMark } from './status-mark.tsx';
import { deviceStateWords } from './status-words.ts';

export function StateTabs({ rows, filter }: { readonly rows: readonly DeviceRow[]; readonly filter: DeviceFilter }) {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.state, (counts.get(row.state) ?? 0) + 1);
  const shown = deviceStates.filter((state) => counts.has(state) || state === filter.state);
  return (
    <nav className="tabs" aria-label="Devices by state" style={{ marginBottom: 16 }}>
      <Link href={filterPath({ ...filter, state: null })} className="tab" aria-current={filter.state === null}>
        All <b>{rows.length}</b>
      </Link>
      {shown.map((state) => (
        <Link key={state} href={filterPath({ ...filter, state })} className="tab" aria-current={filter.state === state}>
          <StatusMark words={deviceStateWords[state]} /> <b>{counts.get(state) ?? 0}</b>
        </Link>
      ))}
    </nav>
  );
}
