// Durable ingest: devices report with QoS 1, PUBACK follows the commit. Against SQLite alone, making the same commits.
import { join } from 'node:path';
import { seedSite } from '#test/support/seed-site.ts';
import { startAsked, startHub } from './bench-process.ts';
import type { IngestFloorAnswer } from './ingest-floor-main.ts';
import { figure, inTurns, median, pairedRatio, type BenchRun, type Workload } from './measure.ts';

const devices = 50;
const perDevice = 600;
const window = 20;
const rounds = 4;

export const ingest: Workload = {
  name: 'ingest',
  async run(run) {
    let hubDir = '';
    const batchSizes: number[] = [];
    const rates = await inTurns(rounds, {
      async ours() {
        hubDir = run.folder(hubDir.endsWith('hub-a') ? 'hub-b' : 'hub-a');
        seedSite({ dir: hubDir, devices });
        const rate = await ingestRate(run, hubDir);
        run.say(`ours: ${figure(rate)} reports/s`);
        return rate;
      },
      async floor() {
        const freshDir = run.folder('floor');
        seedSite({ dir: freshDir, devices });
        const bare = startAsked(run, './ingest-floor-main.ts');
        const { reports, batches, elapsedMs } = await bare.ask<IngestFloorAnswer>({ hubDir, freshDir });
        await bare.end();
        batchSizes.push(reports / batches);
        const rate = (reports / elapsedMs) * 1000;
        run.say(`floor: ${figure(rate)} reports/s in batches of ${figure(reports / batches)}`);
        return rate;
      },
    });
    return {
      name: ingest.name,
      ours: `${figure(median(rates.ours))} reports/s`,
      floor: `${figure(median(rates.floor))} reports/s`,
      ratio: pairedRatio(rates),
      target: { of: 'ratio', atLeast: 0.5 },
      note:
        `${devices} devices over TLS, QoS 1, ${perDevice} reports each, ${window} unacknowledged per device at most, ` +
        `${rounds} rounds. Floor: bare better-sqlite3, WAL, synchronous=FULL, the same two statements with the same bytes, ` +
        `in the hub's own batches (${figure(median(batchSizes))} reports on average).`,
    };
  },
};

async function ingestRate(run: BenchRun, hubDir: string): Promise<number> {
  const recorder = new URL('./record-commits.ts', import.meta.url).href;
  const hub = await startHub(run, hubDir, ['--import', recorder]);
  const generator = startAsked(run, './generator-main.ts');
  const caFile = hub.ready.caFile;
  await generator.ask({ do: 'connect', port: hub.mqttPort, caFile, devices, parallel: 10, as: 'devices' });
  // A few reports each, so that neither side is timed while its code is still being compiled.
  await generator.ask({ do: 'report', perDevice: 20, window });
  const { elapsedMs, acknowledged } = await generator.ask<{ elapsedMs: number; acknowledged: number }>({
    do: 'report',
    perDevice,
    window,
  });
  await generator.end();
  const { code } = await hub.end('SIGTERM');
  if (code !== 0)
    throw new Error(`the hub ended with code ${code}; see ${join(hubDir, 'hub.db')}: ${hub.stderr().slice(-500)}`);
  return (acknowledged / elapsedMs) * 1000;
}
