// A log as a file: each line with its time and module, without what would colour a terminal.
import { saveText } from '#renderer/link/desktop.ts';
import type { LogLine } from './log-lines.ts';

/** Resolves with what came of it, in words; empty when there is nothing to say. */
export async function saveLog(name: string, lines: readonly LogLine[]): Promise<string> {
  const text = lines
    .map(({ time, module, text: line }) => `${time === null ? '' : `${time} `}${module} ${line}\n`)
    .join('');
  const outcome = await saveText(name.replaceAll(/[^\w.-]+/g, '-'), text);
  if (outcome.kind === 'refused') return outcome.words;
  return outcome.kind === 'saved' ? 'The log was saved.' : '';
}
