// What one more connected device costs in memory while it is silent. Against a bare TLS connection.
import { join } from 'node:path';
import { seedSite } from '#test/support/seed-site.ts';
import { residentBytes, startAsked, startHub, type Asked } from './bench-process.ts';
import { figure, inTurns, median, pairedRatio, type Workload } from './measure.ts';
import { untilQuiet } from './until-quiet.ts';

/** Connected before the first look, so that what is paid once is paid. */
const first = 500;
const more = 2000;
const rounds = 3;

export const idleMemory: Workload = {
  name: 'idle-memory',
  async run(run) {
    const dir = run.folder('hub');
    seedSite({ dir, devices: first + more });
    const kilobytes = await inTurns(rounds, {
      async ours() {
        const hub = await startHub(run, dir);
        const generator = startAsked(run, './generator-main.ts');
        const target = { port: hub.mqttPort, as: 'devices' } as const;
        const each = await kilobytesEach(generator, hub.ready.pid, { ...target, caFile: hub.ready.caFile });
        await generator.end();
        await hub.end('SIGTERM');
        run.say(`ours: ${figure(each)} KB`);
        return each;
      },
      async floor() {
        const bare = startAsked(run, './bare-tls-main.ts');
        const { port } = await bare.ask<{ port: number }>({ serverPem: join(dir, 'server.pem'), database: null });
        const generator = startAsked(run, './generator-main.ts');
        const target = { port, as: 'sockets', caFile: join(dir, 'site-ca.pem') } as const;
        const each = await kilobytesEach(generator, bare.child.pid ?? 0, target);
        await generator.end();
        await bare.end();
        run.say(`floor: ${figure(each)} KB`);
        return each;
      },
    });
    return {
      name: idleMemory.name,
      ours: `${figure(median(kilobytes.ours))} KB each`,
      floor: `${figure(median(kilobytes.floor))} KB each`,
      ratio: pairedRatio(kilobytes),
      target: null,
      note:
        `growth of resident memory from ${first} to ${first + more} connected silent devices (after twin and subscriptions), ` +
        `${rounds} rounds of new processes. Floor: as many TLS connections to a bare server. Garbage collection is left alone.`,
    };
  },
};

async function kilobytesEach(
  generator: Asked,
  pid: number,
  target: { readonly port: number; readonly caFile: string; readonly as: 'devices' | 'sockets' },
): Promise<number> {
  await generator.ask({ do: 'connect', ...target, devices: first, parallel: 50 });
  await untilQuiet(pid);
  const before = residentBytes(pid);
  await generator.ask({ do: 'connect', ...target, first, devices: more, parallel: 50 });
  await untilQuiet(pid);
  const after = residentBytes(pid);
  if (before === undefined || after === undefined) throw new Error('the memory of a process can only be read on Linux');
  return (after - before) / 1024 / more;
}
