// An update over a fake engine: it is proven by time on the monotonic clock alone, tried once, told in words and kept in a
// log; a rollout's terms hold the switch and never the download.
import { expect, test } from 'vitest';
import { agentSite, desired, settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';
import { courseOf, phaseOf, prove, startProven, withTerms, type TestAgent } from '#test/support/proven-agent.ts';

const site = agentSite(10_000);
const { startAgent, standing } = site;

test('when the new one has run for its settle time and not a moment less, it is proven', async () => {
  const agent = await startProven(site);
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  await threeRounds(agent);
  site.clock.advance(9_999);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:2 running', 'web.prev web:1 exited']);
  expect(courseOf(agent).proven?.version).toBe(1);
  site.clock.advance(1);
  await settled(agent, 2);
  expect(standing()).toEqual(['web web:2 running']);
  expect(courseOf(agent)).toMatchObject({ proven: { version: 2 }, lastAttempt: { verdict: 'done', number: 2 } });
});

const dayMs = 86_400_000;

test.each([
  ['a day ahead', dayMs],
  ['a year back', -365 * dayMs],
])('when the clock of the device is set %s, nothing is proven by that, nor kept from it', async (_where, byMs) => {
  const agent = await startProven(site);
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  site.clock.jumpTo(site.clock.nowMs() + byMs);
  await threeRounds(agent);
  expect(phaseOf(agent)).toBe('verify');
  site.clock.advance(10_000);
  await settled(agent, 2);
  expect(standing()).toEqual(['web web:2 running']);
});

test('when it is set a year back while the new one ends again and again, the last good one runs again', async () => {
  const agent = await startProven(site);
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  site.engine.exit('web', 3);
  site.clock.jumpTo(site.clock.nowMs() - 365 * dayMs);
  await failTrial(agent);
  expect(courseOf(agent).lastAttempt?.verdict).toBe('failed-rolled-back');
  expect(standing()).toEqual(['web web:1 running']);
});

/** Ends the new one as often as it is started, until the old one is back and proved itself. */
async function failTrial(agent: TestAgent): Promise<void> {
  await eventually(() => {
    const [web] = site.engine.all.filter(({ name }) => name === 'web');
    if (web?.image === 'web:2' && web.state === 'running') site.engine.exit('web', 3);
    site.clock.advance(1_000);
    expect(courseOf(agent).trial).toBe(null);
    expect(courseOf(agent).lastAttempt?.version).toBe(2);
  });
}

test('when the new one ends again and again, the last good one runs again, once and for all', async () => {
  const agent = await startProven(site);
  const lines = [{ stream: 'stderr' as const, timestamp: '2026-01-01T00:00:00Z', text: 'no license' }];
  site.engine.logLines.set('web', lines);
  await agent.want(2, desired({ web: 'web:2' }));
  await failTrial(agent);
  expect(standing()).toEqual(['web web:1 running']);
  await eventually(() => expect(agent.last()).toMatchObject({ version: 2, outcome: { code: 500 } }));
  expect(agent.last()?.outcome?.description).toBe(
    "While verifying, module 'web' ended again and again, last with code 3. The last good revision runs again. " +
      'Read its last log lines, mend the image or its settings, then deploy again.',
  );
  const slice = await agent.attemptLog.read({ version: 2, attempt: 0 }, 0);
  expect(slice?.text).toContain('enter switch');
  expect(slice?.text).toContain('web 2026-01-01T00:00:00Z stderr: no license');
  site.clock.advance(600_000);
  await threeRounds(agent);
  expect(courseOf(agent).attempts).toBe(2);
  const second = await startAgent();
  await threeRounds(second);
  expect(courseOf(second).attempts).toBe(2);
  expect(second.last()?.outcome?.code).toBe(500);
  expect(site.engine.doubled).toEqual([]);
});

test('when the new one cannot be started, the old one does not wait out the failures of the new one', async () => {
  const agent = await startProven(site);
  const start = site.engine.start.bind(site.engine);
  site.engine.start = async (id) => {
    if (site.engine.all.some((found) => found.id === id && found.image === 'web:2')) throw new Error('port is taken');
    await start(id);
  };
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(agent.last()?.notes['web']).toContain('port is taken'));
  // The second and last try is due.
  site.clock.advance(10_000);
  await eventually(() => expect(standing()).toEqual(['web web:1 running']));
});

test('when the same content comes as a new version, it is tried again; when the good one does, nothing is done', async () => {
  const agent = await startProven(site);
  await agent.want(2, desired({ web: 'web:2' }));
  await failTrial(agent);
  site.engine.calls.length = 0;
  await agent.want(3, desired({ web: 'web:1' }));
  await settled(agent, 3);
  expect(site.engine.calls).toEqual([]);
  await agent.want(4, desired({ web: 'web:2' }));
  await prove(site, agent, 4);
  expect(standing()).toEqual(['web web:2 running']);
});

test('when another revision comes in the middle of the switch, the first one comes to its end before', async () => {
  site.engine.registry.add('web:3');
  const agent = await startProven(site);
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  await agent.want(3, desired({ web: 'web:3' }));
  await threeRounds(agent);
  expect(courseOf(agent).trial?.revision.version).toBe(2);
  site.clock.advance(10_000);
  await eventually(() => expect(courseOf(agent).trial?.revision.version).toBe(3));
  expect(courseOf(agent).proven?.version).toBe(2);
});

test('when the agent starts four times in the middle of the gate, it goes back', async () => {
  let agent = await startProven(site);
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(phaseOf(agent)).toBe('verify'));
  for (let life = 0; life < 3; life++) {
    const stopped = agent.loop.stop();
    site.clock.advance(3_000);
    await stopped;
    await agent.memory.settled();
    agent = await startAgent();
    await threeRounds(agent);
  }
  await eventually(() => {
    site.clock.advance(1_000);
    expect(courseOf(agent).lastAttempt).toMatchObject({ version: 2, reason: { code: 'interrupted' } });
  });
  expect(standing()).toEqual(['web web:1 running']);
});

test('when the terms hold the switch, everything is fetched, and a person’s word switches it', async () => {
  const agent = await startProven(site);
  await agent.want(2, withTerms('web:2', { hold: 'person' }));
  await eventually(() => expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']));
  await eventually(() => expect(agent.last()?.hold?.by).toBe('person'));
  site.clock.advance(3_600_000);
  await threeRounds(agent);
  expect(phaseOf(agent)).toBe('stage');
  const now = { version: 2, isForced: false };
  expect(agent.loop.switchNow({ ...now, attempt: 9 })).toEqual({ isKnown: false, holder: null });
  expect(agent.loop.switchNow({ ...now, attempt: 1 })).toEqual({ isKnown: true, holder: null });
  await prove(site, agent, 2);
  expect(standing()).toEqual(['web web:2 running']);
});

test.each([
  { title: 'its time to switch has passed', waitMs: 61_000, restarts: false },
  { title: 'the agent started after it had been told', waitMs: 0, restarts: true },
])('when $title, the switch is held until new terms come', async ({ waitMs, restarts }) => {
  let agent = await startProven(site);
  site.engine.holdPulls = true;
  await agent.want(2, withTerms('web:2', { switchWithinSeconds: 60 }));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  site.clock.advance(waitMs);
  site.engine.holdPulls = false;
  if (restarts) {
    const stopped = agent.loop.stop();
    site.clock.advance(3_000);
    await stopped;
    await agent.memory.settled();
    agent = await startAgent();
  } else site.engine.heldPulls.get('web:2')?.();
  await eventually(() => expect(agent.last()?.hold?.by).toBe('window'));
  expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']);
  await agent.want(3, withTerms('web:2', { attempt: 2, switchWithinSeconds: 60 }));
  await prove(site, agent, 3);
  expect(courseOf(agent).lastAttempt).toMatchObject({ version: 3, attempt: 2, verdict: 'done' });
});

test('when terms are not understood, they are none, and the device says so', async () => {
  const agent = await startAgent();
  await agent.want(1, withTerms('web:1', { hold: 'for ever' }));
  await prove(site, agent, 1);
  expect(agent.last()?.outcome).toEqual({ code: 200, description: expect.stringContaining('lanyard.hold') as string });
});

const logOf = async (agent: TestAgent, version: number, attempt = 0): Promise<readonly string[]> => {
  const slice = await agent.attemptLog.read({ version, attempt }, 0);
  return (slice?.text ?? '').split('\n').map((line) => line.replace(/^\S+ /, ''));
};

test('when an update succeeds, its log tells what was brought, fetched and started, and how long each phase took', async () => {
  const agent = await startProven(site);
  site.engine.sizes.set('web:2', 24e6);
  await agent.want(2, withTerms('web:2'));
  await prove(site, agent, 2);
  expect(await logOf(agent, 2, 1)).toEqual([
    'attempt 1 at version 2: web web:2',
    'pull web:2',
    'pull web:2: is here (24.0 MB in 0.0 s)',
    'create web.next',
    'enter switch, after 0.0 s',
    'stop web',
    'rename web',
    'rename web.next',
    'start web',
    'enter verify, after 0.0 s',
    'enter commit, after 10.0 s',
    'remove web.prev',
    'endTrial done, after 0.0 s',
    '',
  ]);
});

test('when what comes runs already, the log of the attempt says so', async () => {
  const agent = await startProven(site);
  await agent.want(2, { ...desired({ web: 'web:1' }), extra: 1 });
  await settled(agent, 2);
  expect(await logOf(agent, 2)).toEqual(['the device runs all of it already: done', '']);
});

test('when the agent is restarted, or only the terms are renewed, what was fetched stays counted', async () => {
  let agent = await startProven(site);
  site.engine.sizes.set('web:2', 24e6);
  await agent.want(2, withTerms('web:2', { hold: 'person' }));
  await eventually(() => expect(standing()).toContain('web.next web:2 created'));
  const stopped = agent.loop.stop();
  site.clock.advance(3_000);
  await stopped;
  await agent.memory.settled();
  agent = await startAgent();
  await eventually(() => expect(agent.last()?.transferred.doneBytes).toBe(24e6));
  await agent.want(3, withTerms('web:2', { switchWithinSeconds: 600 }));
  await prove(site, agent, 3);
  expect(courseOf(agent).lastAttempt).toMatchObject({ version: 3, doneBytes: 24e6, totalBytes: 24e6, verdict: 'done' });
  expect(await logOf(agent, 3, 1)).toContain('24.0 MB of it came before its terms were renewed');
  await agent.want(4, withTerms('web:1', { attempt: 2 }));
  await prove(site, agent, 4);
  expect(courseOf(agent).lastAttempt).toMatchObject({ version: 4, doneBytes: 0, totalBytes: 0 });
});

test('when a module wrote too much, its newest lines are kept and the log says that others were left out', async () => {
  const agent = await startProven(site);
  const lines = Array.from({ length: 200 }, (_, index) => `${index} ${'x'.repeat(5_000)}`);
  const logLines = lines.map((text) => ({ stream: 'stderr' as const, timestamp: '2026-01-01T00:00:00Z', text }));
  site.engine.logLines.set('web', logLines);
  await agent.want(2, desired({ web: 'web:2' }));
  await failTrial(agent);
  const { text, totalBytes } = (await agent.attemptLog.read({ version: 2, attempt: 0 }, 130_000)) ?? {};
  expect(totalBytes).toBeLessThan(140_000);
  expect(text).toContain('stderr: 199 xxx');
  expect(text).toContain('endTrial failed-rolled-back');
  expect((await logOf(agent, 2)).join('\n')).toContain('(earlier lines of web were left out: it wrote too much)');
});
