// Five sites' worst nights at once: each of five devices gets a set of three modules of which one is bad, and the hub is killed
// before any of them has changed anything. Each device helps itself, once, and says why when the hub is back. What a preflight
// would find comes about after it, or with a deployment that has none.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { aManifest, aModuleEntry } from '#test/support/build-manifest.ts';
import { openConsoleWindow } from '#test/support/console-window.ts';
import { dockerDevice, type DockerDevice } from '#test/support/docker-device.ts';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import {
  publishLayer,
  startLoopbackRegistry,
  whyNoRegistry,
  type LoopbackRegistry,
} from '#test/support/loopback-registry.ts';
import { newPolicy } from '#test/support/rollout-fleet.ts';
import { openRegistry, whyNotPort443 } from '#test/support/service-registry.ts';
import { watchServing, type ServingProbe } from '#test/support/serving-probe.ts';
import { importBusybox, loadForeignImage } from '#test/support/test-images.ts';

const socketPath = process.env['LANYARD_TEST_DOCKER'];
const host = '127.0.0.93';
const missing = socketPath === undefined ? 'no Docker engine' : (whyNoRegistry ?? (await whyNotPort443(host)));

const run = `lost${process.pid}`;
const image = `lanyard-${run}:1`;
const foreignImage = `lanyard-${run}:foreign`;
const takenPort = 8999;
const patienceMs = 120_000;

/** A module that serves its version on `port`. */
function moduleOf(port: number, version: string, options: JsonObject = {}, settings: JsonObject = {}): JsonObject {
  const createOptions = {
    Cmd: ['sh', '-c', `echo ${version} > /tmp/version; exec httpd -f -p 80 -h /tmp`],
    StopTimeout: 0,
    ExposedPorts: { '80/tcp': {} },
    HostConfig: { PortBindings: { '80/tcp': [{ HostIp: host, HostPort: String(port) }] } },
    Labels: { version, 'lanyard.settle-seconds': '1' },
    ...options,
  };
  return aModuleEntry({}, { image, createOptions: JSON.stringify(createOptions), ...settings });
}

const faults = [
  {
    fault: 'exits at once',
    bad: (port: number) => moduleOf(port, 'new', { Cmd: ['sh', '-c', 'echo no license; exit 3'] }),
    verdict: 'failed-rolled-back',
    says: "While verifying, module '{}' ended again and again, last with code 3.",
  },
  {
    fault: 'hangs in its health check',
    bad: (port: number) =>
      moduleOf(port, 'new', {
        Healthcheck: { Test: ['CMD', 'sleep', '60'], Interval: 5e8, Timeout: 5e8, Retries: 2 },
      }),
    verdict: 'failed-rolled-back',
    says: "While verifying, module '{}' is unhealthy by its own health check, which said last: Health check exceeded timeout",
  },
  {
    fault: 'needs a port that is taken',
    bad: () => moduleOf(takenPort, 'new'),
    verdict: 'failed-rolled-back',
    says: "While switching, module '{}' cannot be started:",
  },
  {
    fault: 'is for another architecture',
    bad: (port: number) => moduleOf(port, 'new', {}, { image: foreignImage }),
    verdict: 'refused',
    says: "While downloading, module '{}' has an image for linux/s390x",
  },
  {
    fault: 'cannot be pulled',
    bad: (port: number, registry: string) => moduleOf(port, 'new', {}, { image: `${registry}/${run}:1` }),
    verdict: 'failed-unchanged',
    says: "While downloading, module '{}' has no image:",
  },
] as const;

/** No rollout would bring it to its device. */
const unseen = 'is for another architecture';

interface Site {
  readonly id: string;
  readonly device: DockerDevice;
  readonly probes: readonly ServingProbe[];
  /** Attempts before the rollout. */
  attempts: number;
  /** Changing calls of its engine, by the time the rollout began. */
  callsBefore: number;
  verdictAtMs: number;
  /** The same when its attempt was over, and looks at the engine. */
  callsAtEnd: number;
  looksAtEnd: number;
}

const nothingYet = { attempts: 0, callsBefore: 0, verdictAtMs: 0, callsAtEnd: 0, looksAtEnd: 0 };

const namesOf = (index: number): readonly [string, string, string] => [
  `${run}-${index}-first`,
  `${run}-${index}-bad`,
  `${run}-${index}-last`,
];
const portsOf = (index: number): readonly [number, number, number] =>
  [8001, 8002, 8003].map((port) => port + 10 * index) as [number, number, number];

function setOf(index: number, version: string, bad: JsonObject): JsonObject {
  const [first, middle, last] = namesOf(index);
  const [firstPort, , lastPort] = portsOf(index);
  const modules = { [first]: moduleOf(firstPort, version), [middle]: bad, [last]: moduleOf(lastPort, version) };
  return aManifest({ agent: { modules }, hub: { routes: {} } });
}

describe.skipIf(missing !== null)(`a device that lost its hub${missing === null ? '' : ` (${missing})`}`, () => {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-lost-'));
  const docker = new Docker({ socketPath: socketPath ?? '/nowhere' });
  const hubArgs = ['--data-dir', join(home, 'hub'), '--host', host, '--https-port', '443', '--console-port', '0'];
  const stranger = createServer();
  const sites: Site[] = [];
  let hub: HubProcess;
  let registry: LoopbackRegistry;
  let mqttPort = 0;

  async function apply(index: number): Promise<void> {
    const modulesContent = setOf(index, 'old', moduleOf(portsOf(index)[1], 'old'));
    const targetCondition = `deviceId = '${run}-${index}'`;
    const content = { modulesContent };
    await openRegistry(hub.ready).addConfiguration({
      id: `${run}-${index}-old`,
      priority: 1,
      targetCondition,
      schemaVersion: '1.0',
      content,
    });
  }

  async function addSite(index: number): Promise<void> {
    const id = `${run}-${index}`;
    const { responseBody } = await openRegistry(hub.ready).create({ deviceId: id, capabilities: { iotEdge: true } });
    const key = responseBody.authentication?.symmetricKey?.primaryKey ?? '';
    const address = `${host}:${mqttPort}`;
    const device = await dockerDevice({
      socketPath: socketPath ?? '',
      deviceId: id,
      hub: { address, key, caFile: hub.ready.caFile },
    });
    sites[index] = { id, device, probes: [], ...nothingYet };
    await apply(index);
    device.start();
  }

  /** Every device runs its old set and serves; then rollouts reach them all, and the hub is gone before anybody acts. */
  beforeAll(async () => {
    await importBusybox(docker, image, ['sleep', '600']);
    await loadForeignImage(docker, foreignImage);
    registry = await startLoopbackRegistry();
    const afar = `${registry.address}/${run}:1`;
    await publishLayer(docker, { from: image, reference: afar, bytes: 1_000 });
    const kept = await docker.listImages({ filters: { reference: [afar] } });
    if (kept.length > 0) await docker.getImage(afar).remove({ force: true });
    hub = await startHubProcess([...hubArgs, '--mqtt-port', '0']);
    mqttPort = hub.mqttPort;
    await Promise.all(faults.map((_, index) => addSite(index)));
    for (const [index, site] of sites.entries()) {
      await eventually(
        async () => expect((await site.device.state()).course.lastAttempt?.verdict).toBe('done'),
        patienceMs,
      );
      const probes = portsOf(index).map((port) => watchServing(`http://${host}:${port}/version`));
      sites[index] = { ...site, probes, attempts: (await site.device.state()).course.attempts };
    }
    await serveAll('old');
    for (const site of sites) {
      site.device.proxy.hold();
      site.callsBefore = site.device.proxy.passed.length;
    }
    const { client, close } = await openConsoleWindow(hub.ready.console);
    for (const [index, { fault, bad }] of faults.entries()) {
      const content = setOf(index, 'new', bad(portsOf(index)[1], registry.address));
      const [id, targetCondition] = [`${run}-${index}-new`, `deviceId = '${run}-${index}'`];
      const deployment = { id, priority: 5, targetCondition };
      if (fault === unseen)
        await openRegistry(hub.ready).addConfiguration({
          ...deployment,
          schemaVersion: '1.0',
          content: { modulesContent: content },
        });
      else
        await client.createRollout.mutate({
          deployment: { ...deployment, content },
          policy: newPolicy({ settleMs: 1_000 }) as never,
        });
    }
    for (const { device } of sites)
      await eventually(async () => expect(JSON.stringify((await device.state()).desired)).toContain('new'), patienceMs);
    close();
    await hub.end('SIGKILL');
    for (const { device, callsBefore } of sites) expect(device.proxy.passed.length).toBe(callsBefore);
    await registry.stop();
    stranger.listen(takenPort, host);
    await once(stranger, 'listening');
    for (const { device } of sites) device.proxy.release();
    await Promise.all(sites.map((site) => followTo(site)));
  }, 400_000);

  afterAll(async () => {
    await Promise.all(sites.flatMap(({ probes }) => probes.map((probe) => probe.stop())));
    await Promise.all(sites.map(({ device }) => device.end()));
    await hub.end('SIGTERM');
    stranger.close();
    for (const name of [image, foreignImage]) await docker.getImage(name).remove({ force: true });
    rmSync(home, { recursive: true, force: true });
  });

  async function serveAll(version: string): Promise<void> {
    for (const { probes } of sites)
      for (const probe of probes)
        await eventually(() => expect(probe.servesSinceMs(version)).not.toBe(null), patienceMs);
  }

  /** Until its attempt is over; keeps when it knew that it would fail. */
  async function followTo(site: Site): Promise<void> {
    await eventually(async () => {
      const { trial, attempts, lastAttempt } = (await site.device.state()).course;
      const isOver = trial === null && attempts > site.attempts;
      if (site.verdictAtMs === 0 && (isOver || (trial !== null && trial.failure !== null)))
        site.verdictAtMs = performance.now();
      if (!isOver || lastAttempt === null) throw new Error(`${site.id} is still at ${trial?.phase}`);
      site.callsAtEnd = site.device.proxy.passed.length;
      site.looksAtEnd = site.device.proxy.looks;
    }, patienceMs);
  }

  test.each(faults.map(({ fault, verdict, says }, index) => ({ fault, verdict, says, index })))(
    'when one of three $fault, all three old ones serve again within 30 s, after one try',
    async ({ verdict, says, index }) => {
      const { device, probes, attempts, verdictAtMs, looksAtEnd, callsAtEnd } = sites[index] ?? expect.fail();
      // Two more looks of the agent: it does not try again.
      await eventually(() => expect(device.proxy.looks).toBeGreaterThan(looksAtEnd + 1), patienceMs);
      expect(device.proxy.passed.slice(callsAtEnd)).toEqual([]);
      const { course } = await device.state();
      expect(course.attempts).toBe(attempts + 1);
      expect(course.lastAttempt?.verdict).toBe(verdict);
      expect(course.lastAttempt?.reason?.message).toContain(says.replace('{}', namesOf(index)[1]));
      expect(await device.standing()).toEqual(
        namesOf(index)
          .map((name) => `${name} old running`)
          .toSorted(),
      );
      for (const probe of probes) {
        const said = new Set(probe.answers.map((answer) => answer.said));
        // What changed nothing was never missed.
        if (verdict !== 'failed-rolled-back') expect([...said]).toEqual(['old']);
        else expect(said.size).toBeGreaterThan(1);
        // A container that runs again may listen a moment later.
        const sinceMs = await eventually(() => probe.servesSinceMs('old') ?? expect.fail(probe.story()), patienceMs);
        expect(sinceMs - verdictAtMs, probe.story()).toBeLessThan(30_000);
      }
    },
  );

  test('when the hub is back, each rollout tells what its device said, word for word', async () => {
    // The hub withdraws what failed, and then the device's last attempt is another.
    const courses = await Promise.all(sites.map(async ({ device }) => (await device.state()).course));
    hub = await startHubProcess([...hubArgs, '--mqtt-port', String(mqttPort)]);
    const { client, close } = await openConsoleWindow(hub.ready.console);
    for (const [index, { id }] of sites.entries()) {
      const deploymentId = `${run}-${index}-new`;
      const lastAttempt = courses[index]?.lastAttempt;
      const reason = `${lastAttempt?.reason?.message} ${lastAttempt?.reason?.remedy}`;
      await eventually(async () => {
        if (faults[index]?.fault === unseen) {
          const { responseBody } = await openRegistry(hub.ready).getConfiguration(deploymentId);
          expect(responseBody.systemMetrics?.results).toMatchObject({ reportedFailedCount: 1 });
          return;
        }
        const attempts = await client.rolloutAttempts.query({ deploymentId, deviceId: id });
        expect(attempts.filter(({ purpose }) => purpose === 'change')).toMatchObject([
          { verdict: lastAttempt?.verdict, reason },
        ]);
        const { rows } = await client.rolloutDevices.query({ deploymentId, after: null, limit: 10 });
        expect(rows).toMatchObject([{ deviceId: id, standing: 'failure' }]);
        expect(await client.rollout.query({ deploymentId })).toMatchObject({ totals: { failures: 1, counted: 1 } });
      }, patienceMs);
    }
    close();
  });
});
