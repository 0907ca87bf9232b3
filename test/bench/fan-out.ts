// A new revision for a whole site: from the change until the last connected device has read its desired patch, plainly deployed and as
// a rollout of one wave. Against a bare aedes that publishes the same bytes to as many clients, one after another, and has no disk;
// beside it, for what a disk costs whoever has one, against the same aedes when it writes one row and one of a journal for each.
import { join } from 'node:path';
import { aDeployment } from '#test/support/build-deployment.ts';
import { seedSite } from '#test/support/seed-site.ts';
import { startAsked, startHub } from './bench-process.ts';
import type { BareAedesOrder } from './bare-aedes-main.ts';
import type { FanOutOrder, FanOutTimes } from './fan-out-main.ts';
import { figure, inTurns, median, pairedRatio, type BenchRun, type Workload } from './measure.ts';
import { revisionContent } from './revisions.ts';
import { processorMs, untilQuiet } from './until-quiet.ts';
import { untilSettled } from './until-settled.ts';

const clients = 1000;
const rounds = 6;

export const fanOut = fanOutOf('fan-out', 'deploy');
export const rolloutFanOut = fanOutOf('fan-out-rollout', 'roll-out');

function fanOutOf(name: string, change: 'deploy' | 'roll-out'): Workload {
  return {
    name,
    async run(run) {
      const dir = run.folder('hub');
      const base = aDeployment({ id: 'base', priority: 10, targetCondition: '*', content: revisionContent(0) });
      seedSite({ dir, devices: clients, isEdge: true, deployments: [base] });
      const hub = await startHub(run, dir);
      const { ready, httpsPort, mqttPort } = hub;
      const site = { ready, httpsPort, mqttPort };
      const bare = startAsked(run, './bare-aedes-main.ts');
      const database = join(run.folder('bare'), 'rows.db');
      const askBare = (order: BareAedesOrder): Promise<{ port: number }> => bare.ask(order);
      const { port } = await askBare({ do: 'open', serverPem: join(dir, 'server.pem'), database });
      const generator = startAsked(run, './fan-out-main.ts');
      const ask = (order: FanOutOrder): Promise<FanOutTimes> => generator.ask(order);
      await untilSettled(dir, clients);
      await ask({ do: 'connect', site, barePort: port, clients });
      await untilQuiet(ready.pid);
      let revision = 0;
      let payload = '';
      const spentMs = { ours: [] as number[], floor: [] as number[], written: [] as number[] };
      const writtenMs: number[] = [];
      const barePid = bare.child.pid ?? 0;
      const bareTimes = async (side: 'floor' | 'written'): Promise<number> => {
        await askBare({ do: 'load', payload, clients, isWritten: side === 'written' });
        const before = processorMs(barePid);
        const times = await ask({ do: 'go' });
        spentMs[side].push(processorMs(barePid) - before);
        tell(run, side, times);
        await untilQuiet(barePid);
        return times.lastMs;
      };
      const sides = {
        async ours() {
          revision += 1;
          const before = processorMs(ready.pid);
          const times = await ask({ do: change, site, revision });
          spentMs.ours.push(processorMs(ready.pid) - before);
          ({ payload } = times);
          tell(run, 'ours', times);
          await ask({ do: 'take-back', site, revision });
          await untilQuiet(ready.pid);
          return times.lastMs;
        },
        async floor() {
          writtenMs.push(await bareTimes('written'));
          return bareTimes('floor');
        },
      };
      // Both sides' code is compiled before any round counts.
      await inTurns(2, sides);
      for (const spent of [...Object.values(spentMs), writtenMs]) spent.length = 0;
      const lastMs = await inTurns(rounds, sides);
      const writtenRatio = pairedRatio({ ours: lastMs.ours, floor: writtenMs });
      return {
        name,
        ours: `${figure(median(lastMs.ours))} ms`,
        floor: `${figure(median(lastMs.floor))} ms`,
        ratio: pairedRatio(lastMs),
        target: { of: 'ratio', atMost: 2 },
        note:
          `${clients} connected agents, ${change === 'deploy' ? 'a deployment' : 'a rollout of one wave'} with ${payload.length} bytes of patch for ` +
          `each, from the call until the last has read it, on disk before it is sent; ${rounds} rounds after two that are not timed; ` +
          `${figure(median(spentMs.ours))} ms of the hub's processor time, ${figure(median(spentMs.floor))} ms of the bare broker's. Floor: bare aedes, the same certificate, clients and bytes, one ` +
          `publish after another, nothing on disk. The same when it writes a row and a row of a chained journal for each device first, a hundred to a ` +
          `synced commit: ${figure(median(writtenMs))} ms, ${figure(median(spentMs.written))} ms of processor time; ours is ${figure(writtenRatio)} times that.`,
      };
    },
  };
}

function tell(run: BenchRun, side: string, { firstMs, medianMs, lastMs }: FanOutTimes): void {
  run.say(`${side}: first ${figure(firstMs)}, median ${figure(medianMs)}, last ${figure(lastMs)} ms`);
}
