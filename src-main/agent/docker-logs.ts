// Docker's log stream as lines. Without a terminal, stdout and stderr come in frames: one byte of stream, three of nothing,
// four of length, then that many bytes.
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import type { LogLine, LogQuery } from './engine.ts';

// Ten thousand lines can be a hundred megabytes; an answer holds a thousandth of that, and a pattern picks from these.
const mostBytes = 2 * 1024 * 1024;
const headerBytes = 8;

/** The newest lines, as many as two megabytes hold. */
export async function readLogs(
  docker: Docker,
  id: string,
  { tail, sinceS, untilS, abortSignal }: LogQuery & { readonly abortSignal: AbortSignal },
): Promise<LogLine[]> {
  const container = docker.getContainer(id);
  const { Config } = await container.inspect({ abortSignal });
  const options = {
    stdout: true,
    stderr: true,
    timestamps: true,
    tail: Math.min(tail, 10_000),
    since: sinceS,
    ...(untilS > 0 ? { until: untilS } : {}),
  };
  const newest = createLogTail({ isTty: Config.Tty, mostBytes });
  for await (const chunk of await openLogs(docker, id, { options, abortSignal })) newest.add(chunk as Buffer);
  return readLogLines(newest.bytes(), { isTty: Config.Tty });
}

/** As a stream: dockerode's own `logs` gathers everything there is in memory unless it follows for ever. */
function openLogs(
  docker: Docker,
  id: string,
  { options, abortSignal }: { readonly options: object; readonly abortSignal: AbortSignal },
): Promise<Readable> {
  const statusCodes = { 200: true, 404: 'no such container', 500: 'server error' };
  const request = { path: `/containers/${id}/logs?`, method: 'GET', isStream: true, statusCodes, options, abortSignal };
  const modem = docker.modem as {
    dial(request: object, settle: (error: Error | null, stream: Readable) => void): void;
  };
  return new Promise((resolve, reject) => {
    modem.dial(request, (error, stream) => (error === null ? resolve(stream) : reject(error)));
  });
}

interface LogTail {
  add(chunk: Buffer): void;
  bytes(): Buffer;
}

/** Keeps the newest bytes of a log as it streams by, in whole frames; of a terminal's, which has none, in whole lines. */
export function createLogTail({
  isTty,
  mostBytes: most,
}: {
  readonly isTty: boolean;
  readonly mostBytes: number;
}): LogTail {
  const frames: Buffer[] = [];
  let kept = 0;
  let rest: Buffer = Buffer.alloc(0);

  function keep(frame: Buffer): void {
    frames.push(frame);
    kept += frame.length;
    while (kept > most && frames.length > 1) kept -= frames.shift()?.length ?? 0;
  }

  return {
    add(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = frameEnd(rest, isTty); end > 0 && end <= rest.length; end = frameEnd(rest, isTty)) {
        // A copy: a part would keep the whole chunk it was cut from.
        keep(Buffer.from(rest.subarray(0, end)));
        rest = rest.subarray(end);
      }
      // A terminal's line may never end.
      if (isTty && rest.length > most) rest = Buffer.from(rest.subarray(-most));
    },
    // What is cut short at the end is read as far as it goes.
    bytes: () => Buffer.concat([...frames, rest]),
  };
}

/** Where the first frame ends, which may be beyond what is there; 0 when that is not known yet. */
function frameEnd(bytes: Buffer, isTty: boolean): number {
  if (isTty) return bytes.indexOf(0x0a) + 1;
  return bytes.length < headerBytes ? 0 : headerBytes + bytes.readUInt32BE(4);
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
