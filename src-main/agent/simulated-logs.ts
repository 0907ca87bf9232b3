// What a simulated container writes: the same lines for the same run whenever they are read, so that a log can be followed, searched
// and cut by time as a real one.
import type { ObservedContainer } from '#domain/updates/agent-state.ts';
import type { LogLine, LogQuery } from './engine.ts';

const everyMs = 2_000;
/** A run of weeks is not written out whole. */
const mostLines = 10_000;

/** Oldest first. */
export function simulatedLogs(
  container: ObservedContainer | undefined,
  { tail, sinceS, untilS }: LogQuery,
  nowMs: number,
): readonly LogLine[] {
  if (container === undefined || container.startedAtMs === 0) return [];
  const { image, startedAtMs, finishedAtMs, state, exitCode } = container;
  const hasEnded = state === 'exited';
  const endMs = hasEnded ? finishedAtMs : nowMs;
  const written = Math.max(0, Math.ceil((endMs - startedAtMs) / everyMs) - 1);
  const first = Math.max(0, written - mostLines);
  const lines: LogLine[] = first === 0 ? [line(startedAtMs, `${image} started`)] : [];
  for (let at = first; at < written; at += 1) lines.push(workLine(startedAtMs + (at + 1) * everyMs, at + 1));
  if (hasEnded) lines.push(line(finishedAtMs, `ended: code ${exitCode}`));
  const within = lines.filter(({ timestamp }) => {
    const atS = Math.floor(Date.parse(timestamp) / 1_000);
    return atS >= sinceS && (untilS === 0 || atS <= untilS);
  });
  return within.slice(-tail);
}

/** Now and then something is worth a warning, coloured as programs do for a terminal. */
function workLine(atMs: number, number: number): LogLine {
  if (number % 15 === 0)
    return {
      ...line(atMs, `\u001b[33mWARN\u001b[0m cycle ${number} took ${80 + (number % 7) * 11} ms`),
      stream: 'stderr',
    };
  return line(atMs, `INFO cycle ${number} done, value ${(20 + 5 * Math.sin(number / 9)).toFixed(2)}`);
}

function line(atMs: number, text: string): LogLine {
  return { stream: 'stdout', timestamp: new Date(atMs).toISOString(), text };
}
