// Hooks of modules: asked in their containers before a switch, not on the way to it, and never on the way back.
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { CommandEnd } from '#agent/engine.ts';
import { settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';
import { both, hooked, safeMomentSite, staged, switched, webOf } from '#test/support/safe-moment-site.ts';

const { site, lock, lockFile, provenAgent, heldBy, asked } = safeMomentSite();

const says = (exitCode: number, lastLine = ''): CommandEnd => ({ exitCode, lastLine });

test('when it says no, it is asked again every 30 s and no sooner, and the switch comes when it says yes', async () => {
  const agent = await provenAgent(hooked);
  site.engine.commands.set('web', says(1, 'the oven is hot'));
  site.engine.holdPulls = true;
  await agent.want(2, webOf(2, hooked));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  await threeRounds(agent);
  expect(asked()).toBe(0);
  site.engine.heldPulls.get('web:2')?.();
  await eventually(() => expect(agent.last()?.hold?.message).toBe("the hook of module 'web' says 'the oven is hot'"));
  site.clock.advance(29_999);
  await threeRounds(agent);
  expect(asked()).toBe(1);
  site.engine.commands.set('web', says(0));
  site.clock.advance(1);
  agent.loop.wake();
  await settled(agent, 2);
  expect(asked()).toBe(2);
  expect(site.standing()).toEqual(switched);
});

test('when it cannot be asked, it holds, and the agent asks again', async () => {
  const agent = await provenAgent(hooked);
  await agent.want(2, webOf(2, hooked));
  await eventually(() => expect(agent.last()?.hold?.message).toContain('could not be asked'));
  site.engine.commands.set('web', says(127, 'no such file'));
  site.clock.advance(30_000);
  await eventually(() =>
    expect(agent.last()?.hold?.message).toBe("the hook of module 'web' cannot be run (no such file)"),
  );
  expect(site.standing()).toEqual(staged);
});

test('when it hangs, no second one is asked beside it', async () => {
  const agent = await provenAgent(hooked);
  const { promise, resolve } = Promise.withResolvers<CommandEnd>();
  site.engine.commands.set('web', promise);
  await agent.want(2, webOf(2, hooked));
  await eventually(() => expect(agent.last()?.hold?.message).toContain('is being asked'));
  site.clock.advance(90_000);
  await threeRounds(agent);
  expect(asked()).toBe(1);
  resolve(says(0));
  await settled(agent, 2);
});

test('when its permission was given long ago, because a lock held meanwhile, it is asked anew', async () => {
  const agent = await provenAgent(both);
  const { promise, resolve } = Promise.withResolvers<CommandEnd>();
  site.engine.commands.set('web', promise);
  await agent.want(2, webOf(2, both));
  await heldBy(agent, 'hook');
  await lock('busy');
  resolve(says(0));
  await heldBy(agent, 'lock');
  site.engine.commands.set('web', says(1, 'not any more'));
  site.clock.advance(30_000);
  await rm(lockFile());
  agent.loop.wake();
  await eventually(() => expect(agent.last()?.hold?.message).toContain('not any more'));
  expect(site.standing()).toEqual(staged);
});

test('when the new one fails, going back asks nobody', async () => {
  const agent = await provenAgent(both);
  site.engine.commands.set('web', says(0));
  await agent.want(2, webOf(2, both, { settleSeconds: 60 }));
  await eventually(() => expect(agent.memory.current.course.trial?.phase).toBe('verify'));
  await lock('I am new and busy');
  site.engine.commands.set('web', says(1));
  site.engine.calls.length = 0;
  await eventually(() => {
    const [web] = site.engine.all.filter(({ name }) => name === 'web');
    if (web?.image === 'web:2' && web.state === 'running') site.engine.exit('web', 3);
    site.clock.advance(1_000);
    expect(agent.memory.current.course.lastAttempt?.verdict).toBe('failed-rolled-back');
  });
  expect(site.standing()).toEqual(['web web:1 running']);
  expect(asked()).toBe(0);
});
