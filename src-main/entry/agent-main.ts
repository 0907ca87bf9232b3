// `npm run agent`: the agent of one device over its Docker engine, until SIGTERM or SIGINT. Containers run on without it.
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createAgent, readDeviceConnection } from '#agent/agent.ts';
import { createDockerEngine } from '#agent/docker-engine.ts';
import { createDockerShelf } from '#agent/docker-shelf.ts';
import { AppError, asAppError, refused } from '#base/errors.ts';
import { readAgentFlags, type AgentFlags } from './agent-flags.ts';
import { createProgramLog } from './program-log.ts';
import { createSystemClock } from './system-clock.ts';

async function main(): Promise<void> {
  const flags = readAgentFlags(process.argv.slice(2));
  if (!flags.ok) throw refused('request.invalid', flags.problems.map((problem) => problem.message).join(' '));
  const { caFile, dockerSocket, stateDir, imagesFrom, hubHttpsPort } = flags.value;
  const connectionString = readConnectionString(flags.value.connectionString);
  const { deviceId } = readDeviceConnection(connectionString);
  const agent = createAgent({
    connectionString,
    ca: readCa(caFile),
    engine: createDockerEngine({ socketPath: dockerSocket, deviceId }),
    engineSocket: dockerSocket,
    images: { shelf: createDockerShelf({ socketPath: dockerSocket }), from: imagesFrom, hubHttpsPort },
    stateDir: stateDir ?? defaultStateDir(deviceId),
    clock: createSystemClock(),
    log: createProgramLog('agent'),
    random: () => Math.random(),
  });
  await startIn(agent, stateDir ?? defaultStateDir(deviceId));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      void agent.stop().finally(() => process.exit(0));
    });
}

async function startIn(agent: { start(): Promise<void> }, dir: string): Promise<void> {
  try {
    await agent.start();
  } catch (error) {
    // Only the state directory is touched before the agent runs.
    if (error instanceof AppError) throw error;
    const reason = asAppError(error).message;
    throw refused(
      'store.unwritable',
      `The state directory ${dir} cannot be used: ${reason}. Give another with --state-dir.`,
      {
        cause: error,
      },
    );
  }
}

function readConnectionString(given: AgentFlags['connectionString']): string {
  if (typeof given === 'string') return given;
  try {
    return readFileSync(given.file, 'utf8').trim();
  } catch (error) {
    // Absent, unreadable or a folder: the same mistake to whoever typed the path.
    const reason = asAppError(error).message;
    throw refused('request.invalid', `--connection-string-file ${given.file} cannot be read: ${reason}.`, {
      cause: error,
    });
  }
}

function readCa(file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    // Throws unless it is one.
    void new X509Certificate(text);
    return text;
  } catch (error) {
    // Absent, unreadable or no certificate: the same mistake to whoever typed the path.
    const reason = asAppError(error).message;
    throw refused('request.invalid', `--ca ${file} is not a readable PEM certificate: ${reason}.`, { cause: error });
  }
}

function defaultStateDir(deviceId: string): string {
  const base =
    process.getuid?.() === 0 ? '/var/lib' : (process.env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'));
  // A device id may hold characters that a path may not.
  return join(base, 'lanyard-agent', encodeURIComponent(deviceId));
}

try {
  await main();
} catch (error) {
  // The process entry: what cannot start says why in one line.
  process.stderr.write(`${asAppError(error).message}\n`);
  process.exit(2);
}
