// `npm run hub`: the hub without a window. One JSON line on stdout when it serves, logs on stderr.
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: reading and compiling the sources is most of a start.
enableCompileCache();
const { runHub } = await import('./run-hub.ts');
await runHub();
