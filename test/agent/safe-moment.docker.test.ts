// On a real dockerd, without any hub: a module that runs as nobody holds the switch by its lock, another by its hook, and whoever
// stands at the device lets it go on.
import { randomUUID } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { dockerAgentSite } from '#test/support/docker-agent.ts';
import { eventually } from '#test/support/eventually.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const run = randomUUID().slice(0, 8);
const image = `lanyard-moment-${run}:1`;
const name = `press-${run}`;

/** `revision` makes it another container; nobody's user and group are 65534. */
const pressOf = (revision: string, labels: JsonObject): JsonObject => ({
  [name]: {
    settings: {
      image,
      createOptions: JSON.stringify({
        StopTimeout: 0,
        User: '65534:65534',
        Env: [`REVISION=${revision}`],
        Labels: { 'lanyard.settle-seconds': '1', ...labels },
      }),
    },
    restartPolicy: 'always',
  },
});

describe.skipIf(socketPath === '')('safe moment (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  let site: Awaited<ReturnType<typeof dockerAgentSite>>;

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '600']);
    site = await dockerAgentSite(docker, socketPath, `moment-${run}`);
  });
  afterAll(async () => {
    await site.removeAll();
    await docker.getImage(image).remove({ force: true });
  });

  type TestAgent = Awaited<ReturnType<typeof site.startAgent>>;
  const proven = async (labels: JsonObject): Promise<TestAgent> => {
    const agent = await site.startAgent(1, pressOf('1', labels));
    await eventually(() => expect(agent.last()).toMatchObject({ version: 1, outcome: { code: 200 } }), 30_000);
    return agent;
  };
  const want = async ({ memory, loop }: TestAgent, labels: JsonObject): Promise<void> => {
    const value = { schemaVersion: '1.1', modules: pressOf('2', labels) };
    await memory.change((state) => ({ ...state, desired: { version: 2, value } }));
    loop.wake();
  };
  const switched = (agent: TestAgent): Promise<void> =>
    eventually(() => expect(agent.last()).toMatchObject({ version: 2, hold: null, outcome: { code: 200 } }), 30_000);
  /** In the module's own container, as its own user. */
  const inModule = (script: string) =>
    site.ours().then((found) => {
      const id = found.find((container) => container.name === name)?.id ?? '';
      return site.engine.exec(id, ['sh', '-c', script], { limitMs: 10_000 });
    });

  test('when its module holds it, it is not stopped, by a new agent neither; what a crashed one left holds nothing', async () => {
    const labels = { 'lanyard.lock': 'true' };
    const agent = await proven(labels);
    expect(await inModule('echo cycle 12 of 40 > /run/lanyard/lock')).toEqual({ exitCode: 0, lastLine: '' });
    const [old] = await site.ours();
    await want(agent, labels);
    await eventually(() => expect(agent.last()?.hold?.message).toBe(`module '${name}' says 'cycle 12 of 40'`), 20_000);
    await agent.loop.stop();
    const second = await site.startAgent(2, pressOf('2', labels));
    await eventually(() => expect(second.last()?.hold?.by).toBe('lock'), 20_000);
    expect((await site.ours()).find((container) => container.name === name)).toEqual(old);
    await docker.getContainer(old?.id ?? '').kill();
    await switched(second);
    expect((await site.ours()).map(({ id }) => id)).not.toContain(old?.id);
    await second.loop.stop();
  }, 60_000);

  test('when its hook says no it is not stopped, whatever the hook is; a file on the device lets it go on', async () => {
    const labels = { 'lanyard.switch-hook': '["sh","-c","echo the oven is hot; exit 3"]' };
    const agent = await proven(labels);
    await want(agent, labels);
    const says = `the hook of module '${name}' says 'the oven is hot'`;
    await eventually(() => expect(agent.last()?.hold?.message).toBe(says), 20_000);
    const file = join(site.dir, 'switch-now');
    await writeFile(file, '');
    await switched(agent);
    await expect(access(file)).rejects.toThrow('ENOENT');
    await agent.loop.stop();
  }, 60_000);

  test.each([
    ['is not there', ['/bin/may-stop'], { exitCode: 126, lastLine: expect.stringContaining('no such file') as string }],
    ['is a directory', ['/proc'], { exitCode: 126, lastLine: expect.stringContaining('permission denied') as string }],
    ['speaks', ['sh', '-c', 'echo one; echo two; exit 7'], { exitCode: 7, lastLine: 'two' }],
  ])('when a command in a container %s, its end is told', async (_title, argv, end) => {
    const [container] = await site.ours();
    expect(await site.engine.exec(container?.id ?? '', argv, { limitMs: 10_000 })).toEqual(end);
  });

  test('when a command hangs, no other is run beside it until it has ended', async () => {
    const id = (await site.ours())[0]?.id ?? '';
    const limits = { limitMs: 500 };
    await expect(site.engine.exec(id, ['sleep', '2'], limits)).rejects.toThrow('had not ended after 0.5 s');
    await expect(site.engine.exec(id, ['true'], limits)).rejects.toThrow('has not ended yet');
    await eventually(async () =>
      expect(await site.engine.exec(id, ['true'], { limitMs: 10_000 })).toMatchObject({ exitCode: 0 }),
    );
  });
});
