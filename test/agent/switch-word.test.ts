// A person's "now" to a switch that is held: at the device, by a method of its agent, or by new terms of its hub.
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAgentMethods } from '#agent/agent-methods.ts';
import { settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';
import { both, locked, safeMomentSite, staged, switched, webOf } from '#test/support/safe-moment-site.ts';

const { site, lock, lockFile, provenAgent, heldBy, asked } = safeMomentSite();

test('when somebody at the device says now, the switch comes past everything, once, and without any hub', async () => {
  const agent = await provenAgent(both);
  await lock('busy');
  await agent.want(2, webOf(2, both, { hold: 'person' }));
  await heldBy(agent, 'person');
  await writeFile(join(site.dir, 'switch-now'), '');
  agent.loop.wake();
  await settled(agent, 2);
  expect(site.standing()).toEqual(switched);
  expect(asked()).toBe(0);
  await expect(access(join(site.dir, 'switch-now'))).rejects.toThrow('ENOENT');
  const slice = await agent.attemptLog.read({ version: 2, attempt: 1 }, 0);
  expect(slice?.text).toContain('held: the rollout leaves the moment to a person. It goes on when a person says now.');
  expect(slice?.text).toContain('somebody at the device said now');
});

test('when somebody said now and nothing was coming, the next switch is held as any other', async () => {
  const agent = await provenAgent(locked);
  await writeFile(join(site.dir, 'switch-now'), '');
  await threeRounds(agent);
  await expect(access(join(site.dir, 'switch-now'))).rejects.toThrow('ENOENT');
  await lock('busy');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
});

test('when the word cannot be taken away, it does not count', async () => {
  const agent = await provenAgent(locked);
  await mkdir(join(site.dir, 'switch-now'));
  await lock('busy');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  await threeRounds(agent);
  expect(site.standing()).toEqual(staged);
});

test('when SwitchNow meets a lock, it is refused with who holds, and passes it when it is forced', async () => {
  const agent = await provenAgent(locked);
  await lock('cycle 12 of 40');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  const answer = createAgentMethods({
    engine: site.engine,
    memory: agent.memory,
    clock: site.clock,
    deviceId: 'd1',
    hubHostName: 'hub',
    attemptLog: agent.attemptLog,
    switchNow: (word) => agent.loop.switchNow(word),
    onChanged: () => undefined,
  });
  const refused = await answer('SwitchNow', JSON.stringify({ version: 2, attempt: 0 }));
  expect(refused.status).toBe(409);
  expect(refused.body).toContain(
    "module 'web' says 'cycle 12 of 40'. Wait for that, or call again with isForced: true",
  );
  await threeRounds(agent);
  expect(site.standing()).toEqual(staged);
  const forced = await answer('SwitchNow', JSON.stringify({ version: 2, attempt: 0, isForced: true }));
  expect(forced.status).toBe(200);
  await settled(agent, 2);
});

test('when a person says now without force, a lock is still asked', async () => {
  const agent = await provenAgent(locked);
  await lock('busy');
  await agent.want(2, webOf(2, locked, { hold: 'person' }));
  await heldBy(agent, 'person');
  const word = { version: 2, attempt: 1, isForced: false };
  expect(agent.loop.switchNow(word)).toEqual({ isKnown: true, holder: null });
  await heldBy(agent, 'lock');
  expect(site.standing()).toEqual(staged);
});

test.each([
  ['its terms say so again', { hold: 'none' }, 'lock'],
  ['its terms force it', { hold: 'none', isForced: true }, null],
])('when new terms of the hub let it go on and %s, locks are asked unless forced', async (_title, terms, by) => {
  const agent = await provenAgent(locked);
  await lock('busy');
  await agent.want(2, webOf(2, locked, { hold: 'person' }));
  await heldBy(agent, 'person');
  await agent.want(3, webOf(2, locked, terms));
  if (by === null) await settled(agent, 3);
  else await heldBy(agent, by);
  expect(site.standing()).toEqual(by === null ? switched : staged);
});

test('when a person says now at the hub while it still pulls, the download goes on', async () => {
  const agent = await provenAgent(locked);
  site.engine.holdPulls = true;
  await agent.want(2, webOf(2, locked, { hold: 'person' }));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  await agent.want(3, webOf(2, locked, { hold: 'none' }));
  await eventually(() => expect(agent.memory.current.course.trial?.revision.version).toBe(3));
  site.engine.heldPulls.get('web:2')?.();
  await settled(agent, 3);
  expect(site.engine.calls.filter((call) => call === 'pull web:2')).toHaveLength(1);
});

test.each(['its lock is gone', 'a person forces it'])(
  'when one is handed over and its old one begins something while both run, the old one is waited for, until %s',
  async (by) => {
    const labels = { ...locked, 'lanyard.update-strategy': 'hand-over' };
    const agent = await provenAgent(labels);
    await agent.want(2, webOf(2, labels, { settleSeconds: 60, switchWithinSeconds: 30 }));
    await eventually(() => expect(site.standing()).toContain('web.next web:2 running'));
    await lock('busy');
    await threeRounds(agent);
    site.clock.advance(60_000);
    await heldBy(agent, 'lock');
    expect(site.standing()).toEqual(['web web:1 running', 'web.next web:2 running']);
    if (by === 'its lock is gone') await rm(lockFile());
    else await agent.want(3, webOf(2, labels, { settleSeconds: 60, isForced: true }));
    agent.loop.wake();
    await eventually(() => expect(site.standing()).toContain('web web:2 running'));
  },
);
