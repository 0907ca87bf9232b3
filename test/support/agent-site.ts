// An agent's loop over a fake engine with images to pull, its state in a folder of its own: fresh for each test of a file.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect } from 'vitest';
import { createAttemptLog, type AttemptLog } from '#agent/attempt-log.ts';
import { createAgentMemory, type AgentMemory } from '#agent/agent-memory.ts';
import { ReconcileLoop, type RoundReport } from '#agent/reconcile-loop.ts';
import { createStateFile } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { eventually } from './eventually.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

interface TestAgent {
  readonly attemptLog: AttemptLog;
  readonly memory: AgentMemory;
  readonly loop: ReconcileLoop;
  readonly rounds: RoundReport[];
  want(version: number, value: JsonObject): Promise<void>;
  last(): RoundReport | undefined;
}

/** Without a settle time a set is proven as soon as it runs. */
export function agentSite(settleMs = 0) {
  let dir: string;
  let clock: FakeClock;
  let engine: FakeEngine;
  const started: TestAgent[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'agent-'));
    clock = createFakeClock();
    engine = createFakeEngine(() => clock.nowMs());
    for (const image of ['web:1', 'web:2', 'db:1']) engine.registry.add(image);
  });
  afterEach(async () => {
    for (const { loop, memory, attemptLog } of started.splice(0)) {
      const stopped = loop.stop();
      clock.advance(10_000);
      await stopped;
      await Promise.all([memory.settled(), attemptLog.settled()]);
    }
    // An agent that was killed in mid-step may still be at its last write.
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  });

  /** The agent that is started next knows what the one before it kept. */
  const startAgent = async (policy = strictPolicy): Promise<TestAgent> => {
    const file = createStateFile({ dir, deviceId: 'd1' });
    const { state } = await file.load();
    const memory = createAgentMemory({ ...state, moduleKeys: { web: 'a2V5', db: 'a2V5', ...state.moduleKeys } }, file);
    const rounds: RoundReport[] = [];
    const attemptLog = createAttemptLog({ stateDir: dir, clock, log: pino({ level: 'silent' }) });
    const loop = new ReconcileLoop({
      engine,
      memory,
      clock,
      log: pino({ level: 'silent' }),
      settleMs,
      attemptLog,
      surroundings: {
        hubHostName: 'hub:8883',
        gatewayHostName: null,
        deviceId: 'd1',
        trustDir: '/state/trust',
        locksDir: join(dir, 'locks'),
      },
      stateDir: dir,
      policy: () => Promise.resolve(policy),
      onKeysMissing: () => undefined,
      onRound: (round) => rounds.push(round),
    });
    const agent: TestAgent = {
      attemptLog,
      memory,
      loop,
      rounds,
      last: () => rounds.at(-1),
      async want(version, value) {
        await memory.change((before) => ({ ...before, desired: { version, value } }));
        loop.wake();
      },
    };
    started.push(agent);
    loop.start();
    return agent;
  };
  const standing = (): string[] =>
    engine.all.map((container) => `${container.name} ${container.image} ${container.state}`).toSorted();

  return {
    get dir() {
      return dir;
    },
    get clock() {
      return clock;
    },
    get engine() {
      return engine;
    },
    startAgent,
    standing,
  };
}

/** What an agent is to run: modules by name, each with its image. */
export function desired(modules: Record<string, string>, extra: JsonObject = {}): JsonObject {
  const entries = Object.entries(modules).map(([name, image]) => [
    name,
    { settings: { image }, restartPolicy: 'always', ...extra },
  ]);
  return { schemaVersion: '1.1', modules: Object.fromEntries(entries) as JsonObject };
}

export async function settled(agent: TestAgent, version: number): Promise<void> {
  await eventually(() => expect(agent.last()).toMatchObject({ version, outcome: { code: 200 } }));
}

/**
 * Before one asserts that nothing was done: one round may have begun earlier, the next one looks now, and the third begins
 * only when what the second found to do is done.
 */
export async function threeRounds({ loop, rounds }: TestAgent): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const seen = rounds.length;
    loop.wake();
    await eventually(() => expect(rounds.length).toBeGreaterThan(seen));
  }
}
