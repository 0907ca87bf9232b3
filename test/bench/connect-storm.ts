// A whole site comes back at once: every device shakes hands, logs in, subscribes and gets its twin. Against the handshakes alone.
import { join } from 'node:path';
import { seedSite } from '#test/support/seed-site.ts';
import { startAsked, startHub } from './bench-process.ts';
import type { ConnectOrder } from './device-fleet.ts';
import { figure, inTurns, median, pairedRatio, type Workload } from './measure.ts';
import { untilQuiet } from './until-quiet.ts';

const devices = 2000;
const parallel = 100;
const rounds = 3;

export const connectStorm: Workload = {
  name: 'connect-storm',
  async run(run) {
    const dir = run.folder('hub');
    seedSite({ dir, devices, reported: { state: 'running', network: { address: '10.0.0.1' } } });
    const hub = await startHub(run, dir);
    const bare = startAsked(run, './bare-tls-main.ts');
    const { port } = await bare.ask<{ port: number }>({ serverPem: join(dir, 'server.pem'), database: null });
    const generator = startAsked(run, './generator-main.ts');
    const connectAll = async (order: Pick<ConnectOrder, 'port' | 'as'>, pid: number): Promise<number> => {
      const caFile = hub.ready.caFile;
      const { elapsedMs } = await generator.ask<{ elapsedMs: number }>({
        do: 'connect',
        caFile,
        devices,
        parallel,
        ...order,
      });
      await generator.ask({ do: 'close' });
      await untilQuiet(pid);
      run.say(`${order.as}: ${figure(elapsedMs)} ms`);
      return elapsedMs;
    };
    const sides = {
      ours: () => connectAll({ port: hub.mqttPort, as: 'devices' }, hub.ready.pid),
      floor: () => connectAll({ port, as: 'sockets' }, bare.child.pid ?? 0),
    };
    // The site has been there before: the hub knows its sessions, and both sides' code is compiled.
    await inTurns(1, sides);
    const times = await inTurns(rounds, sides);
    return {
      name: connectStorm.name,
      ours: `${figure(median(times.ours))} ms`,
      floor: `${figure(median(times.floor))} ms`,
      ratio: pairedRatio(times),
      target: { of: 'ratio', atMost: 2 },
      note:
        `${devices} devices, ${parallel} at a time, until the last has its twin (CONNECT with a SAS token, SUBSCRIBE, GET), ` +
        `${rounds} rounds after one that is not timed. Floor: as many TLS handshakes of the same generator, with the same certificate and options.`,
    };
  },
};
