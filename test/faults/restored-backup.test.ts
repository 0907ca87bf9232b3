// hub.db is put back from an older copy, made as README says, while its devices are ahead of it: they come in as they are, what
// they report from then on is kept, and the copy takes nothing of the log of the database it replaces.
import { mkdtempSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { startHubProcess, type HubProcess } from '#test/support/hub-process.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { findFixedPort } from './fixed-port.ts';
import { readEvidence } from './journal-evidence.ts';
import { startReporting, type ReportingDevice } from './reporting-device.ts';

let hub: HubProcess | undefined;
let device: ReportingDevice | undefined;
let home = '';

afterEach(async () => {
  await device?.close();
  await hub?.end('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'when an older copy is put back after %s, devices that are ahead of it go on',
  async (signal) => {
    home = mkdtempSync(join(tmpdir(), 'lanyard-restored-'));
    const dataDir = join(home, 'site');
    const database = join(dataDir, 'hub.db');
    seedSite({ dir: dataDir, devices: 1 });
    const port = await findFixedPort();
    const flags = ['--data-dir', dataDir, '--mqtt-port', String(port), '--https-port', '0', '--console-port', '0'];
    hub = await startHubProcess(flags);
    const reporting = startReporting({ index: 0, port, caFile: hub.ready.caFile, window: 1 });
    device = reporting;
    const acknowledgedMore = async (count: number): Promise<void> => {
      const from = reporting.acknowledged.size;
      await eventually(() => expect(reporting.acknowledged.size).toBeGreaterThan(from + count), 30_000);
    };
    await acknowledgedMore(30);
    const running = new Database(database, { readonly: true });
    running.prepare('VACUUM INTO ?').run(join(home, 'copy.db'));
    running.close();
    await acknowledgedMore(60);
    await hub.end(signal);

    const newestBefore = Math.max(...reporting.acknowledged);
    // As a person does it: the one file. Of a hub that was killed the log of the old database is still beside it.
    await rename(join(home, 'copy.db'), database);
    hub = await startHubProcess(flags);
    await acknowledgedMore(30);
    await reporting.finish();
    expect(await hub.end('SIGTERM')).toEqual({ code: 0, signal: null });

    const evidence = await readEvidence(dataDir, [reporting]);
    const rows = evidence.rows.get(reporting.deviceId) ?? new Map<number, number>();
    const after = [...reporting.acknowledged].filter((number) => number > newestBefore + 1);
    expect(after.filter((number) => rows.get(number) !== 1)).toEqual([]);
    expect(rows.size).toBeLessThan(reporting.acknowledged.size);
    expect(evidence.reportedVersions.get(reporting.deviceId)).toBe(rows.size + 1);
    expect(evidence).toMatchObject({ firstBrokenSeq: null, integrity: 'ok' });
  },
);
