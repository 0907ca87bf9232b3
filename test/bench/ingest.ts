// Durable ingest: devices report with QoS 1, PUBACK follows the commit. Against SQLite alone, making the same commits.
import { seedSite } from '#test/support/seed-site.ts';
import { startAsked, startHub } from './bench-process.ts';
import type { IngestFloorAnswer, IngestFloorOrder } from './ingest-floor-main.ts';
import { figure, inTurns, median, pairedRatio, type BenchRun, type Workload } from './measure.ts';
import { processorMs } from './until-quiet.ts';

const devices = 50;
const perDevice = 600;
const window = 20;
const rounds = 4;

export const ingest: Workload = {
  name: 'ingest',
  async run(run) {
    let hubDir = '';
    const batchSizes: number[] = [];
    const processorUs = { ours: [] as number[], load: [] as number[], floor: [] as number[] };
    const unfoldedRates: number[] = [];
    const rates = await inTurns(rounds, {
      async ours() {
        hubDir = run.folder(hubDir.endsWith('hub-a') ? 'hub-b' : 'hub-a');
        seedSite({ dir: hubDir, devices });
        const sent = await ingestReports(run, hubDir);
        processorUs.ours.push((sent.processorMs * 1000) / sent.reports);
        processorUs.load.push((sent.loadMs * 1000) / sent.reports);
        const rate = (sent.reports / sent.elapsedMs) * 1000;
        run.say(`ours: ${figure(rate)} reports/s`);
        return rate;
      },
      async floor() {
        const { reports, batches, elapsedMs, ...floor } = await writeBare(run, hubDir, true);
        batchSizes.push(reports / batches);
        processorUs.floor.push((floor.processorMs * 1000) / reports);
        const rate = (reports / elapsedMs) * 1000;
        const unfolded = await writeBare(run, hubDir, false);
        unfoldedRates.push((unfolded.reports / unfolded.elapsedMs) * 1000);
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
        `${rounds} rounds. Floor: bare better-sqlite3, WAL, synchronous=FULL, the same rows with the same bytes, ` +
        `in the hub's own batches (${figure(median(batchSizes))} reports on average). ` +
        `Processor time per report: ours ${figure(median(processorUs.ours))} µs (and the load generator's beside it ` +
        `${figure(median(processorUs.load))} µs), floor ${figure(median(processorUs.floor))} µs. ` +
        `Bare SQLite that writes the twin once per report, not once per commit: ${figure(median(unfoldedRates))} reports/s.`,
    };
  },
};

async function writeBare(run: BenchRun, hubDir: string, isFolded: boolean): Promise<IngestFloorAnswer> {
  const freshDir = run.folder('floor');
  seedSite({ dir: freshDir, devices });
  const bare = startAsked(run, './ingest-floor-main.ts');
  const order: IngestFloorOrder = { hubDir, freshDir, isFolded };
  const answer = await bare.ask<IngestFloorAnswer>(order);
  await bare.end();
  return answer;
}

interface Ingested {
  readonly elapsedMs: number;
  readonly processorMs: number;
  /** Processor time of the load generator. */
  readonly loadMs: number;
  readonly reports: number;
}

async function ingestReports(run: BenchRun, hubDir: string): Promise<Ingested> {
  const recorder = new URL('./record-commits.ts', import.meta.url).href;
  const hub = await startHub(run, hubDir, ['--import', recorder]);
  const { caFile, pid } = hub.ready;
  const generator = startAsked(run, './generator-main.ts');
  await generator.ask({ do: 'connect', port: hub.mqttPort, caFile, devices, parallel: 10, as: 'devices' });
  // So many that the hub's code is compiled: what runs for months is not judged by its first second.
  await generator.ask({ do: 'report', perDevice: 300, window });
  const before = processorMs(pid);
  const loadBefore = processorMs(generator.child.pid ?? 0);
  const sent = await generator.ask<{ elapsedMs: number; acknowledged: number }>({ do: 'report', perDevice, window });
  const used = processorMs(pid) - before;
  const loadMs = processorMs(generator.child.pid ?? 0) - loadBefore;
  await generator.end();
  const { code } = await hub.end('SIGTERM');
  if (code !== 0) throw new Error(`the hub ended with code ${code}: ${hub.stderr().slice(-500)}`);
  return { elapsedMs: sent.elapsedMs, processorMs: used, loadMs, reports: sent.acknowledged };
}
