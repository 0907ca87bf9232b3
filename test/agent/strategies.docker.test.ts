// On a real dockerd, without any hub: how each update strategy lets go of the old one, and that each of them comes back when the new
// one fails. Whoever would pull gets the image under its name from a shelf that stands for the registry.
import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDockerEngine } from '#agent/docker-engine.ts';
import type { Engine } from '#agent/engine.ts';
import { unready } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { strategyLabel, updateStrategies, type UpdateStrategy } from '#domain/manifests/update-strategy.ts';
import { dockerAgentSite } from '#test/support/docker-agent.ts';
import { eventually } from '#test/support/eventually.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const run = randomUUID().slice(0, 8);
const shelf = `lanyard-shelf-${run}:1`;
const limitMs = 60_000;

describe.skipIf(socketPath === '')(
  'update strategies (need LANYARD_TEST_DOCKER, the socket of a dockerd)',
  { concurrent: true },
  () => {
    const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });

    beforeAll(() => importBusybox(docker, shelf, ['sleep', '600']));
    afterAll(async () => {
      await docker.getImage(shelf).remove({ force: true });
    });

    /** A device that runs version 1, proven; what it does from then on is noted. */
    async function deviceWith(strategy: UpdateStrategy) {
      // Devices of one engine share its names.
      const repository = `lanyard-way-${randomUUID().slice(0, 8)}`;
      const moduleName = repository;
      const site = await dockerAgentSite(docker, socketPath, repository);
      const image = (version: number): string => `${repository}:${version}`;
      const fetchable = new Set([image(1), image(2)]);
      const done: string[] = [];
      const noted =
        <Args extends unknown[]>(verb: string, call: (...args: Args) => Promise<void>) =>
        async (...args: Args): Promise<void> => {
          done.push(verb);
          await call(...args);
        };
      const { engine } = site;
      const over: Engine = {
        ...engine,
        async pull({ image: wanted }) {
          if (!fetchable.has(wanted))
            throw unready('agent.image', `Image '${wanted}' cannot be pulled: no such manifest.`);
          done.push('pull');
          const [repo = '', tag = ''] = wanted.split(':');
          await docker.getImage(shelf).tag({ repo, tag });
        },
        removeImage: noted('removeImage', (name) => engine.removeImage(name)),
        create: noted('create', (request) => engine.create(request)),
        start: noted('start', (id) => engine.start(id)),
        stop: noted('stop', (id) => engine.stop(id)),
        remove: noted('remove', (id) => engine.remove(id)),
      };
      const modulesOf = (version: number, command: readonly string[], extra: JsonObject = {}): JsonObject => {
        const Labels = { [strategyLabel]: strategy, 'lanyard.settle-seconds': '1' };
        const createOptions = JSON.stringify({ Cmd: command, StopTimeout: 0, Labels, ...extra });
        return { [moduleName]: { settings: { image: image(version), createOptions }, restartPolicy: 'never' } };
      };
      const agent = await site.startAgent(1, modulesOf(1, ['sleep', '600']), over);
      await eventually(() => expect(agent.last()?.outcome?.code).toBe(200), limitMs);
      done.length = 0;

      async function update(command: readonly string[], extra: JsonObject = {}) {
        const value = { schemaVersion: '1.1', modules: modulesOf(2, command, extra) };
        await agent.memory.change((state) => ({ ...state, desired: { version: 2, value } }));
        agent.loop.wake();
        await eventually(() => {
          const { trial, lastAttempt } = agent.memory.current.course;
          expect([trial, lastAttempt?.version]).toEqual([null, 2]);
        }, limitMs);
        return agent.memory.current.course.lastAttempt;
      }

      return {
        site,
        moduleName,
        image,
        fetchable,
        done,
        agent,
        update,
        async images(): Promise<readonly number[]> {
          const present = await engine.presentImages([image(1), image(2)]);
          return [1, 2].filter((version) => present.has(image(version)));
        },
        async end(): Promise<void> {
          await agent.loop.stop();
          await site.removeAll();
          for (const version of [1, 2]) await engine.removeImage(image(version));
        },
      };
    }

    const ways: Readonly<Record<UpdateStrategy, string>> = {
      'download-then-kill': 'pull create stop start remove',
      'kill-then-download': 'stop pull create start remove',
      'delete-then-download': 'stop remove removeImage pull create start',
      'hand-over': 'pull create start stop remove',
    };
    test.each(updateStrategies)(
      'when the strategy is %s, the new one runs, and went there its way',
      async (strategy) => {
        const device = await deviceWith(strategy);
        try {
          expect(await device.update(['sleep', '600'])).toMatchObject({ verdict: 'done', reason: null });
          expect(await device.site.standing()).toEqual([`${device.moduleName} ${device.image(2)} running`]);
          expect(device.done.join(' ')).toBe(ways[strategy]);
          expect(await device.images()).toEqual(strategy === 'delete-then-download' ? [2] : [1, 2]);
        } finally {
          await device.end();
        }
      },
      limitMs,
    );

    const backs: Readonly<Record<UpdateStrategy, { readonly verdict: string; readonly way: string }>> = {
      'download-then-kill': { verdict: 'failed-rolled-back', way: 'pull create stop start remove start' },
      'kill-then-download': { verdict: 'failed-rolled-back', way: 'stop pull create start remove start' },
      'delete-then-download': {
        verdict: 'failed-rolled-back',
        way: 'stop remove removeImage pull create start remove pull create start',
      },
      'hand-over': { verdict: 'failed-unchanged', way: 'pull create start remove' },
    };
    test.each(updateStrategies)(
      'when the new one fails by %s, the old one runs, as far as it ever stopped',
      async (strategy) => {
        const device = await deviceWith(strategy);
        try {
          const [before] = await device.site.ours();
          const attempt = await device.update(['sh', '-c', 'exit 3']);
          expect(attempt).toMatchObject({ verdict: backs[strategy].verdict, reason: { code: 'exited' } });
          expect(await device.site.standing()).toEqual([`${device.moduleName} ${device.image(1)} running`]);
          expect(device.done.join(' ')).toBe(backs[strategy].way);
          const [after] = await device.site.ours();
          expect(after?.id === before?.id).toBe(strategy !== 'delete-then-download');
          expect(after?.startedAtMs === before?.startedAtMs).toBe(strategy === 'hand-over');
        } finally {
          await device.end();
        }
      },
      limitMs,
    );

    test(
      'when what was deleted cannot be obtained at once, it is tried again, and only then said to run',
      async () => {
        const device = await deviceWith('delete-then-download');
        try {
          device.fetchable.delete(device.image(1));
          const updated = device.update(['sh', '-c', 'exit 3']);
          await eventually(() => expect(device.agent.memory.current.course.trial?.phase).toBe('restore'), limitMs);
          expect(await device.site.standing()).toEqual([]);
          device.fetchable.add(device.image(1));
          expect(await updated).toMatchObject({ verdict: 'failed-rolled-back', reason: { code: 'exited' } });
          expect(await device.site.standing()).toEqual([`${device.moduleName} ${device.image(1)} running`]);
        } finally {
          await device.end();
        }
      },
      limitMs,
    );

    test(
      'when something else uses the old image, it stays',
      async () => {
        const device = await deviceWith('delete-then-download');
        const name = `guest-${run}`;
        try {
          await docker.createContainer({ name, Image: device.image(1) });
          await device.update(['sleep', '600']);
          expect(device.done.join(' ')).toBe('stop remove pull create start');
          expect(await device.images()).toEqual([1, 2]);
        } finally {
          await docker.getContainer(name).remove();
          await device.end();
        }
      },
      limitMs,
    );

    test('when a container uses the image, the engine refuses to remove it, and is not forced', async () => {
      const used = `lanyard-used-${run}:1`;
      const engine = createDockerEngine({ socketPath, deviceId: run });
      await importBusybox(docker, used, ['sleep', '600']);
      const container = await docker.createContainer({ name: `user-${run}`, Image: used });
      await expect(engine.removeImage(used)).rejects.toThrow(`could not remove image '${used}': conflict`);
      await container.remove();
      await engine.removeImage(used);
      await engine.removeImage(used);
      expect((await engine.presentImages([used])).size).toBe(0);
    });

    test(
      'when one that is handed over asks for a port of the host, nothing is done',
      async () => {
        const device = await deviceWith('hand-over');
        try {
          const HostConfig = { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8099' }] } };
          const attempt = await device.update(['sleep', '600'], { HostConfig });
          expect(attempt).toMatchObject({ verdict: 'refused', reason: { code: 'hand-over-port' } });
          expect(device.done).toEqual([]);
          expect(await device.images()).toEqual([1]);
        } finally {
          await device.end();
        }
      },
      limitMs,
    );
  },
);
