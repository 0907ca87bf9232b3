// The history: what happened on the site, by whom and why. Rows of the journal, the course of a device, two moments beside one another;
// everything that is asked for stands in the address.
import './history.css';
import { IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { Act } from '../pieces/act.tsx';
import { useHashPath, useHashSearch } from '../link/hash-location.ts';
import { HistoryCompare } from './history-compare.tsx';
import { HistoryExport } from './history-export.tsx';
import { HistoryFilter } from './history-filter.tsx';
import { type HistoryAddress, historyAddress, historyParts, queryOf, readHistory } from '../link/history-query.ts';
import { HistoryRows } from './history-rows.tsx';
import { HistoryTimeline } from './history-timeline.tsx';
import { useProjection } from '../link/projection-store.ts';
import { shownNowMs } from '../link/use-history.ts';

const partWords = { rows: 'What happened', timeline: 'State over time', compare: 'Compare two moments' } as const;

export function HistoryView() {
  const search = useHashSearch();
  const [, navigate] = useHashPath();
  const address = useMemo(() => readHistory(search), [search]);
  // The hub is asked about a time that stands still; a new question looks at the clock anew.
  const query = useMemo(() => queryOf(address, shownNowMs()), [address]);
  const [isExporting, setIsExporting] = useState(false);
  const change = (changed: Partial<HistoryAddress>) =>
    navigate(historyAddress({ ...address, ...changed }), { replace: true });
  return (
    <>
      <div className="screen-head">
        <h1>History</h1>
        <Act
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => setIsExporting(true)}
        >
          Export …
        </Act>
      </div>
      <ChainState />
      <nav className="tabs history-parts" aria-label="Parts of the history">
        {historyParts.map((part) => (
          <Link
            key={part}
            href={historyAddress({ ...address, part })}
            className="tab"
            aria-current={part === address.part ? 'true' : undefined}
          >
            {partWords[part]}
          </Link>
        ))}
      </nav>
      {address.part !== 'compare' && (
        <HistoryFilter address={address} isCourse={address.part === 'timeline'} onChange={change} />
      )}
      {address.part === 'rows' && <HistoryRows query={query} />}
      {address.part === 'timeline' && <HistoryTimeline address={address} query={query} onChange={change} />}
      {address.part === 'compare' && <HistoryCompare address={address} onChange={change} />}
      {isExporting && <HistoryExport query={query} onClose={() => setIsExporting(false)} />}
    </>
  );
}

/** Each row carries a hash over the row before it; at every start the hub reads the whole chain. */
function ChainState() {
  const brokenSeq = useProjection((state) => state.journalBrokenSeq);
  if (brokenSeq === null)
    return (
      <p className="history-chain dimmed">
        <IconShieldCheck size={17} aria-hidden /> Each row is sealed by the one after it. The hub checks the chain when
        it starts and has found no row that was changed by other means.
      </p>
    );
  return (
    <p className="history-chain is-broken">
      <IconShieldX size={17} aria-hidden />
      <span>
        <b>The chain is broken at row {brokenSeq}.</b> The file was changed by other means than this hub: rows from
        there on may be missing or altered, and prove nothing. Rows before it hold. Compare the journal with a backup
        from before.
      </span>
    </p>
  );
}
