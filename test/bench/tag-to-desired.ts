// The time a person waits for: a tag is changed by a script, a layer starts to match, the device is told. Against what no hub
// can save: one durable commit and one round trip over TLS.
import { join } from 'node:path';
import { seedSite } from '#test/support/seed-site.ts';
import { startAsked, startHub, type Asked } from './bench-process.ts';
import { figure, inTurns, median, pairedRatio, percentile, type BenchRun, type Workload } from './measure.ts';
import { layerModule, siteDeployments, tagsOf } from './site-deployments.ts';
import { untilQuiet } from './until-quiet.ts';
import { untilSettled } from './until-settled.ts';

const devices = 1000;
const rounds = 4;
const changesPerRound = devices / rounds;

interface Latencies {
  readonly latenciesMs: readonly number[];
}

export const tagToDesired: Workload = {
  name: 'tag-to-desired',
  async run(run) {
    const dir = run.folder('hub');
    seedSite({ dir, devices, isEdge: true, tags: tagsOf, deployments: siteDeployments() });
    const hub = await startHub(run, dir);
    const { caFile, pid, serviceConnectionString } = hub.ready;
    const generator = startAsked(run, './generator-main.ts');
    const floorPort = await startFloor(run, join(dir, 'server.pem'));
    await untilSettled(dir, devices);
    await generator.ask({ do: 'connect', port: hub.mqttPort, caFile, devices, parallel: 50, as: 'agents' });
    await untilQuiet(pid);
    const service = { httpsPort: hub.httpsPort, caFile, serviceConnectionString, moduleId: layerModule };
    let first = 0;
    const all = { ours: [] as number[], floor: [] as number[] };
    const p99 = await inTurns(rounds, {
      async ours() {
        const latenciesMs = await ask(generator, { do: 'tag', ...service, changes: changesPerRound, first });
        first += changesPerRound;
        all.ours.push(...latenciesMs);
        run.say(`ours: p99 ${figure(percentile(latenciesMs, 99))} ms`);
        return percentile(latenciesMs, 99);
      },
      async floor() {
        const latenciesMs = await ask(generator, {
          do: 'round-trips',
          port: floorPort,
          caFile,
          count: changesPerRound,
        });
        all.floor.push(...latenciesMs);
        run.say(`floor: p99 ${figure(percentile(latenciesMs, 99))} ms`);
        return percentile(latenciesMs, 99);
      },
    });
    return {
      name: tagToDesired.name,
      ours: p50AndP99(all.ours),
      floor: p50AndP99(all.floor),
      ratio: pairedRatio(p99),
      judged: percentile(all.ours, 99),
      target: { of: 'ours', atMost: 20 },
      note:
        `${devices} agents connected and subscribed; ${rounds * changesPerRound} tag changes over the service API, one after ` +
        `another, from request to desired push, ${rounds} rounds; the ratio is that of the p99s. ` +
        `Floor: one commit of 1 KB with synchronous=FULL and one round trip over TLS.`,
    };
  },
};

async function ask(generator: Asked, order: object): Promise<readonly number[]> {
  return (await generator.ask<Latencies>(order)).latenciesMs;
}

async function startFloor(run: BenchRun, serverPem: string): Promise<number> {
  const bare = startAsked(run, './bare-tls-main.ts');
  const database = join(run.folder('floor'), 'floor.db');
  return (await bare.ask<{ port: number }>({ serverPem, database })).port;
}

function p50AndP99(latenciesMs: readonly number[]): string {
  return `p50 ${figure(median(latenciesMs))} ms, p99 ${figure(percentile(latenciesMs, 99))} ms`;
}
