// The hub's process itself, as the bundle starts it: in the desktop shell, in a package, and for `npm run hub`.
import { enableCompileCache, flushCompileCache } from 'node:module';

// Before anything else is loaded: reading and compiling the code is most of a start.
enableCompileCache();
const { runHub } = await import('./run-hub.ts');
await runHub();
// Node keeps what it compiled when a process ends by itself. A hub whose power is cut never does, and each of its starts would be a first.
flushCompileCache();
