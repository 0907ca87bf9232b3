// The agent on a real engine, killed at any moment while it replaces modules, and told what it cannot do: never two containers
// of one module, never none where one ran, and the hub always hears why.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import azureIotHub from 'azure-iothub';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { eventually } from '#test/support/eventually.ts';
import { startAgentProcess, startHubProcess, type HubProcess, type TestProcess } from '#test/support/hub-process.ts';
import { openRegistry, whyNotPort443 } from '#test/support/service-registry.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'];
const host = '127.0.0.61';
const missing = socketPath === undefined ? 'no Docker engine' : await whyNotPort443(host);

const run = `kills${process.pid}`;
const deviceId = `${run}-press`;
const [reader, writer] = [`${run}-reader`, `${run}-writer`];
const image = 'lanyard-test/killed:1';
const lateImage = `lanyard-test/late-${process.pid}`;
const patienceMs = 60_000;

const moduleOf = (env: JsonObject, settings: JsonObject = {}) => {
  const createOptions =
    '{"StopSignal":"SIGKILL","HostConfig":{"NetworkMode":"none"},"Labels":{"lanyard.settle-seconds":"1"}}';
  return aModuleEntry({ env }, { image, createOptions, ...settings });
};

const contentOf = (modules: JsonObject) => ({ modulesContent: aManifest({ agent: { modules }, hub: { routes: {} } }) });

interface Reported {
  readonly lastDesiredStatus?: { readonly code: number; readonly description: string };
}

describe.skipIf(missing !== null)(`an agent that is killed${missing === null ? '' : ` (${missing})`}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-kills-'));
  const docker = new Docker({ socketPath: socketPath ?? '' });
  const hubArgs = ['--data-dir', join(home, 'hub'), '--host', host, '--https-port', '443', '--console-port', '0'];
  let hub: HubProcess;
  let agent: TestProcess | undefined;
  let agentArgs: readonly string[] = [];
  let mqttPort = 0;
  let deviceKey = '';

  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '100000']);
    hub = await startHubProcess([...hubArgs, '--mqtt-port', '0']);
    mqttPort = hub.mqttPort;
    const { responseBody: device } = await openRegistry(hub.ready).create({
      deviceId,
      capabilities: { iotEdge: true },
    });
    deviceKey = device.authentication?.symmetricKey?.primaryKey ?? '';
    agentArgs = [
      ['--connection-string', `HostName=${host}:${mqttPort};DeviceId=${deviceId};SharedAccessKey=${deviceKey}`],
      ['--ca', hub.ready.caFile],
      ['--docker', socketPath ?? ''],
      ['--state-dir', join(home, 'agent')],
    ].flat();
    agent = startAgentProcess(agentArgs);
  });

  afterAll(async () => {
    await agent?.end('SIGTERM');
    await hub?.end('SIGTERM');
    for (const { Id } of await ours()) await docker.getContainer(Id).remove({ force: true });
    const late = await docker.listImages({ filters: { reference: [`${lateImage}:1`] } });
    if (late.length > 0) await docker.getImage(`${lateImage}:1`).remove();
    rmSync(home, { recursive: true, force: true });
  });

  const ours = async () =>
    (await docker.listContainers({ all: true })).filter(({ Labels }) => Labels['io.lanyard.device'] === deviceId);
  const apply = (modules: JsonObject) =>
    openRegistry(hub.ready).applyConfigurationContentOnDevice(deviceId, contentOf(modules));

  async function runningModules(): Promise<readonly string[]> {
    const running = (await ours()).filter(({ State }) => State === 'running');
    return running.map(({ Labels }) => Labels['io.lanyard.module'] ?? '').toSorted();
  }

  async function status() {
    const { responseBody } = await openRegistry(hub.ready).getModuleTwin(deviceId, '$edgeAgent');
    return (responseBody.properties.reported as unknown as Reported).lastDesiredStatus;
  }

  async function killAgent(): Promise<void> {
    await agent?.end('SIGKILL');
    agent = startAgentProcess(agentArgs);
  }

  /** Looks at the engine again and again until told to stop; gives the modules it saw twice. */
  function watchForDoubles(): () => Promise<readonly string[]> {
    const doubled: string[] = [];
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        const seen = await runningModules();
        doubled.push(...seen.filter((module, index) => seen.indexOf(module) !== index));
        await delay(20);
      }
      return doubled;
    })();
    return () => {
      over.abort();
      return watching;
    };
  }

  test('when it is killed at ten moments of replacements, and the hub once, it always ends with what is wanted', async () => {
    const doubles = watchForDoubles();
    for (let turn = 0; turn < 10; turn++) {
      const env = { TURN: { value: turn } };
      await apply({ [reader]: moduleOf(env), [writer]: moduleOf(env) });
      // From before the agent heard of it until after it is done.
      await delay(turn * 100);
      await killAgent();
      if (turn === 5) {
        await hub.end('SIGKILL');
        hub = await startHubProcess([...hubArgs, '--mqtt-port', String(mqttPort)]);
      }
      await eventually(async () => {
        const list = await ours();
        expect(list.map(({ State }) => State)).toEqual(['running', 'running']);
        for (const name of [reader, writer])
          expect((await docker.getContainer(name).inspect()).Config.Env).toContain(`TURN=${turn}`);
      }, patienceMs);
    }
    expect(await doubles()).toEqual([]);
    await eventually(async () => expect((await status())?.code).toBe(200), patienceMs);
  }, 300_000);

  test('when a container is looked into, it shows its own key alone', async () => {
    const [one, other] = await Promise.all([reader, writer].map((name) => docker.getContainer(name).inspect()));
    const { responseBody: identity } = await openRegistry(hub.ready).getModule(deviceId, reader);
    const key = identity.authentication?.symmetricKey?.primaryKey ?? '';
    expect(JSON.stringify(one)).toContain(key);
    expect(JSON.stringify(other)).not.toContain(key);
    expect(JSON.stringify([one, other])).not.toContain(deviceKey);
  });

  test('when a module may not be as it is wanted, the report names the key and what ran runs on', async () => {
    const createOptions = '{"HostConfig":{"Privileged":true,"Binds":["/var/run/docker.sock:/s"]}}';
    await apply({ [reader]: moduleOf({}), [writer]: moduleOf({}, { createOptions }) });
    await eventually(async () => expect((await status())?.code).toBe(400), patienceMs);
    expect((await status())?.description).toContain(`modules.${writer}.settings.createOptions.HostConfig.Privileged`);
    expect((await status())?.description).toContain('createOptions.HostConfig.Binds[0]');
    expect(await runningModules()).toEqual([reader, writer]);
  });

  test('when an image is nowhere, the old runs on until somebody brings it', async () => {
    await apply({ [reader]: moduleOf({}, { image: `${lateImage}:1` }), [writer]: moduleOf({}) });
    await eventually(async () => expect((await status())?.code).toBe(500), patienceMs);
    expect((await status())?.description).toContain(`${reader}: Image '${lateImage}:1' cannot be pulled`);
    expect((await docker.getContainer(reader).inspect()).State.Running).toBe(true);
    await docker.getImage(image).tag({ repo: lateImage, tag: '1' });
    await eventually(async () => expect((await status())?.code).toBe(200), patienceMs);
    expect((await docker.getContainer(reader).inspect()).Config.Image).toBe(`${lateImage}:1`);
  });

  test('when the unmodified service SDK calls $edgeAgent, it answers', async () => {
    const client = azureIotHub.Client.fromConnectionString(hub.ready.serviceConnectionString);
    const call = async (methodName: string, payload: unknown) =>
      (await client.invokeDeviceMethod(deviceId, '$edgeAgent', { methodName, payload })).result as unknown;
    const before = (await docker.getContainer(writer).inspect()).State.StartedAt;
    expect(await call('ping', null)).toEqual({ status: 200, payload: null });
    expect(await call('RestartModule', { schemaVersion: '1.0', id: writer })).toEqual({ status: 200, payload: null });
    expect((await docker.getContainer(writer).inspect()).State.StartedAt).not.toBe(before);
    const items = [{ id: writer, filter: { tail: 5 } }];
    expect(await call('GetModuleLogs', { schemaVersion: '1.0', items })).toMatchObject({ status: 200 });
    expect(await call('RestartModule', { schemaVersion: '1.0', id: 'nobody' })).toMatchObject({ status: 404 });
  });
});
