// Writes the rows that are asked for to a file, page by page: so many rows are told as were read, and it can be ended.
import { Radio } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { HistoryQuery } from '#contract/console-history.ts';
import type { HubClient } from '#renderer/link/console-client.ts';
import { saveBytes } from '#renderer/link/desktop.ts';
import { useHub } from '#renderer/link/hub-store.ts';
import { Act } from '#renderer/pieces/act.tsx';
import { DialogView } from '#renderer/pieces/dialog-view.tsx';
import { ProblemView } from '#renderer/pieces/problem-view.tsx';
import { bytesInWords } from '#renderer/words/bytes.ts';
import { fileHead, fileLine, fileName, type HistoryFormat } from './history-file.ts';
import { rowsAsked } from './rows-asked.ts';

const pageRows = 200;
/** What a page holds in memory; beyond it the time is to be shortened. */
const mostBytes = 256 * 1024 * 1024;

interface Course {
  readonly rows: number;
  readonly bytes: number;
  /** The row it is at, of how many. */
  readonly atSeq: number | null;
  readonly newestSeq: number;
}

const nowhere: Course = { rows: 0, bytes: 0, atSeq: null, newestSeq: 0 };

export function HistoryExport({ query, onClose }: { readonly query: HistoryQuery; readonly onClose: () => void }) {
  const client = useHub((state) => state.client);
  const [format, setFormat] = useState<HistoryFormat>('csv');
  const [course, setCourse] = useState<Course | null>(null);
  const [told, setTold] = useState<{ readonly words: string; readonly isProblem: boolean } | null>(null);
  const calling = useRef<AbortController | null>(null);
  useEffect(() => () => calling.current?.abort(), []);

  async function run(): Promise<void> {
    if (client === null) return;
    const mine = new AbortController();
    calling.current = mine;
    setTold(null);
    setCourse(nowhere);
    // The edge of a click: whatever goes wrong is told here.
    try {
      const { parts, last } = await collect({ client, query, format, signal: mine.signal, onCourse: setCourse });
      const saved = await saveBytes(fileName(format, Date.now()), await bytesOf(parts));
      setTold(outcomeWords(saved, last));
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      setTold(
        mine.signal.aborted ? { words: 'Stopped; nothing was saved.', isProblem: false } : { words, isProblem: true },
      );
    } finally {
      setCourse(null);
    }
  }

  return (
    <DialogView title="Export the history" onClose={onClose}>
      <p>These rows go into the file, each with its sentence and its whole detail:</p>
      <dl className="history-asked">
        {rowsAsked(query).map(([word, meaning]) => (
          <div key={word}>
            <dt>{word}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Radio.Group label="Format" value={format} onChange={(chosen) => setFormat(chosen === 'jsonl' ? 'jsonl' : 'csv')}>
        <Radio value="csv" label="CSV, for a table program" mt={8} disabled={course !== null} />
        <Radio value="jsonl" label="JSON Lines, for a program" mt={8} disabled={course !== null} />
      </Radio.Group>
      <div role="status" className="history-reach">
        {course !== null && (
          <span>
            {course.rows} rows, {bytesInWords(course.bytes)}
            {course.atSeq !== null && `; looked back to row ${course.atSeq} of ${course.newestSeq}`}
          </span>
        )}
        {told !== null && !told.isProblem && <span>{told.words}</span>}
      </div>
      {told?.isProblem === true && <ProblemView text={told.words} where="The export" />}
      <div className="dialog-acts">
        {course === null ? (
          <>
            <Act variant="default" onClick={onClose}>
              Close
            </Act>
            <Act onClick={() => void run()}>Export</Act>
          </>
        ) : (
          <Act variant="default" onClick={() => calling.current?.abort()}>
            Stop
          </Act>
        )}
      </div>
    </DialogView>
  );
}

function outcomeWords(saved: Awaited<ReturnType<typeof saveBytes>>, { rows }: Course) {
  if (saved.kind === 'refused') return { words: saved.words, isProblem: true };
  if (saved.kind === 'none') return { words: 'Nothing was saved.', isProblem: false };
  return {
    words: `${rows} ${rows === 1 ? 'row was' : 'rows were'} saved${saved.path === null ? '' : ` as ${saved.path}`}.`,
    isProblem: false,
  };
}

async function collect(asked: {
  readonly client: HubClient;
  readonly query: HistoryQuery;
  readonly format: HistoryFormat;
  readonly signal: AbortSignal;
  readonly onCourse: (course: Course) => void;
}): Promise<{ readonly parts: readonly Blob[]; readonly last: Course }> {
  const { client, query, format, signal } = asked;
  const parts: Blob[] = [new Blob([fileHead(format)])];
  let course = nowhere;
  let before: number | null = null;
  do {
    const page: Awaited<ReturnType<HubClient['history']['query']>> = await client.history.query(
      { query, before, limit: pageRows, isWhole: true },
      { signal },
    );
    const part = new Blob(page.rows.map((row) => fileLine(row, format)));
    parts.push(part);
    before = page.next;
    course = {
      rows: course.rows + page.rows.length,
      bytes: course.bytes + part.size,
      atSeq: before,
      newestSeq: Math.max(course.newestSeq, page.newestSeq),
    };
    asked.onCourse(course);
    if (course.bytes > mostBytes)
      throw new Error(
        `The file would be larger than ${bytesInWords(mostBytes)}: ask for a shorter time, and export again.`,
      );
  } while (before !== null);
  return { parts, last: course };
}

async function bytesOf(parts: readonly Blob[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob([...parts]).arrayBuffer());
}
