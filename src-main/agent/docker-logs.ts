// Docker's log stream as lines. Without a terminal, stdout and stderr come in frames: one byte of stream, three of nothing,
// four of length, then that many bytes.
import type Docker from 'dockerode';
import type { LogLine, LogQuery } from './engine.ts';

export async function readLogs(
  docker: Docker,
  id: string,
  { tail, sinceS, untilS, abortSignal }: LogQuery & { readonly abortSignal: AbortSignal },
): Promise<LogLine[]> {
  const container = docker.getContainer(id);
  const details = await container.inspect({ abortSignal });
  const bytes = await container.logs({
    stdout: true,
    stderr: true,
    timestamps: true,
    tail: Math.min(tail, 10_000),
    since: sinceS,
    ...(untilS > 0 ? { until: untilS } : {}),
    abortSignal,
  });
  return readLogLines(bytes, { isTty: details.Config.Tty });
}

export function readLogLines(bytes: Buffer, { isTty }: { isTty: boolean }): LogLine[] {
  if (isTty) return linesOf('stdout', bytes.toString('utf8'));
  const lines: LogLine[] = [];
  let offset = 0;
  while (offset + 8 <= bytes.length) {
    const end = offset + 8 + bytes.readUInt32BE(offset + 4);
    const stream = bytes[offset] === 2 ? 'stderr' : 'stdout';
    lines.push(...linesOf(stream, bytes.toString('utf8', offset + 8, Math.min(end, bytes.length))));
    offset = end;
  }
  return lines;
}

function linesOf(stream: LogLine['stream'], text: string): LogLine[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [, timestamp, rest] = /^(\d{4}-\S+Z) ?(.*)$/s.exec(line) ?? [];
      return { stream, timestamp: timestamp ?? '', text: rest ?? line };
    });
}
