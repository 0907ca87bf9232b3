// The programs' log: JSON lines on stderr, so that stdout stays free for what scripts read.
import { pino, type Logger } from 'pino';

export function createProgramLog(program: 'hub' | 'agent' | 'demo'): Logger {
  const options = {
    name: program,
    level: process.env['LANYARD_LOG'] ?? 'info',
    redact: ['*.primaryKey', '*.secondaryKey', '*.password'],
  };
  return pino(options, pino.destination({ dest: 2, sync: true }));
}
