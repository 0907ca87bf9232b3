// The hub and the agent as their users run them: processes of their own, told apart by what they print.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** The line `npm run hub` prints when it serves. */
interface ReadyLine {
  readonly event: 'ready';
  readonly console: string;
  readonly https: string;
  readonly mqtts: string;
  readonly caFile: string;
  readonly serviceConnectionString: string;
  readonly pid: number;
}

export interface TestProcess {
  readonly child: ChildProcess;
  /** What it has written to stderr so far. */
  stderr(): string;
  /** Sends the signal and resolves with how it ended. */
  end(signal: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface HubProcess extends TestProcess {
  readonly ready: ReadyLine;
  readonly httpsPort: number;
  readonly mqttPort: number;
}

function startProcess(program: string, args: readonly string[], nodeArgs: readonly string[] = []): TestProcess {
  const child = spawn(process.execPath, [...nodeArgs, program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-200_000);
  });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    child,
    stderr: () => text,
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
}

/**
 * Starts `npm run hub` with these flags; rejects with its stderr when it ends before it serves. `nodeArgs` go to Node itself
 * (a profile, a module to load first).
 */
export async function startHubProcess(
  args: readonly string[],
  { nodeArgs = [] }: { readonly nodeArgs?: readonly string[] } = {},
): Promise<HubProcess> {
  const hub = startProcess('src-main/entry/hub-main.js', args, nodeArgs);
  const ready = await new Promise<ReadyLine>((resolve, reject) => {
    hub.child.once('exit', (code) => reject(new Error(`the hub ended with code ${code}: ${hub.stderr()}`)));
    createInterface({ input: hub.child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const said = JSON.parse(line) as ReadyLine;
      if (said.event === 'ready') resolve(said);
    });
  });
  return { ...hub, ready, httpsPort: portOf(ready.https, 443), mqttPort: portOf(ready.mqtts, 8883) };
}

/** Starts `npm run agent` with these flags. */
export function startAgentProcess(args: readonly string[]): TestProcess {
  return startProcess('src-main/entry/agent-main.ts', args);
}

function portOf(url: string, standard: number): number {
  return Number(/:(\d+)\/?$/.exec(url)?.[1] ?? standard);
}
