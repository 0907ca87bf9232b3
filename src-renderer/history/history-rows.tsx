// The rows that were asked for, newest first. New ones are counted in a bar and come when they are asked for: nothing jumps away from
// who reads.
import { IconArrowUp, IconListDetails } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import type { HistoryNews, HistoryQuery, HistoryRow } from '#contract/console-history.ts';
import type { HistoryAddress } from '#renderer/link/history-query.ts';
import { type Follow, useFollowed } from '#renderer/link/use-followed.ts';
import { useHistory } from '#renderer/link/use-history.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { When } from '#renderer/pieces/when.tsx';
import { type TableColumn, VirtualTable } from '#renderer/tables/virtual-table.tsx';
import { actorWords, kindWords } from '#renderer/words/journal-kinds.ts';
import { plural } from '#renderer/words/journal-sentence.ts';
import { SentenceView } from '#renderer/words/sentence-view.tsx';
import { ClearFilter } from './history-filter.tsx';
import { ReportsSwitch } from './history-kinds.tsx';
import { HistoryRowDialog } from './history-row-dialog.tsx';
import { useAbove } from './use-above.ts';

interface RowsProps {
  readonly address: HistoryAddress;
  readonly query: HistoryQuery;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}

export function HistoryRows({ address, query, onChange }: RowsProps) {
  const found = useHistory(query);
  const [opened, setOpened] = useState<HistoryRow | null>(null);
  const columns = useColumns(setOpened);
  const above = useAbove();
  return (
    <>
      <div className="history-line">
        <ReportsSwitch kinds={address.kinds} onChange={(kinds) => onChange({ kinds })} />
        <ClearFilter address={address} onChange={onChange} />
        <News key={JSON.stringify(query)} query={query} onShow={found.again} />
      </div>
      {found.problem !== null && (
        <ProblemView text={found.problem} where="The history">
          <Act variant="default" onClick={found.again}>
            Ask again
          </Act>
        </ProblemView>
      )}
      {found.rows.length > 0 && (
        <div className="history-table" ref={above}>
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
        </div>
      )}
      <Reach found={found} query={query} onChange={onChange} />
      {opened !== null && <HistoryRowDialog row={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

const keyOf = (row: HistoryRow): string => String(row.seq);

/** How far was looked, with a way to end it or to go on. */
function Reach(props: Pick<RowsProps, 'query' | 'onChange'> & { readonly found: ReturnType<typeof useHistory> }) {
  const { found, query, onChange } = props;
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
          {plural(rows.length, 'row')}, as far back as row {next} of {newestSeq}.
        </span>
        <Act variant="default" onClick={found.more}>
          Look further back
        </Act>
      </div>
    );
  if (rows.length > 0) return <p className="history-reach dimmed">{plural(rows.length, 'row')}, and none before.</p>;
  return <Nothing of={newestSeq} query={query} onChange={onChange} />;
}

/** Why, and what to ask instead: each button leaves out one of what was asked. */
function Nothing({ of, query, onChange }: Pick<RowsProps, 'query' | 'onChange'> & { readonly of: number }) {
  const isInTime = query.fromMs !== null || query.toMs !== null;
  return (
    <EmptyView title="Nothing of this happened">
      <p>
        The journal has {plural(of, 'row')}, and none fits all that is asked for. A device and a deployment are to be
        written in full.
      </p>
      <ul className="history-choice">
        {isInTime && (
          <Instead word="Look in all of the time" to={{ range: 'all', fromMs: null, toMs: null }} onChange={onChange} />
        )}
        {query.words !== '' && <Instead word="Leave out the words" to={{ words: '' }} onChange={onChange} />}
        {query.kinds.length > 0 && <Instead word="Look for every kind" to={{ kinds: [] }} onChange={onChange} />}
        {query.actors.length > 0 && <Instead word="Whoever did it" to={{ actors: [] }} onChange={onChange} />}
      </ul>
    </EmptyView>
  );
}

function Instead(props: {
  readonly word: string;
  readonly to: Partial<HistoryAddress>;
  readonly onChange: (change: Partial<HistoryAddress>) => void;
}) {
  return (
    <li>
      <Act variant="default" onClick={() => props.onChange(props.to)}>
        {props.word}
      </Act>
    </li>
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
    { id: 'when', word: 'When', width: 200, cell: ({ atMs }) => <When atMs={atMs} /> },
    { id: 'kind', word: 'What', width: 146, cell: ({ kind }) => <b>{kindWords[kind]?.word ?? kind}</b> },
    { id: 'words', word: 'In words', cell: (row) => <SentenceView entry={row} /> },
    { id: 'who', word: 'Who', width: 124, cell: ({ actor }) => actorWords[actor] ?? actor },
    {
      id: 'detail',
      word: 'Row',
      width: 116,
      cell: (row) => (
        <Act
          variant="subtle"
          px={8}
          className="history-row-act"
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
