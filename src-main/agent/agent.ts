// A device's agent, put together: the link for `$edgeAgent` and the one for `$edgeHub`, the loop between desired and engine,
// and the reports. It knows only the device's connection string and runs on without the hub for ever.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import { parseConnectionString } from '#contract/connection-string.ts';
import { createAgentMemory, type AgentMemory } from './agent-memory.ts';
import { createAgentMethods } from './agent-methods.ts';
import { createAgentReporter, type AgentReporter } from './agent-reporter.ts';
import { createAttemptLog, newestLogged, type AttemptLog } from './attempt-log.ts';
import type { DeviceConnection } from './device-token.ts';
import { createEdgeHubLink } from './edge-hub-link.ts';
import type { Engine } from './engine.ts';
import { HubLink } from './hub-link.ts';
import { createImages, type ImageOptions, type Images } from './images.ts';
import { caFileName, type ModuleSurroundings } from './module-container.ts';
import { createModuleKeys } from './module-keys.ts';
import { createPolicyReader } from './policy-file.ts';
import { ReconcileLoop } from './reconcile-loop.ts';
import { createStateFile } from './state-file.ts';
import { lockState } from './state-lock.ts';
import { TwinFollower } from './twin-follower.ts';

export interface AgentOptions {
  /** The device's own: `HostName=host[:port];DeviceId=…;SharedAccessKey=…`. */
  readonly connectionString: string;
  /** PEM of the site's CA. */
  readonly ca: string;
  /** Made for this device: ownership of containers goes by its id. */
  readonly engine: Engine;
  readonly stateDir: string;
  /** Where the engine listens, if on a path: no deployment may mount it. */
  readonly engineSocket?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  readonly reconnectLimitMs?: number;
  /** How long a module must run to be proven where no deployment says so; 10 s when not given. */
  readonly settleMs?: number;
  /** How images come; when not given, the engine obtains them by itself. */
  readonly images?: ImageOptions;
}

export interface Agent {
  /** @throws refused `store.locked` when another agent runs on the same state directory. */
  start(): Promise<void>;
  /** Reports that it ends if the hub is there, and leaves the containers running. */
  stop(): Promise<void>;
}

const farewellMs = 2_000;

/** Throws `refused` in words when it is not the connection string of a device. */
export function readDeviceConnection(connectionString: string): DeviceConnection {
  const result = parseConnectionString(connectionString);
  if (!result.ok) throw refused('device.invalid', result.problems.map((problem) => problem.message).join('; '));
  const { hostName, gatewayHostName, deviceId, moduleId, sharedAccessKey } = result.value;
  if (deviceId === null || sharedAccessKey === null || moduleId !== null)
    throw refused(
      'device.invalid',
      'The connection string must be a device’s: HostName=…;DeviceId=…;SharedAccessKey=…, without ModuleId.',
    );
  return { hostName, gatewayHostName, deviceId, key: sharedAccessKey };
}

export function createAgent(given: AgentOptions): Agent {
  const connection = readDeviceConnection(given.connectionString);
  // The engine is told paths of it, and takes one that is not absolute for the name of a volume.
  const options = { ...given, stateDir: resolve(given.stateDir) };
  let parts: AgentParts | null = null;
  let unlock: (() => void) | null = null;
  return {
    async start() {
      unlock = await lockState(options.stateDir);
      try {
        parts = await assemble(options, connection);
      } catch (error) {
        // Whoever mends the directory may start again in this process.
        unlock();
        unlock = null;
        throw error;
      }
      parts.loop.start();
      parts.agentLink.start();
      parts.hubLink.start();
    },
    async stop() {
      if (parts === null) return;
      const { loop, agentLink, hubLink, images, reporter, memory, attemptLog } = parts;
      parts = null;
      await loop.stop();
      if (agentLink.isOpen) await atMost(farewellMs, options.clock, reporter.reportStopping());
      await Promise.all([agentLink.stop(), hubLink.stop(), images.stop()]);
      // Whoever takes over the state directory must not meet a write of ours.
      await Promise.all([memory.settled(), attemptLog.settled()]);
      unlock?.();
    },
  };
}

async function atMost(limitMs: number, clock: Clock, work: Promise<void>): Promise<void> {
  const { promise: tooLong, resolve } = Promise.withResolvers<undefined>();
  const cancel = clock.after(limitMs, () => resolve(undefined));
  await Promise.race([work, tooLong]);
  cancel();
}

interface AgentParts {
  readonly loop: ReconcileLoop;
  readonly agentLink: HubLink;
  readonly hubLink: HubLink;
  readonly images: Images;
  readonly reporter: AgentReporter;
  readonly memory: AgentMemory;
  readonly attemptLog: AttemptLog;
}

/** What the agent remembers and keeps, and what its modules see of the device. */
async function remember({ stateDir, ca, clock, log, engineSocket }: AgentOptions, connection: DeviceConnection) {
  const { hostName, gatewayHostName, deviceId } = connection;
  const file = createStateFile({ dir: stateDir, deviceId });
  const { state, problem } = await file.load();
  if (problem !== null) log.error(problem);
  const trustDir = await layOutTrust(stateDir, ca);
  const locksDir = join(stateDir, 'locks');
  const surroundings: ModuleSurroundings = { hubHostName: hostName, gatewayHostName, deviceId, trustDir, locksDir };
  // Where the state was lost the logs remain, and the newest must not count as the oldest of them.
  const attempts = Math.max(state.course.attempts, await newestLogged(stateDir));
  const memory = createAgentMemory({ ...state, course: { ...state.course, attempts } }, file);
  const policy = createPolicyReader({ dir: stateDir, engineSocket: engineSocket ?? null, log });
  return { memory, surroundings, stateDir, policy, attemptLog: createAttemptLog({ stateDir, clock, log }) };
}

async function assemble(options: AgentOptions, connection: DeviceConnection): Promise<AgentParts> {
  const { engine, clock, log } = options;
  const { hostName: hubHostName, deviceId } = connection;
  const kept = await remember(options, connection);
  const { memory, policy, attemptLog } = kept;
  const agentTwin = new TwinFollower({
    request: (topicOf, text) => agentLink.request(topicOf, text),
    clock,
    log,
    known: memory.current.desired,
    onDesired: (desired) => {
      // Acting before it is on disk would let a power cut bring an older configuration back.
      void memory.change((before) => ({ ...before, desired })).then(() => loop.wake());
    },
  });
  const shared = { engine, memory, clock, log };
  const reporter = createAgentReporter({ ...shared, send: (report) => agentTwin.report(report) });
  const images = createImages({ ...options, connection, memory, policy });
  const keys = createModuleKeys({
    ...shared,
    link: () => agentLink,
    onKeys: () => loop.wake(),
    onSite: (site) => images.siteIs(site),
  });
  const loop = new ReconcileLoop({
    ...(options.settleMs === undefined ? {} : { settleMs: options.settleMs }),
    ...shared,
    ...kept,
    pull: (request) => images.pull(request),
    onKeysMissing: (modules) => keys.ask(modules),
    onRound: (round) => [reporter, images].forEach((listener) => listener.roundEnded(round)),
    onTransferred: (transferred) => reporter.hasTransferred(transferred),
  });
  const agentLink = new HubLink({
    ...options,
    connection,
    moduleId: '$edgeAgent',
    listener: {
      onOpen() {
        agentTwin.opened();
        keys.askAgain();
        loop.wake();
      },
      onClose: () => agentTwin.closed(),
      onDesiredPatch: (version, text) => agentTwin.desiredPatched(version, text),
      onMethod: createAgentMethods({
        ...shared,
        deviceId,
        hubHostName,
        attemptLog,
        offerOf: (asked) => images.offerOf(asked),
        onChanged: () => loop.wake(),
        switchNow: (word) => loop.switchNow(word),
      }),
    },
  });
  const hubLink = createEdgeHubLink({ ...options, connection });
  return { loop, agentLink, hubLink, images, reporter, memory, attemptLog };
}

/** The directory that modules see: the CA and nothing else. */
async function layOutTrust(stateDir: string, ca: string): Promise<string> {
  const dir = join(stateDir, 'trust');
  // The rest of the state holds keys; only this directory is mounted into modules.
  await mkdir(dir, { recursive: true, mode: 0o755 });
  const file = join(dir, caFileName);
  // A disk that filled up must not keep the agent from starting, so what is there already is not written again.
  if ((await readText(file)) === ca) return dir;
  // Renamed into place: a module that starts this moment must not read half a certificate.
  const temporary = join(stateDir, `${caFileName}.tmp`);
  await writeFile(temporary, ca, { mode: 0o644 });
  await rename(temporary, file);
  return dir;
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Absent or unreadable, it is written anew, and that tells what is wrong.
    return null;
  }
}
