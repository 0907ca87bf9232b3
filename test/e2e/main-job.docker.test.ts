// The main job, with nothing pretended: the unmodified service SDK, the hub and the agent as processes, a real engine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { eventually } from '#test/support/eventually.ts';
import { startAgentProcess, startHubProcess, type HubProcess, type TestProcess } from '#test/support/hub-process.ts';
import { openRegistry, whyNotPort443 } from '#test/support/service-registry.ts';
import { importBusybox, importSdkModule } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'];
const host = '127.0.0.44';
const missing = socketPath === undefined ? 'no Docker engine' : await whyNotPort443(host);

const run = `e2e${process.pid}`;
const deviceId = `${run}-press`;
const [reader, writer, sensor, sdk] = ['reader', 'writer', 'sensor', 'sdk'].map((name) => `${run}-${name}`) as [
  string,
  string,
  string,
  string,
];
const busybox = 'lanyard-test/sleeper:1';
const sdkImage = 'lanyard-test/sdk-module:1';
const patienceMs = 60_000;

/** An unmodified module: takes its twin, says in a message what it found, and stays. */
const sdkProgram = `
const { ModuleClient, Message } = require('azure-iot-device');
const { Mqtt } = require('azure-iot-device-mqtt');
(async () => {
  const client = await ModuleClient.fromEnvironment(Mqtt);
  await client.open();
  const twin = await client.getTwin();
  await client.sendEvent(new Message(JSON.stringify({ greeting: twin.properties.desired.greeting })));
  await new Promise((resolve, reject) =>
    twin.properties.reported.update({ heard: twin.properties.desired.greeting }, (e) => (e ? reject(e) : resolve())));
  setInterval(() => {}, 1000);
})().catch((error) => { console.error(error); process.exit(1); });
`;

/** Proven after a second, and stopped at once: the first process of a container does not hear SIGTERM. */
const optionsIn = (network: string): string =>
  JSON.stringify({
    StopSignal: 'SIGKILL',
    HostConfig: { NetworkMode: network },
    Labels: { 'lanyard.settle-seconds': '1' },
  });

const moduleOf = (image: string, parts: JsonObject = {}) =>
  aModuleEntry(parts, { image, createOptions: optionsIn('none') });

const baseContent = {
  modulesContent: aManifest({
    agent: {
      modules: {
        [reader]: moduleOf(busybox, { env: { RATE: { value: '1' }, PLACE: { value: 'hall' } } }),
        [writer]: moduleOf(busybox),
      },
    },
    hub: { routes: {} },
  }),
};

const layerContent = {
  modulesContent: {
    $edgeAgent: {
      [`properties.desired.modules.${sensor}`]: moduleOf(busybox),
      [`properties.desired.modules.${reader}.env.RATE`]: { value: '9' },
    },
  },
};

const sdkContent = {
  modulesContent: {
    $edgeAgent: {
      [`properties.desired.modules.${sdk}`]: moduleOf(sdkImage, {
        settings: { image: sdkImage, createOptions: optionsIn('host') },
      }),
    },
    [sdk]: { 'properties.desired': { greeting: 'good morning' } },
  },
};

const configuration = (id: string, priority: number, content: object) => ({
  id: `${run}-${id}`,
  schemaVersion: '1.0',
  labels: {},
  targetCondition: "tags.line = 'press'",
  priority,
  content,
  metrics: { queries: {}, results: {} },
});

interface RunningContainer {
  readonly module: string;
  readonly env: readonly string[];
}

describe.skipIf(missing !== null)(
  `a real device runs what the hub deploys${missing === null ? '' : ` (${missing})`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'lanyard-e2e-'));
    const docker = new Docker({ socketPath: socketPath ?? '' });
    const hubArgs = ['--data-dir', join(home, 'hub'), '--host', host, '--https-port', '443', '--console-port', '0'];
    let hub: HubProcess;
    let agent: TestProcess | undefined;
    let agentArgs: readonly string[] = [];
    let mqttPort = 0;

    const registry = () => openRegistry(hub.ready);

    beforeAll(async () => {
      await importBusybox(docker, busybox, ['sleep', '100000']);
      await importSdkModule(docker, sdkImage, sdkProgram);
      hub = await startHubProcess([...hubArgs, '--mqtt-port', '0']);
      mqttPort = hub.mqttPort;
      const { responseBody: device } = await registry().create({ deviceId, capabilities: { iotEdge: true } });
      const key = device.authentication?.symmetricKey?.primaryKey ?? '';
      const stateDir = join(home, 'agent');
      agentArgs = [
        ['--connection-string', `HostName=${host}:${mqttPort};DeviceId=${deviceId};SharedAccessKey=${key}`],
        ['--ca', hub.ready.caFile],
        ['--docker', socketPath ?? ''],
        ['--state-dir', stateDir],
      ].flat();
    });

    afterAll(async () => {
      await agent?.end('SIGTERM');
      await hub?.end('SIGTERM');
      for (const { Id } of await ourContainers()) await docker.getContainer(Id).remove({ force: true });
      rmSync(home, { recursive: true, force: true });
    });

    async function ourContainers() {
      const all = await docker.listContainers({ all: true });
      return all.filter(({ Labels }) => Labels['io.lanyard.device'] === deviceId);
    }

    /** What runs, by module name; a module that runs twice shows up twice. */
    async function running(): Promise<readonly RunningContainer[]> {
      const list = (await ourContainers()).filter(({ State }) => State === 'running');
      const looks = list.map(async ({ Id, Labels }) => ({
        module: Labels['io.lanyard.module'] ?? '',
        env: (await docker.getContainer(Id).inspect()).Config.Env,
      }));
      return (await Promise.all(looks)).toSorted((a, b) => a.module.localeCompare(b.module));
    }

    const runningNames = async () => (await running()).map(({ module }) => module);
    const envOf = async (module: string) => (await running()).find((one) => one.module === module)?.env ?? [];

    async function reported() {
      const { responseBody } = await registry().getModuleTwin(deviceId, '$edgeAgent');
      return responseBody.properties.reported as unknown as {
        readonly lastDesiredStatus?: { readonly code: number };
        readonly modules?: Readonly<Record<string, { readonly runtimeStatus: string; readonly env?: object }>>;
      };
    }

    const create = (id: string, priority: number, content: object) =>
      registry().addConfiguration(configuration(id, priority, content));

    /** The bodies of the module's messages, as the hub has them on disk. */
    function storedTelemetry(): readonly string[] {
      const db = new Database(join(home, 'hub', 'hub.db'), { readonly: true });
      const rows = db.prepare('SELECT body FROM telemetry WHERE module_id = ?').pluck().all(sdk) as Buffer[];
      db.close();
      return rows.map((body) => body.toString('utf8'));
    }

    const restartHub = async () => {
      await hub.end('SIGKILL');
      hub = await startHubProcess([...hubArgs, '--mqtt-port', String(mqttPort)]);
    };

    test('when a base with two modules matches a tag, both run and the status says so', async () => {
      await create('base', 10, baseContent);
      agent = startAgentProcess(agentArgs);
      await registry().updateTwin(deviceId, { tags: { line: 'press' } }, '*');
      await eventually(async () => expect(await runningNames()).toEqual([reader, writer]), patienceMs);
      expect(await envOf(reader)).toEqual(
        expect.arrayContaining(['RATE=1', 'PLACE=hall', `IOTEDGE_MODULEID=${reader}`]),
      );
      await eventually(async () => {
        const { modules, lastDesiredStatus } = await reported();
        expect(lastDesiredStatus?.code).toBe(200);
        expect(modules?.[reader]?.runtimeStatus).toBe('running');
        expect(modules?.[writer]?.runtimeStatus).toBe('running');
      }, patienceMs);
      const { responseBody } = await registry().getConfiguration(`${run}-base`);
      expect(responseBody.systemMetrics?.results).toMatchObject({
        targetedCount: 1,
        appliedCount: 1,
        reportedSuccessfulCount: 1,
      });
    });

    test('when a layer is added while the hub is killed, the third module and the one variable arrive', async () => {
      await create('layer', 20, layerContent);
      await restartHub();
      await eventually(async () => expect(await runningNames()).toEqual([reader, sensor, writer]), patienceMs);
      await eventually(
        async () => expect(await envOf(reader)).toEqual(expect.arrayContaining(['RATE=9', 'PLACE=hall'])),
        patienceMs,
      );
      await eventually(
        async () => expect((await reported()).modules?.[sensor]?.runtimeStatus).toBe('running'),
        patienceMs,
      );
    });

    test('when a module is written with the unmodified SDK, it gets its twin and its message arrives', async () => {
      writeFileSync(join(home, 'agent', 'policy.json'), JSON.stringify({ allowHostNetwork: true }));
      await agent?.end('SIGTERM');
      agent = startAgentProcess(agentArgs);
      await create('sdk', 30, sdkContent);
      await eventually(async () => {
        const { responseBody } = await registry().getModuleTwin(deviceId, sdk);
        expect(responseBody.properties.reported).toMatchObject({ heard: 'good morning' });
      }, patienceMs);
      expect(storedTelemetry()).toEqual([JSON.stringify({ greeting: 'good morning' })]);
      const { responseBody: identity } = await registry().getModule(deviceId, sdk);
      const key = identity.authentication?.symmetricKey?.primaryKey ?? 'none';
      const connection = (await envOf(sdk)).find((line) => line.startsWith('EdgeHubConnectionString='));
      expect(connection).toContain(`ModuleId=${sdk}`);
      expect(connection).toContain(key);
      await registry().removeConfiguration(`${run}-sdk`);
      await eventually(async () => expect(await runningNames()).not.toContain(sdk), patienceMs);
    });

    test('when the layer is deleted and the agent killed in the middle, it converges to the base alone', async () => {
      await registry().removeConfiguration(`${run}-layer`);
      await eventually(async () => expect(await runningNames()).not.toEqual([reader, sensor, writer]), patienceMs);
      await agent?.end('SIGKILL');
      agent = startAgentProcess(agentArgs);
      await eventually(async () => {
        expect(await runningNames()).toEqual([reader, writer]);
        expect(await envOf(reader)).toContain('RATE=1');
        expect((await ourContainers()).length).toBe(2);
      }, patienceMs);
      await eventually(
        async () => expect(Object.keys((await reported()).modules ?? {})).not.toContain(sensor),
        patienceMs,
      );
    });

    test('when the device goes out of every deployment, it keeps what it runs', async () => {
      await registry().removeConfiguration(`${run}-base`);
      await eventually(async () => {
        const { responseBody } = await registry().getTwin(deviceId);
        expect(responseBody.deviceId).toBe(deviceId);
      });
      expect(await runningNames()).toEqual([reader, writer]);
    });
  },
);
