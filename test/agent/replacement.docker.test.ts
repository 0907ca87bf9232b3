// On a real dockerd: the agent is lost before and after every engine call of a replacement, and of one that fails, in turn;
// its successor ends at all new, or all old, with one container and nothing else, within 30 s.
import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { isAlive } from '#domain/updates/agent-state.ts';
import { dieAt, dockerAgentSite } from '#test/support/docker-agent.ts';
import { eventually } from '#test/support/eventually.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const run = randomUUID().slice(0, 8);
const deviceId = `cut-${run}`;
const moduleName = `web-${run}`;
const image = `lanyard-${deviceId}:1`;

/** What ends by itself must be seen to do so; the others are proven as soon as they run. */
const moduleOf = (value: string, command: readonly string[]): JsonObject => {
  const settle = command[0] === 'false' ? '1' : '0';
  const createOptions = JSON.stringify({ Cmd: command, StopTimeout: 0, Labels: { 'lanyard.settle-seconds': settle } });
  return { [moduleName]: { settings: { image, createOptions }, restartPolicy: 'never', env: { V: { value } } } };
};

const cutsOf = (calls: number) =>
  Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) =>
    (['before', 'after'] as const).map((when) => ({ call, when })),
  );

describe.skipIf(socketPath === '')('replacement (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  let site: Awaited<ReturnType<typeof dockerAgentSite>>;
  let version = 0;
  let good = { version: 0, modules: {} as JsonObject };

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '600']);
    site = await dockerAgentSite(docker, socketPath, deviceId);
    version += 1;
    good = { version, modules: moduleOf('v1', ['sleep', '600']) };
    const first = await site.startAgent(good.version, good.modules);
    await eventually(() => expect(first.last()?.outcome?.code).toBe(200), 30_000);
    await first.loop.stop();
  });
  afterAll(async () => {
    await site.removeAll();
    await docker.getImage(image).remove({ force: true });
  });

  async function loseAgent(modules: JsonObject, { call, when }: { call: number; when: 'before' | 'after' }) {
    version += 1;
    const mortal = dieAt(site.engine, call, when);
    const victim = await site.startAgent(version, modules, mortal.engine);
    await mortal.died;
    void victim.loop.stop();
    expect((await site.ours()).filter((found) => isAlive(found)).length).toBeLessThanOrEqual(1);
    const startedAtMs = Date.now();
    const next = await site.startAgent(version, modules);
    await eventually(() => {
      const { trial, lastAttempt } = next.memory.current.course;
      expect([trial, lastAttempt?.version]).toEqual([null, version]);
    }, 30_000);
    expect(Date.now() - startedAtMs).toBeLessThan(30_000);
    await next.loop.stop();
    const standing = await site.ours();
    expect(standing.map((found) => `${found.name} ${found.state}`)).toEqual([`${moduleName} running`]);
    const details = await docker.getContainer(standing[0]?.id ?? '').inspect();
    return { details, verdict: next.memory.current.course.lastAttempt?.verdict };
  }

  // create, stop, rename to .prev, rename from .next, start, remove
  test.each(cutsOf(6))('when it is lost $when call $call of a replacement, all is new', async (cut) => {
    const modules = moduleOf(`v${version + 1}`, ['sleep', '600']);
    const { details, verdict } = await loseAgent(modules, cut);
    expect(verdict).toBe('done');
    expect(details.Config.Env).toContain(`V=v${version}`);
    expect(details.Mounts).toMatchObject([{ Destination: '/etc/lanyard', RW: false }]);
    expect(details.HostConfig.RestartPolicy).toMatchObject({ Name: 'no' });
    good = { version, modules };
  });

  // create, stop, rename to .prev, rename from .next, start, remove, rename from .prev, start
  test.each(cutsOf(8))('when it is lost $when call $call of one that fails, all is old', async (cut) => {
    const { details, verdict } = await loseAgent(moduleOf(`v${version + 1}`, ['false']), cut);
    expect(verdict).toBe('failed-rolled-back');
    expect(details.Config.Env).toContain(`V=v${good.version}`);
  });
});
