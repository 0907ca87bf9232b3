// The rows that were asked for, newest first. New ones are counted in a bar and come when they are asked for: nothing jumps away from
// who reads.
import { IconArrowUp, IconListDetails } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { HistoryNews, HistoryQuery, HistoryRow } from '#contract/console-history.ts';
import { Act } from '../pieces/act.tsx';
import { EmptyView } from '../pieces/empty-view.tsx';
import { HistoryRowDialog } from './history-row-dialog.tsx';
import { actorWords, kindWords } from '../words/journal-kinds.ts';
import { SentenceView } from '../words/sentence-view.tsx';
import { ProblemView } from '../pieces/problem-view.tsx';
import { type Follow, useFollowed } from '../link/use-followed.ts';
import { useHistory } from '../link/use-history.ts';
import { type TableColumn, VirtualTable } from '../tables/virtual-table.tsx';
import { When } from '../pieces/when.tsx';

export function HistoryRows({ query }: { readonly query: HistoryQuery }) {
  const found = useHistory(query);
  const [opened, setOpened] = useState<HistoryRow | null>(null);
  const columns = useColumns(setOpened);
  return (
    <>
      <News key={JSON.stringify(query)} query={query} onShow={found.again} />
      {found.problem !== null && (
        <ProblemView text={found.problem} where="The history">
          <Act variant="default" onClick={found.again}>
            Ask again
          </Act>
        </ProblemView>
      )}
      {found.rows.length > 0 && (
        <VirtualTable
          label="What happened"
          noun="row"
          rows={found.rows}
          keyOf={keyOf}
          columns={columns}
          rowHeight={64}
          isMeasured
          total={found.next === null ? found.rows.length : -1}
          onOpen={setOpened}
          onNearEnd={found.more}
        />
      )}
      <Reach found={found} />
      {opened !== null && <HistoryRowDialog row={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

const keyOf = (row: HistoryRow): string => String(row.seq);

/** How far was looked, with a way to end it or to go on. */
function Reach({ found }: { readonly found: ReturnType<typeof useHistory> }) {
  const { rows, next, newestSeq, isLooking, problem } = found;
  if (problem !== null) return null;
  if (isLooking)
    return (
      <div className="history-reach" role="status">
        <span>
          Looking … {rows.length} found
          {next !== null && `, rows ${next} to ${newestSeq} are looked through`}
        </span>
        <Act variant="default" onClick={found.end}>
          Stop
        </Act>
      </div>
    );
  if (next !== null)
    return (
      <div className="history-reach" role="status">
        <span>
          {rows.length} rows, as far back as row {next} of {newestSeq}.
        </span>
        <Act variant="default" onClick={found.more}>
          Look further back
        </Act>
      </div>
    );
  if (rows.length > 0) return <p className="history-reach dimmed">{rows.length} rows, and none before them.</p>;
  return (
    <EmptyView title="Nothing of this happened">
      The journal has no row that fits all that is asked for. Ask for a longer time, or for less at once; device and
      deployment are to be written in full.
    </EmptyView>
  );
}

function News(props: { readonly query: HistoryQuery; readonly onShow: () => void }) {
  const { query } = props;
  // What fits is counted from when the bar began to look, which is when the rows were read.
  const begin = useCallback<Follow<HistoryNews>>(
    (client, on) => client.historyNews.subscribe({ ...query, toMs: null }, on),
    [query],
  );
  const news = useFollowed(begin);
  const [shown, setShown] = useState(0);
  const fresh = (news?.fitting ?? 0) - shown;
  return (
    <div role="status" className="history-news">
      {fresh > 0 && news !== null && query.toMs === null && (
        <Act
          variant="light"
          leftSection={<IconArrowUp size={17} aria-hidden />}
          onClick={() => {
            setShown(news.fitting);
            props.onShow();
          }}
        >
          {fresh} new
        </Act>
      )}
    </div>
  );
}

function useColumns(onOpen: (row: HistoryRow) => void): readonly TableColumn<HistoryRow>[] {
  const [columns] = useState<readonly TableColumn<HistoryRow>[]>(() => [
    { id: 'when', word: 'When', width: 210, cell: ({ atMs }) => <When atMs={atMs} /> },
    { id: 'kind', word: 'What', width: 170, cell: ({ kind }) => <b>{kindWords[kind]?.word ?? kind}</b> },
    { id: 'words', word: 'In words', cell: (row) => <SentenceView entry={row} /> },
    { id: 'who', word: 'Who', width: 150, cell: ({ actor }) => actorWords[actor] ?? actor },
    {
      id: 'detail',
      word: 'Row',
      width: 130,
      cell: (row) => (
        <Act
          variant="subtle"
          px={8}
          leftSection={<IconListDetails size={17} aria-hidden />}
          aria-label={`Row ${row.seq} in full`}
          onClick={() => onOpen(row)}
        >
          {row.seq}
        </Act>
      ),
    },
  ]);
  return columns;
}
