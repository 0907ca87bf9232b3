// The demo's devices: the real agent, over the real link, each with a container engine that only pretends.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createAgent, type Agent } from '#agent/agent.ts';
import { createSimulatedEngine, type SimulatedImage } from '#agent/simulated-engine.ts';
import type { Clock } from '#base/clock.ts';
import { broken } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import { seedDemoSite } from './demo-site.ts';
import type { HubProgram } from './hub-program.ts';
import { productRoot } from './build-freshness.js';

export interface DemoAgents {
  /** Seeds the site and starts its agents; resolves when all run. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface DemoNeeds {
  readonly program: HubProgram;
  readonly dataDir: string;
  readonly deviceCount: number;
  readonly clock: Clock;
  readonly log: Logger;
}

// What a newcomer should see: a pull that takes its time, and a module that crashes again and again.
const images: Readonly<Record<string, Partial<SimulatedImage>>> = {
  'plant/archive-slow': { sizeBytes: 180e6, bytesPerS: 1.2e6 },
  'plant/vibration-crashing': { runsForMs: 6_000, exitCode: 139 },
  'plant/temperature': { sizeBytes: 12e6 },
};

export function createDemoAgents(needs: DemoNeeds): DemoAgents {
  const agents: Agent[] = [];
  return {
    async start() {
      if (needs.deviceCount === 0) return;
      const { hub, store } = needs.program;
      const samplesDir = join(productRoot(import.meta.dirname), 'resources', 'demo');
      const site = { operations: hub.operations, read: store.read, samplesDir };
      for (const deviceId of seedDemoSite(site, needs.deviceCount))
        agents.push(demoAgent(needs, deviceId, agents.length));
      await Promise.all(agents.map((agent) => agent.start()));
    },
    async stop() {
      await Promise.all(agents.splice(0).map((agent) => agent.stop()));
    },
  };
}

function demoAgent({ program, dataDir, clock, log }: DemoNeeds, deviceId: DeviceId, seed: number): Agent {
  const { mqtts, caFile } = program.ready;
  const { authentication } = program.hub.operations.registry.getDevice(deviceId);
  if (authentication.type !== 'sas') throw broken(`The demo device ${deviceId} has no key.`);
  const hostName = new URL(mqtts).host;
  return createAgent({
    connectionString: `HostName=${hostName};DeviceId=${deviceId};SharedAccessKey=${authentication.primaryKey}`,
    ca: readFileSync(caFile, 'utf8'),
    engine: createSimulatedEngine({ clock, seed, images }),
    stateDir: join(dataDir, 'demo-devices', deviceId),
    clock,
    log: log.child({ device: deviceId }, { level: 'warn' }),
    random: () => Math.random(),
  });
}
