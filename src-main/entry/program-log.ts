// The programs' log: JSON lines on stderr, so that stdout stays free for what scripts read.
import { pino, type Logger } from 'pino';
import { createLogSink } from './log-sink.ts';

/** `remember` is given every line too, whether it can be written or not. */
export function createProgramLog(program: 'hub' | 'agent' | 'demo', remember?: (line: string) => void): Logger {
  const options = {
    name: program,
    level: process.env['LANYARD_LOG'] ?? 'info',
    redact: ['*.primaryKey', '*.secondaryKey', '*.password'],
  };
  const sink = createLogSink({
    fd: 2,
    onDropped: (lines) =>
      log.warn({ lines }, 'log lines are missing here: they could not be written, and were too many'),
  });
  process.once('exit', () => sink.flush());
  const write = (line: string): void => {
    remember?.(line);
    sink.write(line);
  };
  const log = pino(options, { write });
  return log;
}
