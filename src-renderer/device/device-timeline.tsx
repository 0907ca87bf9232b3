// What happened to a device: its states over time as a picture, and every row of the journal that names it, newest first.
import { NativeSelect } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import type { DeviceJournalRow } from '#contract/console-device-page.ts';
import type { DeviceDetail } from '#contract/console-rows.ts';
import type { HubClient } from '#renderer/link/console-client.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { useAnswer } from '#renderer/link/use-answer.ts';
import { useNews } from '#renderer/link/use-news.ts';
import { useView } from '#renderer/link/view-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { EmptyView } from '#renderer/pieces/empty-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { agoInWords, clockTime } from '#renderer/words/age.ts';
import {
  actorWords,
  kindFamilies,
  type KindFamily,
  kindsButReports,
  kindsOfFamily,
} from '#renderer/words/journal-kinds.ts';
import { SentenceView } from '#renderer/words/sentence-view.tsx';
import { DevicePicture } from './device-picture.tsx';

const pageRows = 100;
// Each is two hundred thousand rows of the site.
const mostParts = 50;
const families = ['connections', 'devices', 'twins', 'rollouts', 'messages'] as const satisfies readonly KindFamily[];
const withoutReports = 'without-reports';

export function DeviceTimeline({ detail }: { readonly detail: DeviceDetail }) {
  const [filter, setFilter] = useState<string>(withoutReports);
  return (
    <>
      <DevicePicture detail={detail} />
      <div className="device-row">
        <NativeSelect
          label="Show"
          value={filter}
          data={[
            { value: withoutReports, label: 'all but reports' },
            { value: 'all', label: 'everything' },
            ...families.map((family) => ({ value: family, label: kindFamilies[family] })),
          ]}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      </div>
      <Rows key={filter} detail={detail} kinds={kindsOf(filter)} />
    </>
  );
}

function kindsOf(filter: string): readonly string[] {
  if (filter === 'all') return [];
  const family = families.find((one) => one === filter);
  if (family !== undefined) return kindsOfFamily(family);
  return kindsButReports;
}

interface Older {
  readonly rows: readonly DeviceJournalRow[];
  readonly next: number | null;
}

function Rows({ detail, kinds }: { readonly detail: DeviceDetail; readonly kinds: readonly string[] }) {
  const { deviceId } = detail.row;
  const client = useHub((state) => state.client);
  const [older, setOlder] = useState<Older | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isReading, setIsReading] = useState(false);
  const asked = kinds.join(' ');
  const page = useCallback(
    (before: number | null) =>
      client === null
        ? Promise.reject(new Error('The hub is not there.'))
        : readRows(client, { deviceId, kinds: asked === '' ? [] : asked.split(' ') }, before),
    [client, deviceId, asked],
  );
  const askNewest = useCallback(() => page(null), [page]);
  const newest = useAnswer(client === null ? null : askNewest, useNews(detail));
  const first = newest.value;
  const rows = useMemo(() => joined(first?.rows ?? [], older?.rows ?? []), [first, older]);
  const next = older === null ? (first?.next ?? null) : older.next;

  async function readOlder(before: number): Promise<void> {
    setIsReading(true);
    setProblem(null);
    // The edge of a click: the words go where the person looks.
    try {
      const answer = await page(before);
      // The rows that stand here already stay, however many new ones come above them.
      setOlder((kept) => ({ rows: [...(kept?.rows ?? first?.rows ?? []), ...answer.rows], next: answer.next }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setIsReading(false);
  }

  if (newest.problem !== null && first === undefined) return <ProblemView text={newest.problem} where={deviceId} />;
  if (first === undefined) return <p className="dimmed">Reading the journal …</p>;
  if (rows.length === 0 && next === null)
    return (
      <EmptyView title="Nothing of this kind happened">
        Choose “everything” to see all that the journal has of it.
      </EmptyView>
    );
  return (
    <>
      <div className="surface scroll" tabIndex={0} role="region" aria-label="What happened">
        <table className="grid timeline-rows">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col">By</th>
              <th scope="col" className="number">
                Row
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <JournalRow key={row.seq} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {problem !== null && <ProblemView text={problem} />}
      {next !== null && (
        <Act variant="default" loading={isReading} onClick={() => void readOlder(next)}>
          Older
        </Act>
      )}
    </>
  );
}

/** The hub looks through a part of the journal at a time: where a part holds nothing of the device, it is asked for the next. */
async function readRows(
  client: HubClient,
  wanted: { readonly deviceId: string; readonly kinds: string[] },
  before: number | null,
): Promise<Older> {
  let answer = await client.deviceJournal.query({ ...wanted, before, limit: pageRows });
  for (let part = 1; part < mostParts && answer.rows.length === 0 && answer.next !== null; part += 1)
    answer = await client.deviceJournal.query({ ...wanted, before: answer.next, limit: pageRows });
  return answer;
}

/** Newest first, each once. */
function joined(newer: readonly DeviceJournalRow[], older: readonly DeviceJournalRow[]): readonly DeviceJournalRow[] {
  const last = newer.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER;
  const known = new Set(newer.map(({ seq }) => seq));
  const rest = older.filter(({ seq }) => !known.has(seq));
  return older.length === 0 || (rest[0]?.seq ?? 0) < last
    ? [...newer, ...rest]
    : [...newer, ...rest].toSorted((a, b) => b.seq - a.seq);
}

function JournalRow({ row }: { readonly row: DeviceJournalRow }) {
  return (
    <tr data-kind={row.kind}>
      <td className="timeline-when">
        <RowAge atMs={row.atMs} />
      </td>
      <td>
        <SentenceView entry={row} />
      </td>
      <td>{actorWords[row.actor]}</td>
      <td className="number dimmed">{row.seq}</td>
    </tr>
  );
}

function RowAge({ atMs }: { readonly atMs: number }) {
  // Drawn anew each minute: these rows are many.
  const nowMs = useView((view) => Math.floor(view.nowMs / 60_000) * 60_000 + 59_999);
  return (
    <>
      {clockTime(atMs)} <span className="dimmed">{agoInWords(Math.max(0, nowMs - 59_999 - atMs))}</span>
    </>
  );
}
