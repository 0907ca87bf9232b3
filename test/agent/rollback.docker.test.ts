// On a real dockerd, without any hub: a revision that cannot run is tried once, the last good one serves again, and the
// device says why.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { once } from 'node:events';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { dockerAgentSite } from '#test/support/docker-agent.ts';
import { eventually } from '#test/support/eventually.ts';
import { importBusybox, loadForeignImage } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const run = randomUUID().slice(0, 8);
const moduleName = `back-${run}`;
const image = `lanyard-back-${run}:1`;
const foreignImage = `lanyard-back-${run}:foreign`;
const takenPort = createServer();

const terms = { attempt: 1, settleSeconds: 1, hold: 'none', switchWithinSeconds: null, isRollback: false };
const moduleOf = (createOptions: JsonObject, settings: JsonObject = {}): JsonObject => ({
  [moduleName]: {
    settings: { image, createOptions: JSON.stringify({ StopTimeout: 0, ...createOptions }), ...settings },
    restartPolicy: 'always',
  },
});
const good = moduleOf({ Cmd: ['sleep', '600'], Labels: { 'lanyard.settle-seconds': '1' } });

const portOf = (): string => {
  const address = takenPort.address();
  return String(typeof address === 'object' ? address?.port : 0);
};

describe.skipIf(socketPath === '')('rollback (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '600']);
    await loadForeignImage(docker, foreignImage);
    takenPort.listen(0, '127.0.0.1');
    await once(takenPort, 'listening');
  });
  afterAll(async () => {
    for (const name of [image, foreignImage]) await docker.getImage(name).remove({ force: true });
    takenPort.close();
  });

  const cases: [string, () => JsonObject, { verdict: string; code: string; says: string }][] = [
    [
      'exits at once',
      () => moduleOf({ Cmd: ['sh', '-c', 'echo no license; exit 3'] }),
      { verdict: 'failed-rolled-back', code: 'restart-loop', says: 'ended again and again, last with code 3' },
    ],
    [
      'hangs in its health check',
      () =>
        moduleOf({
          Cmd: ['sleep', '600'],
          Healthcheck: { Test: ['CMD', 'sleep', '60'], Interval: 5e8, Timeout: 5e8, Retries: 2 },
        }),
      { verdict: 'failed-rolled-back', code: 'unhealthy', says: 'is unhealthy by its own health check' },
    ],
    [
      'needs a port that is taken',
      () =>
        moduleOf({
          Cmd: ['sleep', '600'],
          ExposedPorts: { '80/tcp': {} },
          HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: portOf() }] } },
        }),
      { verdict: 'failed-rolled-back', code: 'start-failed', says: 'cannot be started' },
    ],
    [
      'is for another architecture',
      () => moduleOf({}, { image: foreignImage }),
      { verdict: 'refused', code: 'wrong-platform', says: 'has an image for linux/s390x' },
    ],
    [
      'cannot be pulled',
      () => moduleOf({}, { image: `nowhere.invalid/lanyard-${run}:1` }),
      { verdict: 'failed-unchanged', code: 'image-unavailable', says: 'cannot be pulled' },
    ],
  ];

  test.each(cases)(
    'when the new one %s, the old serves again within 30 s, after one try',
    async (_title, coming, want) => {
      const site = await dockerAgentSite(docker, socketPath, `back-${randomUUID().slice(0, 8)}`);
      try {
        const agent = await site.startAgent(1, good);
        await eventually(() => expect(agent.last()?.outcome?.code).toBe(200), 30_000);
        const old = (await site.ours())[0]?.id;
        const value = { schemaVersion: '1.1', modules: coming(), lanyard: terms };
        await agent.memory.change((state) => ({ ...state, desired: { version: 2, value } }));
        agent.loop.wake();
        let failedAtMs = 0;
        await eventually(() => {
          const { trial, lastAttempt } = agent.memory.current.course;
          expect(trial?.failure ?? lastAttempt?.reason).toMatchObject({ code: want.code });
          failedAtMs ||= Date.now();
        }, 90_000);
        await eventually(async () => {
          const [container] = await site.ours();
          expect([container?.id, container?.state]).toEqual([old, 'running']);
        }, 30_000);
        expect(Date.now() - failedAtMs).toBeLessThan(30_000);
        await eventually(() => expect(agent.memory.current.course.trial).toBe(null), 30_000);
        const { lastAttempt, attempts } = agent.memory.current.course;
        expect(lastAttempt).toMatchObject({ version: 2, attempt: 1, verdict: want.verdict });
        expect(lastAttempt?.reason?.message).toContain(`module '${moduleName}'`);
        expect(lastAttempt?.reason?.message).toContain(want.says);
        await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
        expect(agent.last()?.outcome?.description).toContain(want.says);
        agent.loop.wake();
        await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
        expect(agent.memory.current.course.attempts).toBe(attempts);
        expect(await site.standing()).toEqual([`${moduleName} ${image} running`]);
        await agent.loop.stop();
      } finally {
        await site.removeAll();
      }
    },
    200_000,
  );
});
