// Maintenance windows at the agent: what it is told of them holds the switch whenever it hears it, and its clocks never let it pass.
import { expect, test } from 'vitest';
import { agentSite, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';
import { courseOf, phaseOf, prove, startProven, withTerms } from '#test/support/proven-agent.ts';

const site = agentSite(10_000);
const { standing } = site;

test('when it first hears of an update outside of the windows, it fetches all and changes nothing until it is given a time', async () => {
  const agent = await startProven(site);
  site.clock.advance(9 * 3_600_000);
  await agent.want(2, withTerms('web:2', { hold: 'window', isRollback: true }));
  await eventually(() => expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']));
  await eventually(() =>
    expect(agent.last()?.hold).toMatchObject({
      by: 'window',
      message: 'the rollout leaves the moment to its maintenance windows',
    }),
  );
  site.clock.advance(86_400_000);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']);
  await agent.want(3, withTerms('web:2', { switchWithinSeconds: 60, isRollback: true }));
  await prove(site, agent, 3);
  expect(courseOf(agent).lastAttempt).toMatchObject({ version: 3, attempt: 1, verdict: 'done' });
});

test('when it is told to hold before its time is over, it holds; beyond its switch it goes on to the end', async () => {
  const agent = await startProven(site);
  site.engine.holdPulls = true;
  await agent.want(2, withTerms('web:2', { switchWithinSeconds: 600 }));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  await agent.want(3, withTerms('web:2', { hold: 'window' }));
  site.engine.heldPulls.get('web:2')?.();
  await eventually(() => expect(agent.last()?.hold?.by).toBe('window'));
  await agent.want(4, withTerms('web:2', { switchWithinSeconds: 600 }));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  await agent.want(5, withTerms('web:2', { hold: 'window' }));
  await prove(site, agent, 5);
  expect(standing()).toEqual(['web web:2 running']);
});

test.each([
  ['was suspended past it', 9 * 3_600_000],
  ['clock is set ahead', 86_400_000],
])('when the device %s, its time to switch is over, and new terms give it another', async (_what, byMs) => {
  const agent = await startProven(site);
  site.engine.holdPulls = true;
  await agent.want(2, withTerms('web:2', { switchWithinSeconds: 3_600 }));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  // Its monotonic clock stood still.
  site.clock.jumpTo(site.clock.nowMs() + byMs);
  site.engine.heldPulls.get('web:2')?.();
  await eventually(() => expect(agent.last()?.hold?.by).toBe('window'));
  expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']);
  await agent.want(3, withTerms('web:2', { switchWithinSeconds: 60 }));
  await prove(site, agent, 3);
});
