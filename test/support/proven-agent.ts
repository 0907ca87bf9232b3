// An agent over a fake engine whose first update is proven, and the terms that a rollout gives with the next.
import { expect } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { type agentSite, desired, settled, threeRounds } from './agent-site.ts';
import { eventually } from './eventually.ts';

type Site = ReturnType<typeof agentSite>;
export type TestAgent = Awaited<ReturnType<Site['startAgent']>>;

const terms = (overrides: JsonObject = {}): JsonObject => ({
  lanyard: { attempt: 1, settleSeconds: 10, hold: 'none', switchWithinSeconds: null, isRollback: false, ...overrides },
});
export const withTerms = (image: string, overrides: JsonObject = {}): JsonObject => ({
  ...desired({ web: image }),
  ...terms(overrides),
});

export const courseOf = (agent: TestAgent) => agent.memory.current.course;
export const phaseOf = (agent: TestAgent) => courseOf(agent).trial?.phase ?? null;

/** An agent whose web:1 is proven. `site` settles in ten seconds. */
export async function startProven(site: Site): Promise<TestAgent> {
  const agent = await site.startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await prove(site, agent, 1);
  return agent;
}

export async function prove(site: Site, agent: TestAgent, version: number): Promise<void> {
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  await threeRounds(agent);
  site.clock.advance(10_000);
  await settled(agent, version);
}
