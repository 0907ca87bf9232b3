// A device of its own on a real engine: the agent as a process, and between them a socket where it can be cut off. Without a
// hub, what it wants is written to its state file, as if a hub had sent it before it was lost.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { createStateFile, type AgentState } from '#agent/state-file.ts';
import type { JsonObject } from '#base/json.ts';
import type { TrialPhase } from '#domain/updates/update-trial.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { openSiteCa } from '#hub/certificates/site-ca.ts';
import { openEngineProxy } from './engine-proxy.ts';
import { startAgentProcess, type TestProcess } from './hub-process.ts';

/** The device's containers between two calls of the agent. */
export interface Moment {
  /** The phase that is on disk; null: no trial. */
  readonly phase: TrialPhase | null;
  /** Of each container that runs: its name in the manifest and the `version` label it was made with. */
  readonly running: readonly { readonly id: string; readonly module: string; readonly version: string }[];
}

export type DockerDevice = Awaited<ReturnType<typeof dockerDevice>>;

export async function dockerDevice(options: {
  readonly socketPath: string;
  readonly deviceId: string;
  readonly onMoment?: (moment: Moment) => void;
  /** None: nobody ever answers. */
  readonly hub?: { readonly address: string; readonly key: string; readonly caFile: string };
}) {
  const { socketPath, deviceId, onMoment, hub } = options;
  const docker = new Docker({ socketPath });
  const dir = await mkdtemp(join(tmpdir(), 'lanyard-device-'));
  const stateDir = join(dir, 'agent');
  await openSiteCa({ dir, clock: createSystemClock() });
  const listenPath = join(dir, 'engine.sock');
  const proxy = await openEngineProxy({ socketPath, listenPath, onMoment: look });
  let agent: TestProcess | null = null;

  const stateFile = () => createStateFile({ dir: stateDir, deviceId });
  const state = async (): Promise<AgentState> => (await stateFile().load()).state;
  const ours = () => docker.listContainers({ all: true, filters: { label: [`io.lanyard.device=${deviceId}`] } });

  async function moment(): Promise<Moment> {
    const running = (await ours()).filter(({ State }) => State === 'running');
    return {
      phase: (await state()).course.trial?.phase ?? null,
      running: running.map(({ Id, Labels }) => ({
        id: Id,
        module: Labels['io.lanyard.module'] ?? '',
        version: Labels['version'] ?? '',
      })),
    };
  }

  async function look(): Promise<void> {
    if (onMoment !== undefined) onMoment(await moment());
  }

  return {
    proxy,
    state,
    moment,
    /** Every container of the device, whatever its state: `name version state`. */
    async standing(): Promise<readonly string[]> {
      return (await ours())
        .map(({ Names, Labels, State }) => `${Names[0]?.slice(1)} ${Labels['version']} ${State}`)
        .toSorted();
    },
    /** While no agent runs. */
    async want(version: number, modules: JsonObject): Promise<void> {
      const before = await state();
      const value = { schemaVersion: '1.1', modules };
      const keys = Object.fromEntries(Object.keys(modules).map((name) => [name, 'a2V5']));
      const moduleKeys = { ...before.moduleKeys, ...keys };
      await stateFile().save({ ...before, desired: { version, value }, moduleKeys });
    },
    start(): void {
      const { address, key, caFile } = hub ?? { address: '127.0.0.1:1', key: 'a2V5', caFile: join(dir, 'site-ca.pem') };
      agent = startAgentProcess(
        [
          ['--connection-string', `HostName=${address};DeviceId=${deviceId};SharedAccessKey=${key}`],
          ['--ca', caFile],
          ['--docker', listenPath],
          ['--state-dir', stateDir],
        ].flat(),
      );
    },
    async kill(): Promise<void> {
      await agent?.end('SIGKILL');
      proxy.renew();
    },
    log: () => agent?.stderr() ?? '',
    async end(): Promise<void> {
      await agent?.end('SIGKILL');
      await proxy.stop();
      for (const { Id } of await ours()) await docker.getContainer(Id).remove({ force: true });
      await rm(dir, { recursive: true, force: true });
    },
  };
}
