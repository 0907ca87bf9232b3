// A technician's site for a journey: the hub in a process of its own, that can be killed, and real agents over simulated engines that
// know nothing but the connection string a person hands them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { Engine } from '#agent/engine.ts';
import { createSimulatedEngine, type SimulatedImage } from '#agent/simulated-engine.ts';
import { createSystemClock } from '#entry/system-clock.ts';

/** As they are called in a journey: what their names say. */
export const cameraGood = 'camera:1.0';
export const cameraCrashing = 'camera:2.0';
export const crashCode = 139;

const quick: Partial<SimulatedImage> = { sizeBytes: 1e6, bytesPerS: 20e6 };
const images: Readonly<Record<string, Partial<SimulatedImage>>> = {
  [cameraGood]: quick,
  [cameraCrashing]: { ...quick, runsForMs: 100, exitCode: crashCode },
};

export interface JourneySite {
  /** For the hub and for whatever is run beside it; gone at the end. */
  readonly home: string;
  /** The hub's, whoever starts it. */
  readonly hubFlags: readonly string[];
  /** Starts the agent of a device with what the page showed for it; resolves when it runs. */
  plugIn(connectionString: string): Promise<void>;
  /** What runs there: `camera camera:1.0`. */
  running(deviceId: string): Promise<readonly string[]>;
  switchOff(deviceId: string): Promise<void>;
  end(): Promise<void>;
}

export function journeySite(): JourneySite {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-journey-'));
  const hubDir = join(home, 'hub');
  const clock = createSystemClock();
  const agents = new Map<string, Agent>();
  const engines = new Map<string, Engine>();

  return {
    home,
    hubFlags: ['--data-dir', hubDir, '--https-port', '0', '--mqtt-port', '0', '--console-port', '0'],
    async plugIn(connectionString) {
      const deviceId = /;DeviceId=([^;]+)/.exec(connectionString)?.[1] ?? '';
      const engine = engines.get(deviceId) ?? createSimulatedEngine({ clock, seed: engines.size + 1, images });
      engines.set(deviceId, engine);
      const agent = createAgent({
        connectionString,
        ca: readFileSync(join(hubDir, 'site-ca.pem'), 'utf8'),
        engine,
        stateDir: join(home, 'agents', encodeURIComponent(deviceId)),
        clock,
        log: pino({ level: 'silent' }),
        random: () => 0.1,
        reconnectLimitMs: 500,
        settleMs: 500,
      });
      agents.set(deviceId, agent);
      await agent.start();
    },
    async running(deviceId) {
      const containers = (await engines.get(deviceId)?.containers()) ?? [];
      return containers
        .filter(({ state }) => state === 'running')
        .map(({ module, image }) => `${module} ${image}`)
        .toSorted();
    },
    async switchOff(deviceId) {
      await agents.get(deviceId)?.stop();
      agents.delete(deviceId);
    },
    async end() {
      await Promise.all([...agents.values()].map((agent) => agent.stop()));
      rmSync(home, { recursive: true, force: true });
    },
  };
}
