// The disk fills up under the hub: no report is acknowledged that is not on it, the hub says so, and goes on once there is room.
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { diskFiller } from './fill-disk.ts';
import { disagreements, readEvidence } from './journal-evidence.ts';
import { startReporting, type ReportingDevice } from './reporting-device.ts';
import { mountDisk, whyNoMounts, type SmallDisk } from './small-disk.ts';

const deviceCount = 10;

let disk: SmallDisk | undefined;
let hub: HubProcess | undefined;
let devices: readonly ReportingDevice[] = [];

afterEach(async () => {
  await Promise.all(devices.map((device) => device.close()));
  await hub?.end('SIGKILL');
  disk?.remove();
});

test('when the disk fills up, the hub acknowledges nothing it cannot keep, says so, and heals', async ({ skip }) => {
  const reason = whyNoMounts();
  if (reason !== null) skip(reason);
  // Room for the database, its log and the reports of the test; tmpfs answers a full disk as any other does.
  disk = mountDisk('size=24m');
  const dataDir = join(disk.dir, 'site');
  seedSite({ dir: dataDir, devices: deviceCount });
  hub = await startHubProcess(['--data-dir', dataDir, '--https-port', '0', '--mqtt-port', '0', '--console-port', '0']);
  const running = hub;
  const { caFile } = hub.ready;
  const port = hub.mqttPort;
  devices = Array.from({ length: deviceCount }, (_, index) => startReporting({ index, port, caFile, window: 1 }));
  await eventually(() => {
    for (const { acknowledged } of devices) expect(acknowledged.size).toBeGreaterThan(5);
  });

  const filler = diskFiller(join(disk.dir, 'filler'));
  filler.fill();
  await eventually(() => expect(running.stderr()).toMatch(/is full or failing: free some space/), 20_000);
  const atFullDisk = acknowledgedCount();
  filler.fill();
  expect(running.child.exitCode).toBeNull();

  filler.empty();
  await eventually(() => expect(acknowledgedCount()).toBeGreaterThan(atFullDisk + deviceCount * 5), 30_000);
  await Promise.all(devices.map((device) => device.finish()));
  expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });

  const evidence = await readEvidence(dataDir, devices);
  expect(disagreements(devices, evidence)).toEqual([]);
  expect(evidence.firstBrokenSeq).toBeNull();
  expect(evidence.integrity).toBe('ok');
});

function acknowledgedCount(): number {
  return devices.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0);
}
