// Bytes of a real pull from a registry on loopback: what dockerd tells while it fetches, and nothing for what it has already.
import { randomUUID } from 'node:crypto';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { dockerAgentSite } from '#test/support/docker-agent.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  publishLayer,
  startLoopbackRegistry,
  whyNoRegistry,
  type LoopbackRegistry,
} from '#test/support/loopback-registry.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const missing = socketPath === '' ? 'needs LANYARD_TEST_DOCKER, the socket of a dockerd' : whyNoRegistry;
const run = randomUUID().slice(0, 8);
const base = `lanyard-bytes-${run}:1`;
const layerBytes = 6_000_000;

const terms = (attempt: number) => {
  return { attempt, settleSeconds: 0, hold: 'none', switchWithinSeconds: null, isRollback: false };
};
/** Module name → image. */
const modulesOf = (images: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(images).map(([name, image]) => {
      const createOptions = JSON.stringify({ StopTimeout: 0, Cmd: ['sleep', '600'] });
      return [`${name}-${run}`, { settings: { image, createOptions }, restartPolicy: 'always' }];
    }),
  );

describe.skipIf(missing !== null)(`bytes of a pull${missing === null ? '' : ` (${missing})`}`, () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  let registry: LoopbackRegistry;
  const image = (name: string): string => `${registry.address}/${run}/${name}:1`;

  beforeAll(async () => {
    registry = await startLoopbackRegistry();
    await importBusybox(docker, base, ['sleep', '600']);
    await publishLayer(docker, { from: base, reference: image('shared'), bytes: layerBytes });
    await publishLayer(docker, { from: image('shared'), reference: image('one'), bytes: 50_000 });
    await publishLayer(docker, { from: image('shared'), reference: image('two'), bytes: 60_000 });
    for (const name of ['one', 'two', 'shared']) await docker.getImage(image(name)).remove({ force: true });
  });
  afterAll(async () => {
    for (const name of [base, image('one'), image('two')])
      await docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    await registry.stop();
  });

  test('when two images share a layer, it counts once; when all is there already, nothing is fetched', async () => {
    const site = await dockerAgentSite(docker, socketPath, `bytes-${run}`);
    try {
      const agent = await site.startAgent(1, modulesOf({ a: base, b: base }));
      await eventually(() => expect(agent.last()?.outcome?.code).toBe(200), 30_000);
      const want = async (version: number, images: Readonly<Record<string, string>>) => {
        const value = { schemaVersion: '1.1', modules: modulesOf(images), lanyard: terms(version) };
        await agent.memory.change((state) => ({ ...state, desired: { version, value } }));
        agent.loop.wake();
        await eventually(() => expect(agent.memory.current.course.lastAttempt?.version).toBe(version), 60_000);
        return agent.memory.current.course.lastAttempt;
      };
      const fetched = await want(2, { a: image('one'), b: image('two') });
      expect(fetched).toMatchObject({ verdict: 'done', doneBytes: fetched?.totalBytes });
      // Of a layer, the tar around the file and its packing come on top.
      expect(fetched?.doneBytes).toBeGreaterThan(layerBytes + 110_000);
      expect(fetched?.doneBytes).toBeLessThan(layerBytes + 110_000 + 50_000);
      // The engine tells that it unpacks, which is what a rollout waits for on a slow disk.
      expect(agent.last()?.transferred.unpacked).toBeGreaterThan(0);
      expect(await want(3, { a: image('two'), b: image('two') })).toMatchObject({ doneBytes: 0, totalBytes: 0 });
      await agent.loop.stop();
    } finally {
      await site.removeAll();
    }
  }, 120_000);
});
