// An engine for the tests: the one that serves already, else a dockerd of our own with its own socket, data and bridge.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { addPrivateBridge, type PrivateBridge } from './private-bridge.ts';

interface TestEngine {
  readonly socketPath: string;
  stop(): Promise<void>;
}

export type EngineOutcome = TestEngine | { readonly missing: string };

/** True when an engine answers `GET /_ping` on the socket. */
function answersPing(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
}

export async function findOrStartEngine(): Promise<EngineOutcome> {
  const serving = '/var/run/docker.sock';
  if (existsSync(serving) && (await answersPing(serving))) return { socketPath: serving, stop: async () => {} };
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return { missing: 'no Docker engine answers, and only root on Linux can start a private one' };
  }
  if (!existsSync('/usr/sbin/dockerd')) return { missing: 'no Docker engine answers, and dockerd is not installed' };
  let bridge: PrivateBridge;
  try {
    bridge = addPrivateBridge();
  } catch (error) {
    // A machine that lets nobody add one, or has no iproute2: what needs an engine is skipped, and the reason printed.
    return {
      missing: `no bridge can be added for a private dockerd: ${String(error)}`,
    };
  }
  return startPrivateEngine(bridge);
}

async function startPrivateEngine(bridge: PrivateBridge): Promise<EngineOutcome> {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-docker-'));
  const socketPath = join(home, 'docker.sock');
  const logPath = join(home, 'dockerd.log');
  const log = openSync(logPath, 'w');
  const daemon = spawn(
    '/usr/sbin/dockerd',
    [
      ['--data-root', join(home, 'data')],
      ['--exec-root', join(home, 'exec')],
      ['--pidfile', join(home, 'pid')],
      ['--bridge', bridge.name],
      ['-H', `unix://${socketPath}`],
    ].flat(),
    { stdio: ['ignore', log, log] },
  );
  closeSync(log);
  const stop = async () => {
    await stopEngine(daemon, home);
    bridge.remove();
  };
  try {
    await eventually(async () => {
      if (daemon.exitCode !== null) return;
      if (!(await answersPing(socketPath))) throw new Error('no answer yet');
    }, 60_000);
  } catch {
    // Falls through: the daemon neither ended nor answered, and is stopped below.
  }
  if (daemon.exitCode === null && (await answersPing(socketPath))) return { socketPath, stop };
  const lastLine = readFileSync(logPath, 'utf8').trim().split('\n').at(-1) ?? '';
  await stop();
  return { missing: `a private dockerd would not start: ${lastLine}` };
}

async function stopEngine(daemon: ChildProcess, home: string): Promise<void> {
  if (daemon.exitCode === null) {
    const ended = new Promise((resolve) => daemon.once('exit', resolve));
    daemon.kill('SIGTERM');
    await ended;
  }
  // The daemon leaves the namespace of host networking mounted.
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const ours = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(home));
  for (const path of ours.toReversed()) spawnSync('umount', [path], { stdio: 'inherit' });
  rmSync(home, { recursive: true, force: true });
}
