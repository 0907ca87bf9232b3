// An agent's loop on a real dockerd with its state in a folder, and no hub anywhere. It can be lost at any changing call of
// the engine, before or after the call took effect: then nothing returns to it any more.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { pino } from 'pino';
import { createAgentMemory, type AgentMemory } from '#agent/agent-memory.ts';
import { createAttemptLog } from '#agent/attempt-log.ts';
import { createDockerEngine } from '#agent/docker-engine.ts';
import type { Engine } from '#agent/engine.ts';
import { ReconcileLoop, type RoundReport } from '#agent/reconcile-loop.ts';
import { createStateFile } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import { isAlive } from '#domain/updates/agent-state.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { createSystemClock } from '#entry/system-clock.ts';

interface RunningAgent {
  readonly memory: AgentMemory;
  readonly loop: ReconcileLoop;
  last(): RoundReport | undefined;
}

export async function dockerAgentSite(docker: Docker, socketPath: string, deviceId: string) {
  const dir = await mkdtemp(join(tmpdir(), 'docker-agent-'));
  await mkdir(join(dir, 'trust'));
  const engine = createDockerEngine({ socketPath, deviceId });
  const clock = createSystemClock();
  const log = pino({ level: 'silent' });

  /** The agent that is started next knows what the one before it kept; `over` is the engine as it sees it. */
  async function startAgent(version: number, modules: JsonObject, over: Engine = engine): Promise<RunningAgent> {
    const file = createStateFile({ dir, deviceId });
    const { state } = await file.load();
    const desired = { version, value: { schemaVersion: '1.1', modules } };
    const moduleKeys = Object.fromEntries(Object.keys(modules).map((name) => [name, 'a2V5']));
    const memory = createAgentMemory({ ...state, desired, moduleKeys: { ...state.moduleKeys, ...moduleKeys } }, file);
    let last: RoundReport | undefined;
    const loop = new ReconcileLoop({
      engine: over,
      memory,
      clock,
      log,
      settleMs: 1_000,
      attemptLog: createAttemptLog({ stateDir: dir, clock, log }),
      surroundings: {
        hubHostName: 'hub',
        gatewayHostName: null,
        deviceId,
        trustDir: join(dir, 'trust'),
        locksDir: join(dir, 'locks'),
      },
      stateDir: dir,
      policy: () => Promise.resolve(strictPolicy),
      onKeysMissing: () => undefined,
      onRound: (round) => {
        last = round;
      },
    });
    loop.start();
    return { memory, loop, last: () => last };
  }

  const ours = async () => (await engine.containers()).filter(({ module }) => module !== null);

  return {
    dir,
    engine,
    startAgent,
    ours,
    async standing(): Promise<readonly string[]> {
      return (await ours())
        .map((found) => `${found.name} ${found.image} ${isAlive(found) ? 'running' : 'stopped'}`)
        .toSorted();
    },
    async removeAll(): Promise<void> {
      for (const { id } of await ours()) await docker.getContainer(id).remove({ force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The engine as an agent sees it that dies at its n-th changing call. */
export function dieAt(
  engine: Engine,
  calls: number,
  when: 'before' | 'after',
): { engine: Engine; died: Promise<void> } {
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  let count = 0;
  let isDead = false;
  const mortal =
    <Args extends unknown[]>(call: (...args: Args) => Promise<void>) =>
    async (...args: Args): Promise<void> => {
      if (isDead) return never;
      count += 1;
      if (count < calls) return call(...args);
      isDead = true;
      if (when === 'after') await call(...args);
      resolve();
      await never;
    };
  return {
    died,
    engine: {
      ...engine,
      containers: () => (isDead ? never : engine.containers()),
      removeImage: mortal((image) => engine.removeImage(image)),
      create: mortal((request) => engine.create(request)),
      start: mortal((id) => engine.start(id)),
      stop: mortal((id) => engine.stop(id)),
      remove: mortal((id) => engine.remove(id)),
      rename: mortal((id, name) => engine.rename(id, name)),
    },
  };
}
