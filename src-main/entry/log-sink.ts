// Where a log goes: a file or a pipe that may take nothing for a while. Lines wait for it in memory, in order and whole, and a
// log that cannot be written ends or holds up no program. (pino's own destination throws at whoever logged, and its flush
// never returns from a full disk.)
import { writeSync } from 'node:fs';

export interface LogSink {
  write(line: string): void;
  /** Writes what waits, as far as it is taken now. */
  flush(): void;
}

// What comes beyond it is counted and dropped.
const keptBytes = 1024 * 1024;
const retryEveryMs = 250;

/** `onDropped` is called with the number of lines that are missing, once lines can be written again. */
export function createLogSink({ fd, onDropped }: { fd: number; onDropped: (lines: number) => void }): LogSink {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let retry: NodeJS.Timeout | undefined;

  function flush(): void {
    try {
      writeWaiting();
    } catch {
      // The log is where this would be told. A full disk, or a reader that is behind: both pass.
      retry ??= setTimeout(tryAgain, retryEveryMs).unref();
      return;
    }
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    onDropped(lines);
  }

  function writeWaiting(): void {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const written = writeSync(fd, next);
      waitingBytes -= written;
      // The rest of a line first, so that none is torn.
      if (written < next.length) waiting[0] = next.subarray(written);
      else waiting.shift();
    }
  }

  function tryAgain(): void {
    retry = undefined;
    flush();
  }

  return {
    write(line) {
      const bytes = Buffer.from(line);
      if (waitingBytes + bytes.length > keptBytes) {
        dropped += 1;
        return;
      }
      waiting.push(bytes);
      waitingBytes += bytes.length;
      flush();
    },
    flush,
  };
}
