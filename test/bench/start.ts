// How long a technician waits for the hub: from starting its process to its ready line, on a large site with a long history.
// Against a process that opens the database and reads the devices.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { seedSite } from '#test/support/seed-site.ts';
import { startHub } from './bench-process.ts';
import { figure, inTurns, median, pairedRatio, type BenchRun, type Workload } from './measure.ts';
import { siteDeployments, tagsOf } from './site-deployments.ts';
import { untilQuiet } from './until-quiet.ts';
import { untilSettled } from './until-settled.ts';

const devices = 10_000;
const journalRows = 1_000_000;
const rounds = 6;

export const start: Workload = {
  name: 'start',
  async run(run) {
    const dir = run.folder('hub');
    run.say(`writing ${devices} devices and ${journalRows} journal rows`);
    seedSite({ dir, devices, isEdge: true, tags: tagsOf, deployments: siteDeployments(), journalRows });
    await settle(run, dir);
    const times = await inTurns(rounds, {
      async ours() {
        const startedAtMs = performance.now();
        const hub = await startHub(run, dir);
        const elapsedMs = performance.now() - startedAtMs;
        await untilQuiet(hub.ready.pid);
        await hub.end('SIGTERM');
        run.say(`ours: ${figure(elapsedMs)} ms`);
        return elapsedMs;
      },
      async floor() {
        const elapsedMs = await timeFloor(dir);
        run.say(`floor: ${figure(elapsedMs)} ms`);
        return elapsedMs;
      },
    });
    return {
      name: start.name,
      ours: `${figure(median(times.ours))} ms`,
      floor: `${figure(median(times.floor))} ms`,
      ratio: pairedRatio(times),
      target: { of: 'ratio', atMost: 2 },
      note:
        `${figure(devices)} edge devices with twins and modules, ${siteDeployments().length} deployments in place, ` +
        `${figure(journalRows)} journal rows, from starting the process to its ready line, ${rounds} rounds. ` +
        'Floor: a process of the same Node that opens the database and reads the devices.',
    };
  },
};

/** The first start gives every device its configuration; the starts that are timed find that done. */
async function settle(run: BenchRun, dir: string): Promise<void> {
  const hub = await startHub(run, dir);
  await untilSettled(dir, devices);
  await untilQuiet(hub.ready.pid);
  await hub.end('SIGTERM');
}

async function timeFloor(dir: string): Promise<number> {
  const script = fileURLToPath(new URL('./start-floor-main.ts', import.meta.url));
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const elapsedMs = performance.now() - startedAtMs;
  await once(child, 'exit');
  if (Number(line.toString()) !== devices) throw new Error(`the floor read ${line.toString()} devices`);
  return elapsedMs;
}
