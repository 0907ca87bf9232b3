// The desktop shell started over the strict double of Electron, and what a test says to it: the hub's lines, words and deaths.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HubWord, SiteStatus } from '#contract/shell-port.ts';
import { runShell } from '#shell/run-shell.ts';
import { createElectronDouble } from './electron-double.ts';
import { eventually } from './eventually.ts';
import { createFakeClock } from './fake-clock.ts';

export const readyLine = (port: number) =>
  `${JSON.stringify({
    event: 'ready',
    console: `http://127.0.0.1:${port}/#token=t${port}`,
    https: 'https://127.0.0.1:8443',
    mqtts: 'mqtts://127.0.0.1:8883',
    caFile: '/ca.pem',
    serviceConnectionString: 'HostName=h',
    pid: 1,
  })}\n`;

export function aSiteStatus(more: Partial<SiteStatus> = {}): SiteStatus {
  const devices = { all: 50, connected: 47, failing: 0 };
  return {
    kind: 'site-status',
    devices,
    openRollouts: more.rollouts?.length ?? 0,
    rollouts: [],
    imageWork: [],
    ...more,
  };
}

export const aRollout = (deploymentId = 'line-v2', more: Partial<SiteStatus['rollouts'][number]> = {}) =>
  ({ deploymentId, status: 'in-progress', devices: 50, ended: 12, ...more }) as const;

type SetUp = Parameters<typeof createElectronDouble>[0] & {
  readonly args?: readonly string[];
  readonly platform?: NodeJS.Platform;
};

export async function startShell({ args = [], platform = 'linux', ...ofElectron }: SetUp = {}) {
  const double = createElectronDouble({ ...ofElectron, userDataDir: ofElectron.userDataDir ?? aFolder() });
  const clock = createFakeClock();
  const logged: string[] = [];
  const { endNow } = runShell({
    electron: double.electron,
    clock,
    onLog: (text) => logged.push(text),
    bundleDir: '/app/out/main',
    platform,
    args,
    cwd: '/home/t',
  });
  const hub = async (at: number) =>
    eventually(() => {
      const found = double.forked[at];
      if (found === undefined) throw new Error(`hub ${at} was not started`);
      return found;
    });
  /** The hub serves, and the page is loaded. */
  const serve = async (port = 4000, at = 0) => {
    const { stdout } = await hub(at);
    stdout.emit('data', Buffer.from(readyLine(port)));
    const window = double.windows[0];
    if (window === undefined) throw new Error('no window was opened');
    await Promise.resolve();
    return window;
  };
  const say = async (word: HubWord) => (await hub(0)).events.emit('message', word);
  return { ...double, clock, logged, endNow, hub, serve, say };
}

/** Of an app's first start; gone with the test. */
function aFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'shell-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}
