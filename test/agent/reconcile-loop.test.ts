// The loop over a fake engine: what is wanted becomes so, killed at any call or not, and every failure is told in words.
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgentMemory, type AgentMemory } from '#agent/agent-memory.ts';
import { ReconcileLoop, type RoundReport } from '#agent/reconcile-loop.ts';
import { createStateFile } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import { strictPolicy } from '#domain/device-policy.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { createFakeEngine, type FakeEngine } from '#test/support/fake-engine.ts';

let dir: string;
let clock: FakeClock;
let engine: FakeEngine;
const started: ReconcileLoop[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'agent-'));
  clock = createFakeClock();
  engine = createFakeEngine(() => clock.nowMs());
  for (const image of ['web:1', 'web:2', 'db:1']) engine.registry.add(image);
});

afterEach(async () => {
  for (const loop of started.splice(0)) {
    const stopped = loop.stop();
    clock.advance(10_000);
    await stopped;
  }
  await rm(dir, { recursive: true, force: true });
});

function desired(modules: Record<string, string>, extra: JsonObject = {}): JsonObject {
  const entries = Object.entries(modules).map(([name, image]) => [
    name,
    { settings: { image }, restartPolicy: 'always', ...extra },
  ]);
  return { schemaVersion: '1.1', modules: Object.fromEntries(entries) as JsonObject };
}

interface TestAgent {
  readonly memory: AgentMemory;
  readonly loop: ReconcileLoop;
  readonly rounds: RoundReport[];
  want(version: number, value: JsonObject): Promise<void>;
  last(): RoundReport | undefined;
}

async function startAgent(policy = strictPolicy): Promise<TestAgent> {
  const file = createStateFile({ dir, deviceId: 'd1' });
  const { state } = await file.load();
  const memory = createAgentMemory({ ...state, moduleKeys: { web: 'a2V5', db: 'a2V5', ...state.moduleKeys } }, file);
  const rounds: RoundReport[] = [];
  const loop = new ReconcileLoop({
    engine,
    memory,
    clock,
    log: pino({ level: 'silent' }),
    surroundings: { hubHostName: 'hub:8883', gatewayHostName: null, deviceId: 'd1', trustDir: '/state/trust' },
    policy: () => Promise.resolve(policy),
    onKeysMissing: () => undefined,
    onRound: (round) => rounds.push(round),
  });
  started.push(loop);
  loop.start();
  return {
    memory,
    loop,
    rounds,
    last: () => rounds.at(-1),
    async want(version, value) {
      await memory.change((before) => ({ ...before, desired: { version, value } }));
      loop.wake();
    },
  };
}

const standing = (): string[] =>
  engine.all.map((container) => `${container.name} ${container.image} ${container.state}`).toSorted();

async function settled(agent: TestAgent, version: number): Promise<void> {
  await eventually(() => expect(agent.last()).toMatchObject({ version, outcome: { code: 200 } }));
}

describe('reconcile loop', () => {
  test('when modules are wanted, it pulls, makes and starts them, each as itself', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1', db: 'db:1' }));
    await settled(agent, 1);
    expect(standing()).toEqual(['db db:1 running', 'web web:1 running']);
    const body = engine.requests.get('web')?.body;
    expect(body?.['Env']).toContain(
      'EdgeHubConnectionString=HostName=hub:8883;DeviceId=d1;ModuleId=web;SharedAccessKey=a2V5',
    );
    expect(body?.['Env']).toContain('EdgeModuleCACertificateFile=/etc/lanyard/hub-ca.pem');
    expect(body?.['HostConfig']).toMatchObject({
      Binds: ['/state/trust:/etc/lanyard:ro'],
      RestartPolicy: { Name: 'no' },
    });
  });

  test('when an image changes, the old runs until the new is there', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await settled(agent, 1);
    engine.holdPulls = true;
    await agent.want(2, desired({ web: 'web:2' }));
    await eventually(() => expect(engine.heldPulls.has('web:2')).toBe(true));
    expect(standing()).toEqual(['web web:1 running']);
    engine.calls.length = 0;
    engine.heldPulls.get('web:2')?.();
    await settled(agent, 2);
    expect(engine.calls).toEqual([
      'pulled web:2',
      'create web.next',
      'stop web',
      'remove web',
      'rename web.next',
      'start web',
    ]);
  });

  test('when a pull is no longer wanted, it is cancelled', async () => {
    engine.holdPulls = true;
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await eventually(() => expect(engine.heldPulls.has('web:1')).toBe(true));
    await agent.want(2, desired({}));
    await settled(agent, 2);
    expect(standing()).toEqual([]);
  });

  test('when an image cannot be had, it says so with 500, and tries again after 10 s', async () => {
    engine.registry.clear();
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
    expect(agent.last()?.outcome?.description).toBe("web: Image 'web:1' cannot be pulled: manifest unknown.");
    expect(engine.calls.filter((call) => call === 'pull web:1')).toHaveLength(1);
    engine.registry.add('web:1');
    await eventually(() => {
      clock.advance(1_000);
      expect(standing()).toEqual(['web web:1 running']);
    });
    await settled(agent, 1);
  });

  test('when the configuration is wrong, it keeps what ran and tells each mistake', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await settled(agent, 1);
    await agent.want(2, desired({ web: 'web:2', 'no good': 'db:1' }, { status: 'up' }));
    await eventually(() => expect(agent.last()).toMatchObject({ version: 2, outcome: { code: 400 } }));
    expect(agent.last()?.outcome?.description).toContain('modules.no good');
    expect(standing()).toEqual(['web web:1 running']);
  });

  test.each([
    [{}, 417],
    [{ schemaVersion: '3.0' }, 412],
  ] as [JsonObject, number][])(
    'when desired becomes %j, its code is %i and nothing is removed',
    async (value, code) => {
      const agent = await startAgent();
      await agent.want(1, desired({ web: 'web:1' }));
      await settled(agent, 1);
      await agent.want(2, value);
      await eventually(() => expect(agent.last()?.outcome?.code).toBe(code));
      clock.advance(60_000);
      expect(standing()).toEqual(['web web:1 running']);
    },
  );

  test('when a module crashes, it is restarted after 10 s, then 20 s, and counted', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await settled(agent, 1);
    for (const waitMs of [10_000, 20_000]) {
      engine.exit('web', 1);
      await eventually(() => expect(agent.last()?.containers?.[0]?.state).toBe('exited'));
      clock.advance(waitMs - 1);
      expect(standing()).toEqual(['web web:1 exited']);
      await eventually(() => {
        clock.advance(1);
        expect(standing()).toEqual(['web web:1 running']);
      });
    }
    expect(agent.memory.current.restarts['web']?.restartCount).toBe(2);
  });

  test('when the engine cannot be asked, it says so and goes on when it can', async () => {
    const agent = await startAgent();
    engine.isRefusing = true;
    await agent.want(1, desired({ web: 'web:1' }));
    await eventually(() => expect(agent.last()).toMatchObject({ outcome: { code: 500 }, containers: null }));
    engine.isRefusing = false;
    clock.advance(5_000);
    await settled(agent, 1);
  });

  test('when a mount leads through a link to where it may not, the module is not made', async () => {
    await symlink('/etc', join(dir, 'link'));
    const agent = await startAgent({ ...strictPolicy, allowBindPrefixes: [dir] });
    const createOptions = JSON.stringify({ HostConfig: { Binds: [`${dir}/link/below:/x`] } });
    await agent.want(1, { schemaVersion: '1.1', modules: { web: { settings: { image: 'web:1', createOptions } } } });
    await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
    expect(agent.last()?.outcome?.description).toContain("leads to '/etc/below'");
    expect(engine.all).toEqual([]);
  });

  test('when a module is gone, nothing is remembered of it', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1', db: 'db:1' }));
    await settled(agent, 1);
    await agent.want(2, desired({ db: 'db:1' }));
    await settled(agent, 2);
    const { restarts, moduleKeys } = agent.memory.current;
    expect([Object.keys(restarts), Object.keys(moduleKeys)]).toEqual([['db'], ['db']]);
  });

  test('when the state cannot be written, it says so, modules are still restarted, and it is written later', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await settled(agent, 1);
    // Nothing can be renamed over a directory.
    const file = join(dir, 'agent-state.json');
    await rm(file);
    await mkdir(join(file, 'in the way'), { recursive: true });
    engine.exit('web', 1);
    await eventually(() => {
      clock.advance(1_000);
      expect(standing()).toEqual(['web web:1 running']);
    });
    await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
    expect(agent.last()?.outcome?.description).toContain(`The state directory ${dir} cannot be written`);
    await agent.want(2, desired({ web: 'web:2' }));
    await eventually(() => {
      clock.advance(1_000);
      expect(standing()).toEqual(['web web:2 running']);
    });
    await rm(file, { recursive: true });
    await eventually(() => {
      clock.advance(1_000);
      expect(agent.last()).toMatchObject({ version: 2, outcome: { code: 200 } });
    });
    expect((await createStateFile({ dir, deviceId: 'd1' }).load()).state.lastGood?.version).toBe(2);
  });

  test('when another hub counts its versions anew, what it wants is the last good', async () => {
    const agent = await startAgent();
    await agent.want(1, desired({ web: 'web:1' }));
    await settled(agent, 1);
    await agent.want(1, desired({ web: 'web:2' }));
    await eventually(() => expect(standing()).toEqual(['web web:2 running']));
    await agent.want(2, {});
    await eventually(() => expect(agent.last()?.outcome?.code).toBe(417));
    clock.advance(60_000);
    expect(standing()).toEqual(['web web:2 running']);
    expect(agent.memory.current.lastGood?.value).toEqual(desired({ web: 'web:2' }));
  });

  test('when there is no hub after a restart, it runs what it knew', async () => {
    const first = await startAgent();
    await first.want(1, desired({ web: 'web:1' }));
    await settled(first, 1);
    const stopped = first.loop.stop();
    await stopped;
    engine.exit('web', 137);
    const second = await startAgent();
    clock.advance(10_000);
    await eventually(() => expect(standing()).toEqual(['web web:1 running']));
    await settled(second, 1);
  });
});

describe('power cut between any two engine calls of a replacement', () => {
  // pulled, create, stop, remove, rename, start
  const cuts = [1, 2, 3, 4, 5, 6].flatMap((call) => (['before', 'after'] as const).map((when) => ({ call, when })));

  test.each(cuts)('when the agent is killed $when call $call, the next one finishes', async (cut) => {
    const first = await startAgent();
    await first.want(1, desired({ web: 'web:1' }));
    await settled(first, 1);
    const before = engine.changingCalls;
    engine.killAt = { call: before + cut.call, when: cut.when };
    await first.want(2, desired({ web: 'web:2' }));
    await eventually(() => expect(engine.isDead).toBe(true));
    expect(engine.all.length).toBeGreaterThan(0);
    engine.isDead = false;
    engine.killAt = null;
    const second = await startAgent();
    await settled(second, 2);
    expect(standing()).toEqual(['web web:2 running']);
    expect(engine.doubled).toEqual([]);
  });

  test.each(cuts)('when it is killed $when call $call and the old is wanted again, that runs', async (cut) => {
    const first = await startAgent();
    await first.want(1, desired({ web: 'web:1' }));
    await settled(first, 1);
    engine.killAt = { call: engine.changingCalls + cut.call, when: cut.when };
    await first.want(2, desired({ web: 'web:2' }));
    await eventually(() => expect(engine.isDead).toBe(true));
    engine.isDead = false;
    engine.killAt = null;
    const second = await startAgent();
    await second.want(3, desired({ web: 'web:1' }));
    await settled(second, 3);
    expect(standing()).toEqual(['web web:1 running']);
    expect(engine.doubled).toEqual([]);
  });
});
