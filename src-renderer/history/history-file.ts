// Rows of the journal as a file: CSV for a table, JSON Lines for a program. Text of devices must not become a formula in a table.
import type { HistoryRow } from '#contract/console-history.ts';
import { actorWords } from '../words/journal-kinds.ts';
import { journalText } from '../words/journal-words.ts';

export type HistoryFormat = 'csv' | 'jsonl';

const columns = ['row', 'time', 'kind', 'who', 'device', 'module', 'deployment', 'sentence', 'detail'] as const;

export function fileHead(format: HistoryFormat): string {
  // A table program takes a file for UTF-8 when it begins with this mark.
  return format === 'csv' ? `\uFEFF${columns.join(',')}\r\n` : '';
}

export function fileLine(row: HistoryRow, format: HistoryFormat): string {
  const { seq, atMs, kind, actor, deviceId, moduleId, deploymentId, detail } = row;
  const time = new Date(atMs).toISOString();
  if (format === 'jsonl')
    return `${JSON.stringify({ seq, time, kind, actor, deviceId, moduleId, deploymentId, detail })}\n`;
  const who = actorWords[actor] ?? actor;
  const texts = [
    kind,
    who,
    deviceId ?? '',
    moduleId ?? '',
    deploymentId ?? '',
    journalText(row),
    JSON.stringify(detail),
  ];
  return `${[String(seq), time, ...texts.map(csvField)].join(',')}\r\n`;
}

/** Quoted, and with an apostrophe before what a table program would run: `=1+1` → `"'=1+1"`. */
export function csvField(text: string): string {
  const harmless = /^[\s]*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

export function fileName(format: HistoryFormat, nowMs: number): string {
  return `history-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}.${format}`;
}
