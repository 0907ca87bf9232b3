// The demo's devices: the real agent, over the real link, each with a container engine that only pretends.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createAgent, type Agent } from '#agent/agent.ts';
import { createSimulatedEngine, type SimulatedImage } from '#agent/simulated-engine.ts';
import { createSimulatedSensor, type SimulatedSensor } from '#agent/simulated-sensor.ts';
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

const mostSensors = 6;
const lookEveryMs = 2_000;
// What a newcomer should see: a pull that takes its time, and a module that crashes again and again.
const images: Readonly<Record<string, Partial<SimulatedImage>>> = {
  'plant/archive-slow': { sizeBytes: 180e6, bytesPerS: 1.2e6 },
  'plant/vibration-crashing': { runsForMs: 6_000, exitCode: 139 },
  'plant/temperature': { sizeBytes: 12e6 },
};

export function createDemoAgents(needs: DemoNeeds): DemoAgents {
  const agents: Agent[] = [];
  const sensors = new Map<DeviceId, SimulatedSensor>();
  let cancelLook: (() => void) | null = null;

  /** A module is there only when its deployment was worked out, and may be deployed by a person at any time. */
  function lookForSensors(deviceIds: readonly DeviceId[]): void {
    for (const deviceId of deviceIds) {
      const sensor = sensors.has(deviceId) ? null : demoSensor(needs, deviceId);
      if (sensor === null) continue;
      sensors.set(deviceId, sensor);
      sensor.start();
    }
    cancelLook = needs.clock.after(lookEveryMs, () => lookForSensors(deviceIds));
  }

  return {
    async start() {
      if (needs.deviceCount === 0) return;
      const { hub, store } = needs.program;
      const samplesDir = join(productRoot(import.meta.dirname), 'resources', 'demo');
      const site = { operations: hub.operations, read: store.read, samplesDir };
      const deviceIds = seedDemoSite(site, needs.deviceCount);
      for (const deviceId of deviceIds) agents.push(demoAgent(needs, deviceId, agents.length));
      await Promise.all(agents.map((agent) => agent.start()));
      lookForSensors(deviceIds.slice(0, mostSensors));
    },
    async stop() {
      cancelLook?.();
      await Promise.all([...sensors.values()].map((sensor) => sensor.stop()));
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

/** Null: the module is not deployed there. */
function demoSensor({ program, clock }: DemoNeeds, deviceId: DeviceId): SimulatedSensor | null {
  const { mqtts, caFile } = program.ready;
  const module = program.hub.operations.registry
    .listModules(deviceId)
    .find(({ moduleId }) => moduleId === 'temperature');
  if (module?.authentication.type !== 'sas') return null;
  const { moduleId, authentication } = module;
  return createSimulatedSensor({
    connection: {
      hostName: new URL(mqtts).host,
      gatewayHostName: null,
      deviceId,
      key: authentication.primaryKey,
    },
    identity: { deviceId, moduleId },
    ca: readFileSync(caFile, 'utf8'),
    clock,
    random: () => Math.random(),
  });
}
