// The devices by state, each count a link to just those.
import { Link } from 'wouter';
import type { DeviceState } from '#domain/journal/device-state.ts';
import { type DeviceFilter, deviceStates, filterPath } from '#renderer/words/device-filter.ts';
import { deviceStateWords } from '#renderer/words/status-words.ts';
import { StatusMark } from './status-mark.tsx';

export function StateTabs(props: {
  readonly counts: ReadonlyMap<DeviceState, number>;
  readonly total: number;
  readonly filter: DeviceFilter;
}) {
  const { counts, total, filter } = props;
  const shown = deviceStates.filter((state) => counts.has(state) || state === filter.state);
  return (
    <nav className="tabs" aria-label="Devices by state">
      <Link href={filterPath({ ...filter, state: null })} className="tab" aria-current={filter.state === null}>
        All <b>{total.toLocaleString('en')}</b>
      </Link>
      {shown.map((state) => (
        <Link key={state} href={filterPath({ ...filter, state })} className="tab" aria-current={filter.state === state}>
          <StatusMark words={deviceStateWords[state]} /> <b>{(counts.get(state) ?? 0).toLocaleString('en')}</b>
        </Link>
      ))}
    </nav>
  );
}
