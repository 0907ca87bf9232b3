// `npm run demo`: the hub with a living site of twelve simulated devices. Flags are those of `npm run hub`.
import { enableCompileCache } from 'node:module';

enableCompileCache();
process.argv.splice(2, 0, '--demo', '12');
const { runHub } = await import('./run-hub.ts');
await runHub();
