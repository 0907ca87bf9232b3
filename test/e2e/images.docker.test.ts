// Images without the internet, with nothing pretended: an image is pushed to the laptop, deployed by a name of a registry that nobody
// reaches, and runs on a real engine behind a real agent. The device is never told a registry's address.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { parseConnectionString } from '#contract/connection-string.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { eventually } from '#test/support/eventually.ts';
import { startAgentProcess, startHubProcess, type HubProcess, type TestProcess } from '#test/support/hub-process.ts';
import { addLayer, pushTo } from '#test/support/loopback-registry.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { openRegistry, whyNotPort443 } from '#test/support/service-registry.ts';
import { importBusybox } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'];
const host = '127.0.0.95';
const missing = socketPath === undefined ? 'no Docker engine' : await whyNotPort443(host);

const run = `img${process.pid}`;
const deviceId = `${run}-press`;
const module = `${run}-web`;
/** No name server knows it. */
const plant = `reg.plant.invalid/${run}`;
const base = `lanyard-${run}:base`;
const layerBytes = 3_000_000;
const patienceMs = 90_000;

function manifestOf(image: string): JsonObject {
  const createOptions = JSON.stringify({ StopSignal: 'SIGKILL', Labels: { 'lanyard.settle-seconds': '0' } });
  const modules = { [module]: aModuleEntry({}, { image, createOptions }) };
  return aManifest({ agent: { modules }, hub: { routes: {} } });
}

/** That outranks what was deployed before it. */
function rolloutOf(image: string) {
  return { id: `${run}-rollout`, content: manifestOf(image), targetCondition: "tags.line = 'press'", priority: 9 };
}

describe.skipIf(missing !== null)(`images without the internet${missing === null ? '' : ` (${missing})`}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-images-'));
  const docker = new Docker({ socketPath: socketPath ?? '/nowhere' });
  const hubArgs = ['--data-dir', join(home, 'hub'), '--host', host, '--https-port', '443', '--console-port', '0'];
  let hub: HubProcess;
  let agent: TestProcess | undefined;
  let agentArgs: readonly string[] = [];
  let mqttPort = 0;

  beforeAll(async () => {
    await importBusybox(docker, base, ['sleep', '100000']);
    hub = await startHubProcess([...hubArgs, '--mqtt-port', '0']);
    mqttPort = hub.mqttPort;
    const { responseBody } = await openRegistry(hub.ready).create({ deviceId, capabilities: { iotEdge: true } });
    const key = responseBody.authentication?.symmetricKey?.primaryKey ?? '';
    await openRegistry(hub.ready).updateTwin(deviceId, { tags: { line: 'press' } }, '*');
    agentArgs = [
      ['--connection-string', `HostName=${host}:${mqttPort};DeviceId=${deviceId};SharedAccessKey=${key}`],
      ['--ca', hub.ready.caFile],
      ['--docker', socketPath ?? ''],
      ['--state-dir', join(home, 'agent')],
    ].flat();
    agent = startAgentProcess(agentArgs);
  });
  afterAll(async () => {
    await agent?.end('SIGTERM');
    await hub?.end('SIGTERM');
    for (const { Id } of await ourContainers()) await docker.getContainer(Id).remove({ force: true });
    for (const name of await ourNames()) await docker.getImage(name).remove({ force: true });
    rmSync(home, { recursive: true, force: true });
  });

  const ourContainers = async () =>
    (await docker.listContainers({ all: true })).filter(({ Labels }) => Labels['io.lanyard.device'] === deviceId);
  const ourNames = async (): Promise<readonly string[]> =>
    (await docker.listImages())
      .flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])])
      .filter((name) => name.includes(run));

  /** Made here, pushed to the laptop, and gone from the engine: its digest. */
  async function bring(name: string, from = base, bytes = layerBytes): Promise<string> {
    const key = parseConnectionString(hub.ready.serviceConnectionString);
    const password = key.ok ? (key.value.sharedAccessKey ?? '') : '';
    const reference = `${host}:443/${plant}/${name}`;
    await addLayer(docker, { from, reference, bytes });
    await pushTo(docker, reference, { username: 'service', password, serveraddress: `${host}:443` });
    const { RepoDigests } = await docker.getImage(reference).inspect();
    await docker.getImage(reference).remove({ force: true });
    return RepoDigests[0]?.split('@')[1] ?? '';
  }

  const deploy = (id: string, priority: number, image: string) =>
    openRegistry(hub.ready).addConfiguration({
      id: `${run}-${id}`,
      schemaVersion: '1.0',
      labels: {},
      targetCondition: "tags.line = 'press'",
      priority,
      content: { modulesContent: manifestOf(image) },
      metrics: { queries: {}, results: {} },
    });

  async function reported() {
    const { responseBody } = await openRegistry(hub.ready).getModuleTwin(deviceId, '$edgeAgent');
    return responseBody.properties.reported as unknown as {
      readonly lastDesiredStatus?: { readonly code: number; readonly description: string };
      readonly modules?: Readonly<
        Record<string, { readonly runtimeStatus: string; readonly settings: { readonly image: string } }>
      >;
    };
  }

  /** The module runs from it, the hub knows, and the engine has the image under no name of ours but these. */
  async function runs(image: string): Promise<void> {
    await eventually(async () => {
      const { modules, lastDesiredStatus } = await reported();
      expect(lastDesiredStatus, agent?.stderr().slice(-2_000)).toMatchObject({ code: 200 });
      expect(modules?.[module]).toMatchObject({ runtimeStatus: 'running', settings: { image } });
    }, patienceMs);
    await eventually(async () => expect(await ourContainers()).toMatchObject([{ State: 'running' }]));
  }

  test('when the laptop has the image, the device runs it, though nobody reaches its registry', async () => {
    await bring('web:1');
    await deploy('one', 1, `${plant}/web:1`);
    await runs(`${plant}/web:1`);
    expect((await ourNames()).filter((name) => name !== base)).toEqual([`${plant}/web:1`]);
  });

  test('when it is named by its digest, it runs, and goes on as it is when the agent starts anew', async () => {
    const digest = await bring('web:2', base, 50_000);
    const image = `${plant}/web@${digest}`;
    await deploy('two', 2, image);
    await runs(image);
    const [before] = await ourContainers();
    await agent?.end('SIGKILL');
    agent = startAgentProcess(agentArgs);
    await eventually(() => expect(agent?.stderr()).toContain('connected to the hub'), patienceMs);
    await runs(image);
    expect((await ourContainers()).map(({ Id }) => Id)).toEqual([before?.Id]);
  });

  test('when the laptop lacks it, the device says so in one sentence, and runs it as soon as it is brought', async () => {
    await deploy('three', 3, `${plant}/web:3`);
    await eventually(async () => {
      const { lastDesiredStatus } = await reported();
      expect(lastDesiredStatus).toMatchObject({ code: 500 });
      expect(lastDesiredStatus?.description).toMatch(
        /Image '.*web:3' cannot be pulled: the hub 127\.0\.0\.95:443 does not have it; its registry reg\.plant\.invalid gives none \(.*\)\. Bring it to the hub, or let this device reach/,
      );
    }, patienceMs);
    await bring('web:3', base, 60_000);
    await runs(`${plant}/web:3`);
  });

  test('when a rollout would bring it, the preflight looks at the laptop first, and the rollout goes through', async () => {
    const { client, close } = await openConsoleWindow(hub.ready.console);
    const page = await client.preflight.query({ deployment: rolloutOf(`${plant}/web:4`) });
    expect(page.rows).toMatchObject([{ deviceId, answer: 'wait' }]);
    expect(page.rows[0]?.sentences.join(' ')).toContain('the hub 127.0.0.95:443 does not have it');
    await bring('web:4', base, 70_000);
    const again = await client.preflight.query({ deployment: rolloutOf(`${plant}/web:4`) });
    expect(again.rows).toMatchObject([{ deviceId, answer: 'go', sentences: [] }]);
    expect(again.rows[0]?.findings.map(({ question, state }) => `${question} ${state}`)).toEqual(
      ['awake', 'base', 'architecture', 'image', 'disk', 'ports'].map((question) => `${question} good`),
    );
    await client.createRollout.mutate({
      deployment: rolloutOf(`${plant}/web:4`),
      policy: newPolicy({ settleMs: 0 }) as never,
    });
    await runs(`${plant}/web:4`);
    close();
  });

  test('when the agent is killed in mid-pull, the next one brings the image and leaves nothing else', async () => {
    await bring('cut:1', base, 40_000_000);
    await deploy('cut', 15, `${plant}/cut:1`);
    await eventually(() => expect(agent?.stderr()).toContain(`pull ${plant}/cut:1`), patienceMs);
    await agent?.end('SIGKILL');
    expect(await ourNames()).not.toContain(`${plant}/cut:1`);
    agent = startAgentProcess(agentArgs);
    await runs(`${plant}/cut:1`);
    expect((await ourNames()).filter((name) => name.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('when the hub is killed in mid-pull and comes back, the module runs', async () => {
    await bring('large:1', base, 60_000_000);
    await deploy('large', 20, `${plant}/large:1`);
    await eventually(() => expect(agent?.stderr()).toContain(`pull ${plant}/large:1`), patienceMs);
    await hub.end('SIGKILL');
    expect(await ourNames()).not.toContain(`${plant}/large:1`);
    hub = await startHubProcess([...hubArgs, '--mqtt-port', String(mqttPort)]);
    await runs(`${plant}/large:1`);
  });
});
