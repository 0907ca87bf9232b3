// What may hold a switch on the device, and who lets it go on, without any hub: locks of modules. What is held runs on as it is, for
// as long as it takes, and is neither failed nor switched by a new start of the agent.
import { access, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  labelledModule,
  locked,
  safeMomentSite,
  staged,
  switched,
  wantedModules,
  webOf,
} from '#test/support/safe-moment-site.ts';

const { site, lock, lockFile, provenAgent, heldBy, restarted } = safeMomentSite();
const besides = (db: JsonObject): JsonObject => wantedModules({ web: labelledModule('web:1', locked), db });

test('when a module has the label, it finds a directory that any user of it can write to; others get none', async () => {
  const agent = await site.startAgent();
  await agent.want(1, wantedModules({ web: labelledModule('web:1', locked), db: labelledModule('db:1') }));
  await settled(agent, 1);
  const bindsOf = (module: string) => site.engine.requests.get(module)?.body['HostConfig'];
  const trust = '/state/trust:/etc/lanyard:ro';
  expect(bindsOf('web')).toMatchObject({ Binds: [trust, `${join(site.dir, 'locks', 'web')}:/run/lanyard`] });
  expect(bindsOf('db')).toMatchObject({ Binds: [trust] });
  expect((await stat(join(site.dir, 'locks', 'web'))).mode & 0o777).toBe(0o777);
  expect((await stat(join(site.dir, 'locks'))).mode & 0o777).toBe(0o700);
  await expect(access(join(site.dir, 'locks', 'db'))).rejects.toThrow('ENOENT');
});

test('when its module holds it, everything is fetched and nothing stops, until it is gone', async () => {
  const agent = await provenAgent(locked);
  await lock('cycle 12 of 40\nand more');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  expect(agent.last()?.hold?.message).toBe("module 'web' says 'cycle 12 of 40'");
  expect(site.standing()).toEqual(staged);
  site.clock.advance(86_400_000);
  await threeRounds(agent);
  expect(site.standing()).toEqual(staged);
  expect(agent.last()).toMatchObject({ outcome: null, hold: { by: 'lock' } });
  await rm(lockFile());
  agent.loop.wake();
  await settled(agent, 2);
  expect(site.standing()).toEqual(switched);
});

test('when it still pulls, that is what it says, and not that it is held', async () => {
  const agent = await provenAgent(locked);
  await lock('busy');
  site.engine.holdPulls = true;
  await agent.want(2, webOf(2, locked));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  await threeRounds(agent);
  expect(agent.last()?.hold).toBe(null);
  site.engine.heldPulls.get('web:2')?.();
  await heldBy(agent, 'lock');
});

test('when the set leaves its module as it is, it holds nothing', async () => {
  const agent = await site.startAgent();
  await agent.want(1, besides(labelledModule('db:1')));
  await settled(agent, 1);
  await lock('busy');
  await agent.want(2, besides(labelledModule('db:1', { changed: 'yes' })));
  await settled(agent, 2);
  expect(site.engine.requests.get('db')?.body['Labels']).toMatchObject({ changed: 'yes' });
});

test.each([
  ['it is older than the run of its module', async () => lock('left behind', 60_000)],
  [
    'its module does not run',
    async () => {
      await lock('crashed');
      site.engine.change('web', { state: 'exited', finishedAtMs: site.clock.nowMs() + 1 });
    },
  ],
])('when %s, it holds nothing', async (_title, leave) => {
  const agent = await provenAgent(locked);
  await leave();
  await agent.want(2, webOf(2, locked));
  await settled(agent, 2);
});

test('when a person forced the switch, what the old one left holds nothing of the new one', async () => {
  const agent = await provenAgent(locked);
  await lock('cycle 12');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  await lock('cycle 13');
  agent.loop.switchNow({ version: 2, attempt: 0, isForced: true });
  await settled(agent, 2);
  await agent.want(3, webOf(1, locked));
  await settled(agent, 3);
});

test('when it is a link into the device, it holds, and nothing of there is told', async () => {
  const agent = await provenAgent(locked);
  await writeFile(join(site.dir, 'secret'), 'root:x:0');
  site.clock.jumpTo(Date.now() - 1000);
  site.engine.change('web', { startedAtMs: site.clock.nowMs() });
  await symlink(join(site.dir, 'secret'), lockFile());
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  expect(agent.last()?.hold?.message).toBe("module 'web' holds its lock");
});

test('when it counts its cycles, its words are told once a minute', async () => {
  const agent = await provenAgent(locked);
  await lock('cycle 1');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  await lock('cycle 2');
  await threeRounds(agent);
  expect(agent.last()?.hold?.message).toContain('cycle 1');
  site.clock.advance(60_000);
  await eventually(() => expect(agent.last()?.hold?.message).toContain('cycle 2'));
});

test('when the agent starts anew, it is held again: not failed, not switched', async () => {
  const agent = await provenAgent(locked);
  await lock('busy');
  await agent.want(2, webOf(2, locked));
  await heldBy(agent, 'lock');
  const second = await restarted(agent);
  await heldBy(second, 'lock');
  await threeRounds(second);
  expect(site.standing()).toEqual(staged);
  expect(second.memory.current.course).toMatchObject({ attempts: 2, trial: { phase: 'stage', failure: null } });
});
