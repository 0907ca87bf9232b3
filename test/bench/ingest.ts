// Durable ingest: devices report with QoS 1, PUBACK follows the commit. Against SQLite alone, making the same commits; and against
// aedes alone, which takes and answers the same reports and writes nothing: what remains of the first ratio for any hub.
import { seedSite } from '#test/support/seed-site.ts';
import type { LinkWay } from './bare-link-main.ts';
import { createBareLinks, type BareLinks } from './bare-links.ts';
import { startAsked, startHub } from './bench-process.ts';
import type { IngestFloorAnswer, IngestFloorOrder } from './ingest-floor-main.ts';
import { figure, inTurns, median, pairedRatio, type BenchResult, type BenchRun, type Workload } from './measure.ts';
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
    const links = createBareLinks(run, { devices, perDevice, window });
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
        await links.measure(hubDir);
        return rate;
      },
    });
    const written: BenchResult = {
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
        `Bare SQLite that writes the twin once per report, not once per commit: ${figure(median(unfoldedRates))} reports/s. ` +
        boundInWords(links, processorUs.floor),
    };
    return [written, receivedOnly(links, rates.ours)];
  },
};

/** What is left of the target once the reports have only been received. By processor time, which a busy machine bends least. */
function boundInWords(links: BareLinks, writingUs: readonly number[]): string {
  const ofFloor = (way: LinkWay, isWritten: boolean): string => {
    const linkUs = links.rounds(way).map(({ us }, round) => us + (isWritten ? (writingUs[round] ?? Number.NaN) : 0));
    return figure(pairedRatio({ ours: writingUs, floor: linkUs }));
  };
  return (
    'Bound, by processor time of one process: bare aedes over the same TLS, which answers every report and writes nothing, could ' +
    `reach ${ofFloor('aedes', false)} of that floor; with the floor's writes ${ofFloor('aedes', true)}; the leanest use of aedes ` +
    `known here, with the floor's writes and nothing else, neither JSON nor a rule nor a hash, ${ofFloor('lean', true)}.`
  );
}

function receivedOnly(links: BareLinks, ourRates: readonly number[]): BenchResult {
  const rates = { ours: ourRates, floor: links.rounds('aedes').map(({ rate }) => rate) };
  return {
    name: `${ingest.name}-link`,
    ours: `${figure(median(rates.ours))} reports/s`,
    floor: `${figure(median(rates.floor))} reports/s`,
    ratio: pairedRatio(rates),
    target: null,
    note:
      'Ours as above, durable. Floor: bare aedes, the same certificate, clients and packets, PUBACK and the answer to the one that ' +
      `asked, nothing parsed and nothing written. Processor time per report of servers that only receive and answer: ${links.words()}. ` +
      'As the hub has it: nothing to forward to, and what a turn of the event loop has to say to a client in one write.',
  };
}

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
