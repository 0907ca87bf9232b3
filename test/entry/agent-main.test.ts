// `npm run agent` as a user starts it: a mistake is one sentence and exit code 2, SIGTERM ends it cleanly.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { eventually } from '#test/support/eventually.ts';

let dir: string;
let caFile: string;
const device = 'HostName=127.0.0.1:1;DeviceId=d1;SharedAccessKey=a2V5';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'agent-main-'));
  caFile = join(dir, 'given-ca.pem');
  const ca = await openSiteCa({ dir, clock: createSystemClock() });
  await writeFile(caFile, ca.certificatePem);
});

afterAll(async () => {
  await rm(dir, { recursive: true });
});

function startAgent(...args: readonly string[]) {
  const child = spawn(process.execPath, ['src-main/entry/agent-main.ts', ...args]);
  let text = '';
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, text }));
  return { child, ended, text: () => text };
}

describe('npm run agent', () => {
  test.each([
    [[], '--connection-string is missing'],
    [['--connection-string', device], '--ca is missing'],
    [['--connection-string', device, '--ca', '/no/such'], '--ca /no/such is not a readable PEM certificate'],
    [['--connection-string', device, '--ca', 'package.json'], '--ca package.json is not a readable PEM certificate'],
    [['--connection-string', `${device};ModuleId=m`, '--ca', 'x'], 'without ModuleId'],
    [['--connection-string', 'HostName=h;DeviceId=d;SharedAccessKey=?', '--ca', 'x'], 'SharedAccessKey is not base64'],
    [['--connection-string', device, '--connection-string-file', 'f'], 'are both there: give one of them'],
    [['--connection-string-file', '/no/such', '--ca', 'x'], '--connection-string-file /no/such cannot be read'],
    [['--connection-string-file', 'package.json', '--ca', 'x'], 'the connection string'],
    [['--connection-string', device, '--ca', 'x', '--images-from', 'hub,hub'], '--images-from is an order'],
    [['--connection-string', device, '--ca', 'x', '--images-from', 'usb'], '--images-from is an order'],
    [['--connection-string', device, '--ca', 'x', '--hub-https-port', '0'], '--hub-https-port is a port'],
    [['--verbose'], "Unknown option '--verbose'"],
  ])('when started with %j, it says what is wrong and ends with 2', async (args, message) => {
    const { code, text } = await startAgent(...args).ended;
    expect(code).toBe(2);
    expect(text).toContain(message);
    expect(text.trim().split('\n')).toHaveLength(1);
  });

  test('when neither hub nor Docker is there, it waits, and ends cleanly on SIGTERM', async () => {
    const stateDir = join(dir, 'state');
    const flags = [
      '--connection-string',
      device,
      '--ca',
      caFile,
      '--docker',
      join(dir, 'no.sock'),
      '--state-dir',
      stateDir,
    ];
    const agent = startAgent(...flags);
    await eventually(() => {
      expect(agent.text()).toContain('The hub cannot be reached');
      expect(agent.text()).toContain('start Docker on the device');
    });
    expect((await stat(join(stateDir, 'trust', 'hub-ca.pem'))).isFile()).toBe(true);
    agent.child.kill('SIGTERM');
    expect((await agent.ended).code).toBe(0);
  });

  test('when another agent has the state directory, it says so; when that one is killed, the directory is free', async () => {
    const stateDir = join(dir, 'shared');
    const flags = ['--connection-string', device, '--ca', caFile, '--docker', join(dir, 'no.sock')];
    const first = startAgent(...flags, '--state-dir', stateDir);
    await eventually(() => expect(first.text()).toContain('not connected to the hub'));
    const { code, text } = await startAgent(...flags, '--state-dir', stateDir).ended;
    expect(code).toBe(2);
    expect(text).toBe(
      `Another agent is running on ${stateDir}: stop it, or start this one with another --state-dir.\n`,
    );
    first.child.kill('SIGKILL');
    await first.ended;
    const second = startAgent(...flags, '--state-dir', stateDir);
    await eventually(() => expect(second.text()).toContain('not connected to the hub'));
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);
  });

  test('when its connection string is in a file, it starts, and nobody can read the key from the list of processes', async () => {
    const file = join(dir, 'connection-string');
    await writeFile(file, `${device}\n`, { mode: 0o600 });
    const flags = ['--connection-string-file', file, '--ca', caFile, '--docker', join(dir, 'no.sock')];
    const agent = startAgent(...flags, '--state-dir', join(dir, 'quiet'));
    await eventually(() => expect(agent.text()).toContain('not connected to the hub'));
    expect(await readFile(`/proc/${agent.child.pid}/cmdline`, 'utf8')).not.toContain('SharedAccessKey');
    agent.child.kill('SIGTERM');
    expect((await agent.ended).code).toBe(0);
  });

  test('when the state directory cannot be made, it says so and ends with 2', async () => {
    const flags = ['--connection-string', device, '--ca', caFile, '--state-dir', join(caFile, 'below')];
    const { code, text } = await startAgent(...flags).ended;
    expect(code).toBe(2);
    expect(text).toContain('Give another with --state-dir');
  });
});
