// SIGTERM under load: the hub stops in time, and what it acknowledged is there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { disagreements, readEvidence } from './journal-evidence.ts';
import { startReporting, type ReportingDevice } from './reporting-device.ts';

const deviceCount = 50;
const promisedStopMs = 5000;

let hub: HubProcess | undefined;
let devices: readonly ReportingDevice[] = [];
let dataDir = '';

afterEach(async () => {
  await Promise.all(devices.map((device) => device.close()));
  await hub?.end('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('when SIGTERM comes while 50 devices report, the hub ends within 5 s and keeps what it acknowledged', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'lanyard-stop-'));
  seedSite({ dir: dataDir, devices: deviceCount });
  hub = await startHubProcess(['--data-dir', dataDir, '--https-port', '0', '--mqtt-port', '0', '--console-port', '0']);
  const { caFile } = hub.ready;
  const port = hub.mqttPort;
  devices = Array.from({ length: deviceCount }, (_, index) => startReporting({ index, port, caFile }));
  await eventually(() => {
    for (const { acknowledged } of devices) expect(acknowledged.size).toBeGreaterThan(5);
  });

  const closed = devices.map(({ client }) => new Promise<void>((resolve) => client.once('close', () => resolve())));
  const startedAtMs = performance.now();
  expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAtMs).toBeLessThan(promisedStopMs);
  await Promise.all(closed);
  await Promise.all(devices.map((device) => device.close()));

  const evidence = await readEvidence(dataDir, devices);
  expect(disagreements(devices, evidence)).toEqual([]);
  expect(evidence.firstBrokenSeq).toBeNull();
  expect(evidence.integrity).toBe('ok');
});
