// For `node --import`: gives a forked process the port that Electron gives its utility processes, over Node's own channel.
import type { ShellPort } from '#entry/shell-link.ts';

const port: ShellPort = {
  on: (event, listener) => process.on(event, (data: unknown) => listener({ data })),
  postMessage: (word) => process.send?.(word),
};
Object.defineProperty(process, 'parentPort', { value: port });
