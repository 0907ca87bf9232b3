// Power cut between any two engine calls of a replacement: the next agent ends at what is wanted, with no module twice.
import { expect, test } from 'vitest';
import { agentSite, desired, settled } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';

const site = agentSite();
const { startAgent, standing } = site;

// pulled, create, stop, rename to .prev, rename from .next, start, remove
const cuts = [1, 2, 3, 4, 5, 6, 7].flatMap((call) => (['before', 'after'] as const).map((when) => ({ call, when })));

test.each(cuts)('when the agent is killed $when call $call, the next one finishes', async (cut) => {
  const first = await startAgent();
  await first.want(1, desired({ web: 'web:1' }));
  await settled(first, 1);
  const before = site.engine.changingCalls;
  site.engine.killAt = { call: before + cut.call, when: cut.when };
  await first.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(site.engine.isDead).toBe(true));
  expect(site.engine.all.length).toBeGreaterThan(0);
  site.engine.isDead = false;
  site.engine.killAt = null;
  const second = await startAgent();
  await settled(second, 2);
  expect(standing()).toEqual(['web web:2 running']);
  expect(site.engine.doubled).toEqual([]);
});

test.each(cuts)('when it is killed $when call $call and the old is wanted again, that runs', async (cut) => {
  const first = await startAgent();
  await first.want(1, desired({ web: 'web:1' }));
  await settled(first, 1);
  site.engine.killAt = { call: site.engine.changingCalls + cut.call, when: cut.when };
  await first.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(site.engine.isDead).toBe(true));
  site.engine.isDead = false;
  site.engine.killAt = null;
  const second = await startAgent();
  await second.want(3, desired({ web: 'web:1' }));
  await settled(second, 3);
  expect(standing()).toEqual(['web web:1 running']);
  expect(site.engine.doubled).toEqual([]);
});
