// The history: what happened on the site, by whom and why. Rows of the journal, the course of a device, two moments beside one another;
// everything that is asked for stands in the address.
import './history.css';
import { IconDownload, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { useHashPath, useHashSearch } from '#renderer/link/hash-location.ts';
import {
  type HistoryAddress,
  historyAddress,
  historyParts,
  queryOf,
  readHistory,
} from '#renderer/link/history-query.ts';
import { useProjection } from '#renderer/link/projection-store.ts';
import { shownNowMs } from '#renderer/link/use-history.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { HistoryCompare } from './history-compare.tsx';
import { HistoryExport } from './history-export.tsx';
import { HistoryFilter } from './history-filter.tsx';
import { HistoryRows } from './history-rows.tsx';
import { HistoryTimeline } from './history-timeline.tsx';

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
        <Act
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => setIsExporting(true)}
        >
          Export …
        </Act>
      </div>
      <BrokenChain />
      {address.part !== 'compare' && (
        <HistoryFilter address={address} isCourse={address.part === 'timeline'} onChange={change} />
      )}
      {address.part === 'rows' && <HistoryRows address={address} query={query} onChange={change} />}
      {address.part === 'timeline' && <HistoryTimeline address={address} query={query} onChange={change} />}
      {address.part === 'compare' && <HistoryCompare address={address} onChange={change} />}
      <WholeChain />
      {isExporting && <HistoryExport query={query} onClose={() => setIsExporting(false)} />}
    </>
  );
}

/** Each row carries a hash over the row before it; at every start the hub reads the whole chain. */
function BrokenChain() {
  const brokenSeq = useProjection((state) => state.journalBrokenSeq);
  if (brokenSeq === null) return null;
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

/** Said below the rows, which are what people come for. */
function WholeChain() {
  const isBroken = useProjection((state) => state.journalBrokenSeq !== null);
  if (isBroken) return null;
  return (
    <p className="history-chain dimmed">
      <IconShieldCheck size={17} aria-hidden /> Each row is sealed by the one after it. The hub checks the chain when it
      starts and has found no row that was changed by other means.
    </p>
  );
}
