// The agent against the real hub over TLS: what the hub writes into twins runs on the device, what runs is reported, and
// neither side's absence hurts the other.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { JsonObject } from '#base/json.ts';
import { preflightSight } from '#contract/preflight-method.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeEngine, type FakeEngine } from '#test/support/fake-engine.ts';
import { addDevice, connectionString, identityOf, keyOf, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

let hub: SiteHub;
let dir: string;
let engine: FakeEngine;
let device: string;
let count = 0;
const clock = createSystemClock();
const agents: Agent[] = [];

beforeAll(async () => {
  hub = await startSiteHub();
});

afterAll(async () => {
  await hub.stop();
});

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'agent-'));
  engine = createFakeEngine(() => clock.nowMs());
  for (const image of ['web:1', 'web:2']) engine.registry.add(image);
  device = `edge-${(count += 1)}`;
  addDevice(hub, device);
});

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.stop()));
  await rm(dir, { recursive: true, force: true });
});

async function startAgent(): Promise<Agent> {
  const agent = createAgent({
    connectionString: connectionString(hub, device),
    ca: hub.ca.certificatePem,
    engine,
    stateDir: dir,
    clock,
    log: pino({ level: 'silent' }),
    random: () => 0.1,
    settleMs: 50,
  });
  agents.push(agent);
  await agent.start();
  return agent;
}

const edgeAgent = () => identityOf(`${device}/$edgeAgent`);

function want(modules: JsonObject): void {
  for (const name of Object.keys(modules)) {
    const { deviceId, moduleId } = identityOf(`${device}/${name}`);
    const known = hub.registry.listModules(deviceId).some((module) => module.moduleId === moduleId);
    if (!known && moduleId !== null) hub.registry.createModule({ deviceId, moduleId }, null, undefined, 'service');
  }
  const desired = { schemaVersion: '1.1', modules };
  hub.twins.replace(edgeAgent(), { desired }, undefined, 'service');
}

const reported = (): JsonObject => hub.twins.get(edgeAgent()).reported.value;
const webOf = (image: string, env: JsonObject = {}): JsonObject => ({ web: { settings: { image }, env } });

describe('agent', () => {
  test('when the hub deploys a module, it runs with its own key, and the hub sees it', async () => {
    await startAgent();
    want(webOf('web:1', { MODE: { value: 'fast' } }));
    await eventually(() =>
      expect(reported()).toMatchObject({
        schemaVersion: '1.0',
        lastDesiredVersion: hub.twins.get(edgeAgent()).desired.version,
        lastDesiredStatus: { code: 200 },
        systemModules: { edgeAgent: { runtimeStatus: 'running' }, edgeHub: { runtimeStatus: 'running' } },
        modules: { web: { runtimeStatus: 'running', settings: { image: 'web:1' }, env: { MODE: { value: 'fast' } } } },
        runtime: { platform: { version: 'fake' } },
      }),
    );
    const env = engine.requests.get('web')?.body['Env'] as string[];
    const key = keyOf(hub, `${device}/web`);
    expect(env).toContain(
      `EdgeHubConnectionString=HostName=${hub.host};DeviceId=${device};ModuleId=web;SharedAccessKey=${key}`,
    );
    expect(env.join()).not.toContain(keyOf(hub, device));
    expect(await readFile(join(dir, 'trust', 'hub-ca.pem'), 'utf8')).toBe(hub.ca.certificatePem);
  });

  test.each(['constructor', 'toString'])('when a module is called %s, it too gets its own key', async (name) => {
    await startAgent();
    want(Object.fromEntries([[name, { settings: { image: 'web:1' } }]]));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    const [container] = engine.requests.values();
    expect(container?.module).toBe(name);
    expect(JSON.stringify(container?.body['Env'])).toContain(`SharedAccessKey=${keyOf(hub, `${device}/${name}`)}`);
  });

  test('when a module is taken away, it is removed here and from the report', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()['modules']).toHaveProperty('web'));
    want({});
    await eventually(() => expect(reported()).toMatchObject({ modules: {}, lastDesiredStatus: { code: 200 } }));
    expect(reported()['modules']).toEqual({});
    expect(engine.all).toEqual([]);
  });

  test('when desired is patched, the patch is enough', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    const patch = { modules: { web: { settings: { image: 'web:2' } } } };
    hub.twins.patch(edgeAgent(), { desired: patch }, undefined, 'service');
    await eventually(() =>
      expect(reported()).toMatchObject({
        modules: { web: { settings: { image: 'web:2' }, runtimeStatus: 'running' } },
      }),
    );
    expect(engine.doubled).toEqual([]);
  });

  test('when the hub sends nonsense, the agent reports 400 and keeps what runs', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    want({ web: { settings: { image: 'web:2', createOptions: '{"HostConfig":{"Privileged":true}}' } } });
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 400 } }));
    expect(JSON.stringify(reported()['lastDesiredStatus'])).toContain('set allowPrivileged in its policy.json');
    expect(engine.all.map((container) => container.image)).toEqual(['web:1']);
    await writeFile(join(dir, 'policy.json'), '{"allowPrivileged":true}');
    await eventually(() => expect(engine.all.map((container) => container.image)).toEqual(['web:2']));
  });

  test('when the agent stands for $edgeHub, it reports for it too', async () => {
    const hubTwin = identityOf(`${device}/$edgeHub`);
    await startAgent();
    hub.twins.patch(hubTwin, { desired: { schemaVersion: '1.1', routes: {} } }, undefined, 'service');
    await eventually(() => {
      const twin = hub.twins.get(hubTwin);
      expect(twin.reported.value).toMatchObject({
        lastDesiredVersion: twin.desired.version,
        lastDesiredStatus: { code: 200 },
      });
    });
  });

  test('when the agent ends in good order, everything becomes unknown and containers run on', async () => {
    const agent = await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    await agent.stop();
    expect(reported()).toMatchObject({
      lastDesiredStatus: { code: 406 },
      modules: { web: { runtimeStatus: 'unknown' } },
    });
    expect(engine.all.map((container) => container.state)).toEqual(['running']);
  });

  test('when the state file is damaged, it is set aside and the hub tells everything again', async () => {
    await writeFile(join(dir, 'agent-state.json'), '{"format":1,');
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    expect(await readFile(join(dir, 'agent-state.json.damaged'), 'utf8')).toBe('{"format":1,');
  });

  test('when the state is lost, the logs of what comes are newer than those that are left', async () => {
    await mkdir(join(dir, 'attempts'));
    for (let number = 31; number <= 40; number++) await writeFile(join(dir, 'attempts', `9-0-${number}.log`), 'old');
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    await eventually(async () => {
      const names = await readdir(join(dir, 'attempts'));
      expect(names).toContainEqual(expect.stringMatching(/-41\.log$/));
      expect(names).not.toContain('9-0-31.log');
    });
  });
});

function call(name: string, payload: JsonObject | null) {
  return hub.link.methods.invoke(
    edgeAgent(),
    { name, payload, responseTimeoutMs: 10_000, connectTimeoutMs: 10_000 },
    'service',
  );
}

const logsRequest = (filter: JsonObject, id = 'web') => ({ schemaVersion: '1.0', items: [{ id, filter }] });

describe('direct methods', () => {
  test('when pinged, it answers', async () => {
    await startAgent();
    await eventually(async () => expect(await call('ping', null)).toEqual({ status: 200, payload: null }));
  });

  test('when a module is to be restarted, it is; an unknown one is 404', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    engine.calls.length = 0;
    expect(await call('RestartModule', { schemaVersion: '1.0', id: 'web' })).toEqual({ status: 200, payload: null });
    expect(engine.calls).toEqual(['stop web', 'start web']);
    // How it ended is told on while it runs again.
    engine.exit('web', 139);
    expect(await call('RestartModule', { schemaVersion: '1.0', id: 'web' })).toMatchObject({ status: 200 });
    const told = { web: { runtimeStatus: 'running', exitCode: 139 } };
    await eventually(() => expect(reported()).toMatchObject({ modules: told }));
    expect(await call('RestartModule', { schemaVersion: '1.0', id: 'no' })).toMatchObject({ status: 404 });
    expect(await call('RestartModule', { id: 'web' })).toMatchObject({ status: 400 });
  });

  test('when a pattern would never end, the answer is 400 and the agent goes on', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    engine.logLines.set('web', [{ stream: 'stdout', timestamp: '', text: `${'a'.repeat(60)}!` }]);
    for (const payload of [logsRequest({ regex: '^(a+)+$' }), logsRequest({ regex: '[' }), logsRequest({}, '(')])
      expect(await call('GetModuleLogs', payload)).toMatchObject({ status: 400 });
    expect(await call('GetModuleLogs', logsRequest({ regex: '^a+!$' }))).toMatchObject({ status: 200 });
  });

  test('when the hub asks what stands in the way of a change, it looks and changes nothing', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    expect(reported()['lanyard']).toMatchObject({ preflight: 1 });
    engine.calls.length = 0;
    const modules = ['web:1', 'web:2', 'gone:1'].map((image, at) => ({ name: `m${at}`, image }));
    const { status, payload } = await call('Preflight', { modules });
    expect(status).toBe(200);
    expect(preflightSight.parse(payload)).toMatchObject({
      platform: 'linux/amd64',
      images: [{ state: 'present' }, { state: 'offered' }, { state: 'unobtainable', reason: 'manifest unknown.' }],
    });
    expect(await call('Preflight', { modules: [{ name: 'm', image: '../x' }] })).toMatchObject({ status: 400 });
    expect(engine.calls).toEqual([]);
  });

  test('when an attempt ended, its report and its log say how, and nothing of it is held', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    const version = hub.twins.get(edgeAgent()).desired.version;
    expect(reported()['lanyard']).toMatchObject({
      attempt: { version, attempt: 0, step: 'ended', verdict: 'done', runs: version },
    });
    const log = await call('GetAttemptLog', { version, attempt: 0 });
    expect(log).toMatchObject({ status: 200, payload: { text: expect.stringContaining('enter commit') as string } });
    expect(await call('GetAttemptLog', { version: 99, attempt: 0 })).toMatchObject({ status: 404 });
    expect(await call('SwitchNow', { version, attempt: 1 })).toMatchObject({ status: 404 });
    expect(await call('SwitchNow', { version: 'all' })).toMatchObject({ status: 400 });
  });

  test('when logs are asked for, the newest lines come, plain, as JSON or packed', async () => {
    await startAgent();
    want(webOf('web:1'));
    await eventually(() => expect(reported()).toMatchObject({ lastDesiredStatus: { code: 200 } }));
    const timestamp = '2026-01-01T00:00:00Z';
    const lines = Array.from({ length: 5_000 }, (_, index) => ({
      stream: 'stdout' as const,
      timestamp,
      text: `line ${index} ${'x'.repeat(50)}`,
    }));
    engine.logLines.set('web', [...lines, { stream: 'stderr', timestamp, text: 'the end' }]);
    const items = [{ id: 'web', filter: { tail: 10_000 } }];
    const plain = await call('GetModuleLogs', { schemaVersion: '1.0', items });
    const [entry] = plain.payload as unknown as { id: string; payload: string }[];
    expect(entry?.id).toBe('web');
    expect(entry?.payload.endsWith(`${timestamp} the end`)).toBe(true);
    expect(JSON.stringify(plain.payload).length).toBeLessThan(128 * 1_024);
    const filter = { regex: 'the e.d' };
    const packed = await call('GetModuleLogs', {
      schemaVersion: '1.0',
      items: [{ id: 'w.*', filter }],
      encoding: 'gzip',
      contentType: 'json',
    });
    const [bytes] = packed.payload as unknown as { payloadBytes: string }[];
    const unpacked = JSON.parse(
      gunzipSync(Buffer.from(bytes?.payloadBytes ?? '', 'base64')).toString(),
    ) as JsonObject[];
    expect(unpacked).toMatchObject([{ device, id: 'web', stream: 'stderr', text: 'the end' }]);
  });
});
