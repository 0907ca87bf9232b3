// Rows of the journal as a file: CSV for a table, JSON Lines for a program. Text of devices must not become a formula in a table.
import type { HistoryRow } from '#contract/console-history.ts';
import { actorWords } from '#renderer/words/journal-kinds.ts';
import { journalText } from '#renderer/words/journal-words.ts';

export type HistoryFormat = 'csv' | 'jsonl';

const columns = ['row', 'time', 'kind', 'who', 'device', 'module', 'deployment', 'sentence', 'detail'] as const;

export function fileHead(format: HistoryFormat): string {
  // A table program takes a file for UTF-8 when it begins with this mark.
  return format === 'csv' ? `\uFEFF${columns.join(',')}\r\n` : '';
}

export function fileLine(row: HistoryRow, format: HistoryFormat): string {
  const { seq, atMs, kind, actor, deviceId, moduleId, deploymentId, detail } = row;
  if (format === 'jsonl')
    return `${JSON.stringify({ seq, time: new Date(atMs).toISOString(), kind, actor, deviceId, moduleId, deploymentId, detail })}\n`;
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
  return `${[String(seq), localTime(atMs), ...texts.map(csvField)].join(',')}\r\n`;
}

/** Quoted, and with an apostrophe before what a table program would run: `=1+1` → `"'=1+1"`. */
export function csvField(text: string): string {
  const harmless = /^[\s]*[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

/** By the clock on the wall, and how far that is from UTC: `2026-11-21T17:05:09.120+01:00`. */
export function localTime(atMs: number, offsetMin = -new Date(atMs).getTimezoneOffset()): string {
  const wall = new Date(atMs + offsetMin * 60_000).toISOString().slice(0, -1);
  const far = Math.abs(offsetMin);
  return `${wall}${offsetMin < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
}

function two(count: number): string {
  return String(count).padStart(2, '0');
}

export function fileName(format: HistoryFormat, nowMs: number): string {
  return `history-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')}.${format}`;
}
