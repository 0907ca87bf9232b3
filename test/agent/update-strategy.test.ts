// Update strategies through the agent's loop, over a fake engine: a hold holds what gives way before its download, a hand-over
// counts each of the two for itself, and what cannot be put back is told, and tried on.
import { expect, test } from 'vitest';
import { courseSchema } from '#agent/course-schema.ts';
import type { JsonObject } from '#base/json.ts';
import { newCourse } from '#domain/updates/update-course.ts';
import { newTrial } from '#domain/updates/update-trial.ts';
import type { UpdateStrategy } from '#domain/manifests/update-strategy.ts';
import { agentSite, desired, settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';

const site = agentSite(10_000);
const { startAgent, standing } = site;
type TestAgent = Awaited<ReturnType<typeof startAgent>>;
const phaseOf = (agent: TestAgent) => agent.memory.current.course.trial?.phase ?? null;

function by(strategy: UpdateStrategy, image: string, terms: JsonObject = {}): JsonObject {
  const createOptions = JSON.stringify({ Labels: { 'lanyard.update-strategy': strategy } });
  return { ...desired({ web: image }, { settings: { image, createOptions } }), ...terms };
}

/** An agent whose web:1 is proven. */
async function provenAgent(strategy: UpdateStrategy): Promise<TestAgent> {
  const agent = await startAgent();
  await agent.want(1, by(strategy, 'web:1'));
  await passGate(agent, 'verify');
  await settled(agent, 1);
  site.engine.calls.length = 0;
  return agent;
}

async function passGate(agent: TestAgent, phase: 'beside' | 'verify'): Promise<void> {
  await eventually(() => expect(phaseOf(agent)).toBe(phase));
  await threeRounds(agent);
  site.clock.advance(10_000);
}

test('when the switch is held, nothing gives way and nothing is fetched for it, until somebody says now', async () => {
  const agent = await provenAgent('kill-then-download');
  const terms = { attempt: 1, settleSeconds: 10, hold: 'person', switchWithinSeconds: null, isRollback: false };
  await agent.want(2, by('kill-then-download', 'web:2', { lanyard: terms }));
  await eventually(() => expect(agent.last()?.hold?.by).toBe('person'));
  await threeRounds(agent);
  expect(site.engine.calls).toEqual([]);
  agent.loop.switchNow({ version: 2, attempt: 1, isForced: false });
  await passGate(agent, 'verify');
  await settled(agent, 2);
  expect(site.engine.calls.slice(0, 3)).toEqual(['stop web', 'rename web', 'pull web:2']);
});

test('when one is handed over, both run until the new one has proven itself, and the old one is never started again', async () => {
  const agent = await provenAgent('hand-over');
  await agent.want(2, by('hand-over', 'web:2'));
  await eventually(() => expect(phaseOf(agent)).toBe('beside'));
  await threeRounds(agent);
  site.clock.advance(9_999);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:1 running', 'web.next web:2 running']);
  site.clock.advance(1);
  await settled(agent, 2);
  expect(standing()).toEqual(['web web:2 running']);
  expect(site.engine.calls.filter((call) => call.startsWith('start'))).toEqual(['start web.next']);
});

test('when both of a hand-over end now and then, each is counted for itself, and the new one alone is judged', async () => {
  const agent = await provenAgent('hand-over');
  site.engine.logLines.set('web.next', [{ stream: 'stderr', timestamp: '2026-01-01T00:00:00Z', text: 'no license' }]);
  await agent.want(2, by('hand-over', 'web:2'));
  await eventually(() => expect(phaseOf(agent)).toBe('beside'));
  await threeRounds(agent);
  site.engine.exit('web', 1);
  site.engine.exit('web.next', 1);
  await eventually(() => {
    site.clock.advance(1_000);
    expect(standing()).toEqual(['web web:1 running', 'web.next web:2 running']);
  });
  expect(phaseOf(agent)).toBe('beside');
  site.engine.exit('web', 1);
  site.engine.exit('web.next', 3);
  await eventually(() => expect(agent.memory.current.course.lastAttempt?.verdict).toBe('failed-unchanged'));
  expect(agent.memory.current.course.lastAttempt?.reason?.code).toBe('restart-loop');
  await eventually(() => {
    site.clock.advance(1_000);
    expect(standing()).toEqual(['web web:1 running']);
  });
  await agent.attemptLog.settled();
  expect((await agent.attemptLog.read({ version: 2, attempt: 0 }, 0))?.text).toContain('no license');
});

test('when what was deleted cannot be obtained again, the device says so and tries on, at longer and longer times', async () => {
  const agent = await provenAgent('delete-then-download');
  site.engine.registry.clear();
  await agent.want(2, by('delete-then-download', 'web:2'));
  await eventually(() => {
    site.clock.advance(1_000);
    expect(agent.memory.current.course.lastAttempt?.verdict).toBe('failed-stuck');
  });
  await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
  const description = agent.last()?.outcome?.description ?? '';
  expect(description).toContain("While downloading, module 'web' has no image: Image 'web:2' cannot be pulled");
  expect(description).toContain(
    "While restoring, module 'web' cannot be put back, for its old one is gone: Image 'web:1'",
  );
  expect(description).toContain('the device keeps trying');
  const pulls = (): number => site.engine.calls.filter((call) => call === 'pull web:1').length;
  const before = pulls();
  for (let second = 0; second < 600; second += 10) {
    site.clock.advance(10_000);
    await threeRounds(agent);
  }
  expect(pulls() - before).toBeGreaterThan(2);
  expect(pulls() - before).toBeLessThan(10);
  site.engine.registry.add('web:1');
  await eventually(() => {
    site.clock.advance(10_000);
    expect(standing()).toEqual(['web web:1 running']);
  });
  expect(agent.memory.current.course.attempts).toBe(2);
});

test('when the state was written before there were strategies, it is read, and there are none in it', () => {
  const revision = { version: 3, value: {} };
  const { beside: _beside, yields: _yields, loss: _loss, ...before } = newTrial;
  const trial = { ...before, revision, number: 1, startedAtMs: 1, doneBytes: 0 };
  const read = courseSchema.parse({ ...newCourse, trial });
  expect(read.trial).toEqual({ ...trial, beside: [], yields: {}, loss: null });
});
