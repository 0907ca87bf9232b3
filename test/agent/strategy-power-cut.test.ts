// Power cut before and after every engine call of an update by strategy, through the loop and its state file: the next agent ends
// at all new, or at all old where the new set fails, with nothing else of ours left. Of the mixed sets every call is cut once;
// LANYARD_KILLS=all cuts before and after each.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { strategyLabel, updateStrategies, type UpdateStrategy } from '#domain/manifests/update-strategy.ts';
import { agentSite } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';

const takesAll = process.env['LANYARD_KILLS'] === 'all';
const site = agentSite();

type Strategies = Readonly<Record<string, UpdateStrategy>>;

interface Case {
  readonly strategies: Strategies;
  /** With one more module, which stood still and whose new start the engine refuses. */
  readonly fails: boolean;
  readonly calls: number;
}

// Without the usual strategy, whose cuts are in reconcile-power-cut.test.ts.
// pulled, create, stop, rename to .prev, rename from .next, start, remove; of a deletion remove and removeImage instead of the
// last and the first rename.
const done = updateStrategies
  .slice(1)
  .map((strategy): Case => ({ strategies: { web: strategy }, fails: false, calls: 7 }));
const mixed: Strategies = { web: 'delete-then-download', db: 'kill-then-download', cam: 'hand-over' };
const cases: readonly Case[] = [
  ...done,
  { strategies: mixed, fails: false, calls: 21 },
  { strategies: mixed, fails: true, calls: 40 },
];

function revision({ strategies, fails }: Case, version: number): JsonObject {
  const module = (name: string, extra: JsonObject, labels: JsonObject = {}): JsonObject => ({
    settings: { image: `${name}:${version}`, createOptions: JSON.stringify({ Labels: labels }) },
    restartPolicy: 'always',
    ...extra,
  });
  const modules = Object.entries(strategies).map(([name, strategy]) => [
    name,
    module(name, {}, { [strategyLabel]: strategy }),
  ]);
  const odd = fails ? { odd: module('odd', { status: version === 1 ? 'stopped' : 'running' }) } : {};
  return { schemaVersion: '1.1', modules: { ...(Object.fromEntries(modules) as JsonObject), ...odd } };
}

type TestAgent = Awaited<ReturnType<typeof site.startAgent>>;

/** Waits out what the agent waits for. */
async function ended(agent: TestAgent, version: number): Promise<void> {
  await eventually(() => {
    site.clock.advance(1_000);
    const { trial, lastAttempt } = agent.memory.current.course;
    expect([trial, lastAttempt?.version]).toEqual([null, version]);
  });
}

/** At once with the keys of its modules, which the hub would give: one that nobody needs is forgotten. */
async function want(agent: TestAgent, given: Case, version: number): Promise<void> {
  const keys = { cam: 'a2V5', odd: 'a2V5' };
  const desired = { version, value: revision(given, version) };
  await agent.memory.change((state) => ({ ...state, desired, moduleKeys: { ...state.moduleKeys, ...keys } }));
  agent.loop.wake();
}

async function provenAgent(given: Case): Promise<TestAgent> {
  for (const name of ['web', 'db', 'cam', 'odd'])
    for (const version of [1, 2]) site.engine.registry.add(`${name}:${version}`);
  site.engine.failing.set('start odd', 'no such device');
  const agent = await site.startAgent();
  await want(agent, given, 1);
  await ended(agent, 1);
  return agent;
}

function expectEnd(agent: TestAgent, { strategies, fails }: Case): void {
  const names = Object.keys(strategies).toSorted();
  const odd = fails ? ['odd odd:1 created'] : [];
  const ends = names.map((name) => `${name} ${name}:${fails ? 1 : 2} running`);
  expect(site.standing()).toEqual([...ends, ...odd].toSorted());
  expect(agent.memory.current.course.lastAttempt?.verdict).toBe(fails ? 'failed-rolled-back' : 'done');
  for (const module of site.engine.doubled) expect(strategies[module]).toBe('hand-over');
}

function cutsOf({ strategies, calls }: Case) {
  const whens = ['before', 'after'] as const;
  const isMixed = Object.keys(strategies).length > 1;
  return Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) =>
    whens.filter((_, index) => takesAll || !isMixed || call % whens.length === index).map((when) => ({ call, when })),
  );
}

describe.each(cases)('when $strategies change, fails: $fails', (given) => {
  test(`the engine is called ${given.calls} times`, async () => {
    const agent = await provenAgent(given);
    const before = site.engine.changingCalls;
    await want(agent, given, 2);
    await ended(agent, 2);
    expectEnd(agent, given);
    expect(site.engine.changingCalls - before).toBe(given.calls);
  });

  test.each(cutsOf(given))(
    'the agent is killed $when call $call, and the next one comes to the same end',
    async ({ call, when }) => {
      const first = await provenAgent(given);
      site.engine.killAt = { call: site.engine.changingCalls + call, when };
      await want(first, given, 2);
      await eventually(() => {
        site.clock.advance(1_000);
        expect(site.engine.isDead).toBe(true);
      });
      site.engine.isDead = false;
      site.engine.killAt = null;
      const second = await site.startAgent();
      await ended(second, 2);
      expectEnd(second, given);
    },
  );
});
