// The hub's process itself, as the bundle starts it: in the desktop shell, in a package, and for `npm run hub`.
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: reading and compiling the code is most of a start.
enableCompileCache();
const { runHub } = await import('./run-hub.ts');
await runHub();
