// Mounts followed to where they lead: neither the engine nor the agent's own state is reached through a link, whatever the
// policy of the device opens.
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkBindSources } from '#agent/bind-sources.ts';
import { createPolicyReader } from '#agent/policy-file.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'binds-')));
  for (const name of ['state', 'shared', 'run']) await mkdir(join(root, name));
  await writeFile(join(root, 'state', 'policy.json'), JSON.stringify({ allowBindPrefixes: [root] }));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function mount(source: string): Promise<void> {
  const policy = createPolicyReader({
    dir: join(root, 'state'),
    engineSocket: join(root, 'run', 'engine.sock'),
    log: pino({ level: 'silent' }),
  });
  await checkBindSources({ HostConfig: { Binds: [`${source}:/mnt`] } }, await policy());
}

test('when a directory below an allowed one is mounted, it may be', async () => {
  await expect(mount(join(root, 'shared'))).resolves.toBeUndefined();
  await expect(mount(join(root, 'shared', 'not-yet', 'there'))).resolves.toBeUndefined();
});

test.each([
  ['the state', 'state'],
  ['the engine, though it does not listen yet', 'run/engine.sock'],
  ['a directory with the engine’s socket', 'run'],
  ['a system file that is not there now', '/var/run/docker.sock'],
])('when a link leads to %s, it is refused', async (_title, target) => {
  const link = join(root, 'shared', 'link');
  await symlink(target.startsWith('/') ? target : join('..', target), link);
  await expect(mount(link)).rejects.toThrow(/leads to/);
});

test('when the way to the engine cannot be followed, the policy is read all the same and closes it', async () => {
  await symlink('loop', join(root, 'loop'));
  const engineSocket = join(root, 'loop', 'engine.sock');
  const policy = createPolicyReader({ dir: join(root, 'state'), engineSocket, log: pino({ level: 'silent' }) });
  expect((await policy()).closedPaths).toContain(engineSocket);
});

test('when links go round in a circle, it is refused', async () => {
  const [one, other] = [join(root, 'shared', 'one'), join(root, 'shared', 'other')];
  await symlink(one, other);
  await symlink(other, one);
  await expect(mount(one)).rejects.toThrow();
});
