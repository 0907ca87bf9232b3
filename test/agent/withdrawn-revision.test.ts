// A deployment that is taken from a device for its silence: what is not switched yet never is, however its download ends, and what was
// switched before the agent heard goes back.
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { agentSite, desired, settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';

const site = agentSite(10_000);
const { startAgent, standing } = site;

const withTerms = (image: string, settleSeconds = 10): JsonObject => ({
  ...desired({ web: image }),
  lanyard: { attempt: 1, settleSeconds, hold: 'none', switchWithinSeconds: null, isRollback: false },
});

type TestAgent = Awaited<ReturnType<typeof startAgent>>;
const phaseOf = (agent: TestAgent) => agent.memory.current.course.trial?.phase ?? null;

/** Until what the device is to run is proven, second by second. */
async function proven(agent: TestAgent, version: number): Promise<void> {
  await eventually(() => {
    site.clock.advance(1000);
    expect(agent.memory.current.course.proven?.version).toBe(version);
  });
  await settled(agent, version);
}

async function provenAgent(): Promise<TestAgent> {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await proven(agent, 1);
  return agent;
}

test('when it is taken back while its image comes, the download ends, and nothing of it is ever switched', async () => {
  const agent = await provenAgent();
  site.engine.holdPulls = true;
  await agent.want(2, withTerms('web:2'));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  site.engine.calls.length = 0;
  await agent.want(3, desired({ web: 'web:1' }));
  await proven(agent, 3);
  // The engine has it all the same.
  site.engine.heldPulls.get('web:2')?.();
  await threeRounds(agent);
  site.clock.advance(3_600_000);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:1 running']);
  expect(site.engine.calls.filter((call) => /^(create|start|stop|rename)/.test(call))).toEqual([]);
});

test('when it switched before it heard that, it comes to its end and goes back', async () => {
  const agent = await provenAgent();
  await agent.want(2, withTerms('web:2'));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  await agent.want(3, desired({ web: 'web:1' }));
  await proven(agent, 3);
  expect(standing()).toEqual(['web web:1 running']);
});

test('when it is in its gate, each round tells how long that may take, and no other does', async () => {
  const agent = await provenAgent();
  expect(agent.last()?.gateLimitMs).toBeNull();
  await agent.want(2, withTerms('web:2', 3600));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  await eventually(() => expect(agent.last()?.gateLimitMs).toBe(3 * 3_600_000));
});
