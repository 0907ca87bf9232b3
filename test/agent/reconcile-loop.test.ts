// The loop over a fake engine: what is wanted becomes so, and every failure is told in words.
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStateFile } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import { strictPolicy } from '#domain/manifests/device-policy.ts';
import { agentSite, desired, settled, threeRounds } from '#test/support/agent-site.ts';
import { eventually } from '#test/support/eventually.ts';

const site = agentSite();
const { startAgent, standing } = site;

test('when modules are wanted, it pulls, makes and starts them, each as itself', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1', db: 'db:1' }));
  await settled(agent, 1);
  expect(standing()).toEqual(['db db:1 running', 'web web:1 running']);
  const body = site.engine.requests.get('web')?.body;
  expect(body?.['Env']).toContain(
    'EdgeHubConnectionString=HostName=hub:8883;DeviceId=d1;ModuleId=web;SharedAccessKey=a2V5',
  );
  expect(body?.['Env']).toContain('EdgeModuleCACertificateFile=/etc/lanyard/hub-ca.pem');
  expect(body?.['HostConfig']).toMatchObject({
    Binds: ['/state/trust:/etc/lanyard:ro'],
    RestartPolicy: { Name: 'no' },
  });
});

test('when an image changes, the old runs until the new is there', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await settled(agent, 1);
  site.engine.holdPulls = true;
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => expect(site.engine.heldPulls.has('web:2')).toBe(true));
  expect(standing()).toEqual(['web web:1 running']);
  site.engine.calls.length = 0;
  site.engine.heldPulls.get('web:2')?.();
  await settled(agent, 2);
  expect(site.engine.calls).toEqual([
    'pulled web:2',
    'create web.next',
    'stop web',
    'rename web',
    'rename web.next',
    'start web',
    'remove web.prev',
  ]);
});

test('when a pull is no longer wanted, it is cancelled', async () => {
  site.engine.holdPulls = true;
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await eventually(() => expect(site.engine.heldPulls.has('web:1')).toBe(true));
  await agent.want(2, desired({}));
  await settled(agent, 2);
  expect(standing()).toEqual([]);
});

test('when an image cannot be had, it says so with 500, and tries again after 10 s', async () => {
  site.engine.registry.clear();
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
  expect(agent.last()?.outcome?.description).toBe(
    "web: Image 'web:1' cannot be pulled: manifest unknown. " +
      'Make it available to this device, or correct its name: it is tried again by itself.',
  );
  expect(site.engine.calls.filter((call) => call === 'pull web:1')).toHaveLength(1);
  site.engine.registry.add('web:1');
  await eventually(() => {
    site.clock.advance(1_000);
    expect(standing()).toEqual(['web web:1 running']);
  });
  await settled(agent, 1);
});

test('when the configuration is wrong, it keeps what ran and tells each mistake', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await settled(agent, 1);
  await agent.want(2, desired({ web: 'web:2', 'no good': 'db:1' }, { status: 'up' }));
  await eventually(() => expect(agent.last()).toMatchObject({ version: 2, outcome: { code: 400 } }));
  expect(agent.last()?.outcome?.description).toContain('modules.no good');
  expect(standing()).toEqual(['web web:1 running']);
});

test.each([
  [{}, 417],
  [{ schemaVersion: '3.0' }, 412],
] as [JsonObject, number][])('when desired becomes %j, its code is %i and nothing is removed', async (value, code) => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await settled(agent, 1);
  await agent.want(2, value);
  await eventually(() => expect(agent.last()?.outcome?.code).toBe(code));
  site.clock.advance(60_000);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:1 running']);
});

test('when a module crashes, it is restarted after 10 s, then 20 s, and counted', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await settled(agent, 1);
  for (const [waitMs, exitCode] of [
    [10_000, 1],
    [20_000, 139],
  ] as const) {
    site.engine.exit('web', exitCode);
    await eventually(() => expect(agent.last()?.containers?.[0]?.state).toBe('exited'));
    site.clock.advance(waitMs - 1);
    await threeRounds(agent);
    expect(standing()).toEqual(['web web:1 exited']);
    await eventually(() => {
      site.clock.advance(1);
      expect(standing()).toEqual(['web web:1 running']);
    });
  }
  // The engine says 0 of one that runs: how it ended is known from here.
  expect(site.engine.all).toMatchObject([{ exitCode: 0 }]);
  expect(agent.memory.current.restarts['web']).toMatchObject({ restartCount: 2, lastEnd: { exitCode: 139 } });
});

test('when the engine cannot be asked, it says so and goes on when it can', async () => {
  const agent = await startAgent();
  site.engine.isRefusing = true;
  await agent.want(1, desired({ web: 'web:1' }));
  await eventually(() => expect(agent.last()).toMatchObject({ outcome: { code: 500 }, containers: null }));
  site.engine.isRefusing = false;
  site.clock.advance(5_000);
  await settled(agent, 1);
});

test('when a mount leads through a link to where it may not, the module is not made', async () => {
  await symlink('/etc', join(site.dir, 'link'));
  const agent = await startAgent({ ...strictPolicy, allowBindPrefixes: [site.dir] });
  const createOptions = JSON.stringify({ HostConfig: { Binds: [`${site.dir}/link/below:/x`] } });
  await agent.want(1, { schemaVersion: '1.1', modules: { web: { settings: { image: 'web:1', createOptions } } } });
  await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
  expect(agent.last()?.outcome?.description).toContain("leads to '/etc/below'");
  expect(site.engine.all).toEqual([]);
});

test('when a module is gone, nothing is remembered of it', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1', db: 'db:1' }));
  await settled(agent, 1);
  await agent.want(2, desired({ db: 'db:1' }));
  await settled(agent, 2);
  const { restarts, moduleKeys } = agent.memory.current;
  expect([Object.keys(restarts), Object.keys(moduleKeys)]).toEqual([['db'], ['db']]);
});

test('when the state cannot be written, it says so, modules are still restarted, and nothing is switched until it can', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await settled(agent, 1);
  // Nothing can be renamed over a directory.
  const file = join(site.dir, 'agent-state.json');
  await rm(file);
  await mkdir(join(file, 'in the way'), { recursive: true });
  site.engine.exit('web', 1);
  await eventually(() => {
    site.clock.advance(1_000);
    expect(standing()).toEqual(['web web:1 running']);
  });
  await eventually(() => expect(agent.last()?.outcome?.code).toBe(500));
  expect(agent.last()?.outcome?.description).toContain(`The state directory ${site.dir} cannot be written`);
  await agent.want(2, desired({ web: 'web:2' }));
  await eventually(() => {
    site.clock.advance(1_000);
    expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']);
  });
  site.clock.advance(60_000);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:1 running', 'web.next web:2 created']);
  const holder = { by: 'disk', message: expect.stringContaining('make room on its disk') as string };
  expect(agent.last()?.hold).toMatchObject(holder);
  await rm(file, { recursive: true });
  await eventually(() => {
    site.clock.advance(1_000);
    expect(agent.last()).toMatchObject({ version: 2, outcome: { code: 200 } });
  });
  expect((await createStateFile({ dir: site.dir, deviceId: 'd1' }).load()).state.lastGood?.version).toBe(2);
});

test('when another hub counts its versions anew, what it wants is the last good', async () => {
  const agent = await startAgent();
  await agent.want(1, desired({ web: 'web:1' }));
  await settled(agent, 1);
  await agent.want(1, desired({ web: 'web:2' }));
  await eventually(() => expect(standing()).toEqual(['web web:2 running']));
  await agent.want(2, {});
  await eventually(() => expect(agent.last()?.outcome?.code).toBe(417));
  site.clock.advance(60_000);
  await threeRounds(agent);
  expect(standing()).toEqual(['web web:2 running']);
  expect(agent.memory.current.lastGood?.value).toEqual(desired({ web: 'web:2' }));
});

test('when there is no hub after a restart, it runs what it knew', async () => {
  const first = await startAgent();
  await first.want(1, desired({ web: 'web:1' }));
  await settled(first, 1);
  const stopped = first.loop.stop();
  await stopped;
  site.engine.exit('web', 137);
  const second = await startAgent();
  site.clock.advance(10_000);
  await eventually(() => expect(standing()).toEqual(['web web:1 running']));
  await settled(second, 1);
});
