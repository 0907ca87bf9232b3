// On a real dockerd: the agent process is killed in the middle of a replacement, again and again, and its successor finishes;
// at no moment are two containers of the module up.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAgentMemory } from '#agent/agent-memory.ts';
import { createAttemptLog } from '#agent/attempt-log.ts';
import { createDockerEngine } from '#agent/docker-engine.ts';
import type { Engine } from '#agent/engine.ts';
import { ReconcileLoop } from '#agent/reconcile-loop.ts';
import { createStateFile } from '#agent/state-file.ts';
import { strictPolicy } from '#domain/device-policy.ts';
import { isAlive } from '#domain/agent-state.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'] ?? '';
const deviceId = `cut-${randomUUID().slice(0, 8)}`;
const moduleName = `web-${deviceId}`;

describe.skipIf(socketPath === '')('replacement (needs LANYARD_TEST_DOCKER, the socket of a dockerd)', () => {
  const docker = new Docker({ socketPath: socketPath === '' ? '/nowhere' : socketPath });
  const engine = createDockerEngine({ socketPath, deviceId });
  const clock = createSystemClock();
  let dir = '';
  let image = '';

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cut-'));
    await mkdir(join(dir, 'trust'));
    image = `lanyard-${deviceId}:1`;
    await importBusybox(docker, image, ['sleep', '600']);
  });

  afterAll(async () => {
    for (const container of await engine.containers())
      if (container.module !== null) await docker.getContainer(container.id).remove({ force: true });
    await docker.getImage(image).remove({ force: true });
    await rm(dir, { recursive: true });
  });

  async function run(
    version: number,
    value: string,
    over: Engine,
  ): Promise<{ loop: ReconcileLoop; isApplied(): boolean }> {
    const file = createStateFile({ dir, deviceId });
    const { state } = await file.load();
    const createOptions = JSON.stringify({ Cmd: ['sleep', '600'], StopTimeout: 0 });
    const module = { settings: { image, createOptions }, env: { V: { value } } };
    const desired = { version, value: { schemaVersion: '1.1', modules: { [moduleName]: module } } };
    const memory = createAgentMemory({ ...state, desired, moduleKeys: { [moduleName]: 'a2V5' } }, file);
    let isApplied = false;
    const loop = new ReconcileLoop({
      engine: over,
      memory,
      clock,
      log: pino({ level: 'silent' }),
      settleMs: 1_000,
      attemptLog: createAttemptLog({ stateDir: dir, clock, log: pino({ level: 'silent' }) }),
      surroundings: { hubHostName: 'hub', gatewayHostName: null, deviceId, trustDir: join(dir, 'trust') },
      policy: () => Promise.resolve(strictPolicy),
      onKeysMissing: () => undefined,
      onRound: (round) => {
        isApplied = round.outcome?.code === 200 && round.version === version;
      },
    });
    loop.start();
    return { loop, isApplied: () => isApplied };
  }

  test('when the agent dies after each call of a replacement in turn, the next agent finishes', async () => {
    const first = await run(1, 'v1', engine);
    await eventually(() => expect(first.isApplied()).toBe(true), 30_000);
    await first.loop.stop();
    // create, stop, remove, rename, start
    for (let call = 1; call <= 5; call++) {
      const mortal = dieAfter(engine, call);
      const victim = await run(call * 2, `v${call * 2}`, mortal.engine);
      await mortal.died;
      void victim.loop.stop();
      const alive = (await engine.containers()).filter((found) => found.module === moduleName && isAlive(found));
      expect(alive.length).toBeLessThanOrEqual(1);
      const next = await run(call * 2, `v${call * 2}`, engine);
      await eventually(() => expect(next.isApplied()).toBe(true), 30_000);
      await next.loop.stop();
      const standing = (await engine.containers()).filter((found) => found.module === moduleName);
      expect(standing.map((found) => `${found.name} ${found.state}`)).toEqual([`${moduleName} running`]);
      const details = await docker.getContainer(standing[0]?.id ?? '').inspect();
      expect(details.Config.Env).toContain(`V=v${call * 2}`);
      expect(details.Mounts).toMatchObject([{ Destination: '/etc/lanyard', RW: false }]);
      expect(details.HostConfig.RestartPolicy).toMatchObject({ Name: 'no' });
    }
  });
});

/** The engine as an agent sees it that dies when its n-th changing call has taken effect: nothing returns any more. */
function dieAfter(engine: Engine, calls: number): { engine: Engine; died: Promise<void> } {
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  let count = 0;
  const mortal =
    <Args extends unknown[]>(call: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      if (count >= calls) return never;
      count += 1;
      const isLast = count === calls;
      await call(...args);
      if (!isLast) return;
      resolve();
      await never;
    };
  return {
    died,
    engine: {
      ...engine,
      containers: () => (count >= calls ? never : engine.containers()),
      create: mortal((request) => engine.create(request)),
      start: mortal((id) => engine.start(id)),
      stop: mortal((id) => engine.stop(id)),
      remove: mortal((id) => engine.remove(id)),
      rename: mortal((id, name) => engine.rename(id, name)),
    },
  };
}
