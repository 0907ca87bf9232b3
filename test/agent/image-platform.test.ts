// An image for another machine is refused before anything gives way to it; what an engine calls its own machine is put into Docker's words.
import { expect, test } from 'vitest';
import { agentSite, desired, settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';

const site = agentSite(10_000);

async function provenAgent() {
  const agent = await site.startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await prove(agent, 1);
  return agent;
}

async function prove(agent: Awaited<ReturnType<typeof site.startAgent>>, version: number): Promise<void> {
  await eventually(() => expect(agent.memory.current.course.trial?.phase).toBe('verify'));
  await threeRounds(agent);
  site.clock.advance(10_000);
  await settled(agent, version);
}

test('when the engine says x86_64 and the image linux/amd64, they fit, and the image is tried', async () => {
  const agent = await provenAgent();
  site.engine.images.add('web:2');
  site.engine.platforms.set('web:2', 'linux/amd64');
  await agent.want(2, desired({ web: 'web:2' }));
  await prove(agent, 2);
  expect(agent.memory.current.course.proven?.version).toBe(2);
});

test('when the image is for another, it is refused, and both are named', async () => {
  const agent = await provenAgent();
  site.engine.images.add('web:2');
  site.engine.platforms.set('web:2', 'linux/s390x');
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() =>
    expect(agent.memory.current.course.lastAttempt).toMatchObject({
      verdict: 'refused',
      reason: { message: expect.stringContaining('linux/s390x, and this device is linux/amd64') as string },
    }),
  );
  expect(site.standing()).toEqual(['web web:1 running']);
});
