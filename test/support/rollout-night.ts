// A hub as a process of its own, that can be killed, and real agents with simulated engines beside it: a technician's site, driven
// through the console's API and the unmodified `azure-iothub`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createAgent, type Agent } from '#agent/agent.ts';
import type { Engine } from '#agent/engine.ts';
import { createSimulatedEngine, type SimulatedImage } from '#agent/simulated-engine.ts';
import type { JsonObject } from '#base/json.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { openConsoleWindow } from './console-window.ts';
import { startHubProcess, type HubProcess } from './hub-process.ts';
import { openRegistry } from './service-registry.ts';

export const quickImage: Partial<SimulatedImage> = { sizeBytes: 1e6, bytesPerS: 10e6 };

export async function rolloutNight(
  host: string,
  images: Readonly<Record<string, Partial<SimulatedImage>>>,
  /** Of a device that pretends nothing. */
  realEngine?: (deviceId: string) => Engine,
) {
  const home = mkdtempSync(join(tmpdir(), 'lanyard-night-'));
  const clock = createSystemClock();
  const agents = new Map<string, Agent>();
  const engines = new Map<string, Engine>();
  const keys = new Map<string, string>();
  const args = ['--data-dir', join(home, 'hub'), '--host', host, '--https-port', '443', '--console-port', '0'];
  let hub: HubProcess = await startHubProcess([...args, '--mqtt-port', '0']);
  const { mqttPort } = hub;
  let console = await openConsoleWindow(hub.ready.console);

  const connectionString = (id: string): string =>
    `HostName=${host}:${mqttPort};DeviceId=${id};SharedAccessKey=${keys.get(id)}`;

  async function wake(id: string): Promise<void> {
    const engine = engines.get(id) ?? realEngine?.(id) ?? createSimulatedEngine({ clock, seed: engines.size, images });
    engines.set(id, engine);
    const agent = createAgent({
      connectionString: connectionString(id),
      ca: readFileSync(hub.ready.caFile, 'utf8'),
      engine,
      stateDir: join(home, 'agents', id),
      clock,
      log: pino({ level: 'silent' }),
      random: () => 0.1,
      reconnectLimitMs: 500,
      settleMs: 500,
    });
    agents.set(id, agent);
    await agent.start();
  }

  return {
    home,
    connectionString,
    get ready() {
      return hub.ready;
    },
    get client() {
      return console.client;
    },
    registry: () => openRegistry(hub.ready),
    /** Registers edge devices and starts the agent of each, unless they are to sleep. */
    async addDevices(ids: readonly string[], tags: JsonObject = {}, isAwake = true): Promise<void> {
      for (const id of ids) {
        const { responseBody } = await openRegistry(hub.ready).create({
          deviceId: id,
          capabilities: { iotEdge: true },
        });
        keys.set(id, responseBody.authentication?.symmetricKey?.primaryKey ?? '');
        await openRegistry(hub.ready).updateTwin(id, { tags }, '*');
      }
      if (isAwake) await Promise.all(ids.map(wake));
    },
    wake,
    async switchOff(id: string): Promise<void> {
      await agents.get(id)?.stop();
      agents.delete(id);
    },
    /** What runs on a device, module by module. */
    async running(id: string): Promise<readonly string[]> {
      const containers = (await engines.get(id)?.containers()) ?? [];
      return containers
        .filter(({ state }) => state === 'running')
        .map(({ name, image }) => `${name} ${image}`)
        .toSorted();
    },
    async killHub(): Promise<void> {
      console.close();
      await hub.end('SIGKILL');
      hub = await startHubProcess([...args, '--mqtt-port', String(mqttPort)]);
      console = await openConsoleWindow(hub.ready.console);
    },
    hubLog: () => hub.stderr(),
    async end(): Promise<void> {
      console.close();
      await Promise.all([...agents.values()].map((agent) => agent.stop()));
      await hub.end('SIGTERM');
      rmSync(home, { recursive: true, force: true });
    },
  };
}
