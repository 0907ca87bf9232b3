// The flags of `npm run hub`. Their names are a contract: scripts rely on them.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asAppError, refused } from '#base/errors.ts';
import type { DeploymentLimits } from '#domain/deployments/deployment-limits.ts';
import { readLimitFlags } from './limit-flag.ts';

export interface HubFlags {
  readonly dataDir: string;
  /** Where the site listeners bind: what is not given is as the site keeps it. The console always stays on loopback. */
  readonly host?: string;
  readonly httpsPort?: number;
  readonly mqttPort?: number;
  readonly consolePort: number;
  /** How many simulated devices to run; 0 is none. */
  readonly demoDevices: number;
  /** Of this run alone: they go before those that the site keeps, and are not kept. */
  readonly limits: Partial<DeploymentLimits>;
  /** Whether scripts get a new service key at this start; the old one opens nothing any more. */
  readonly rotatesServiceKey: boolean;
}

interface Environment {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

/** Where a user's programs keep their data on this platform. */
function userDataDir({ platform, env }: Environment): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
}

/** Reads the flags; throws `refused` (`configuration.flag`) naming the flag and what it takes. */
export function readHubFlags(args: readonly string[], environment: Environment): HubFlags {
  const values = parseFlags(args);
  const demoDevices = wholeNumber('--demo', values.demo ?? '0', 1_000);
  // A demo never mixes with a real site's data unless its directory is named.
  const defaultDir = join(userDataDir(environment), demoDevices > 0 ? 'lanyard-demo' : 'lanyard');
  return {
    dataDir: values['data-dir'] ?? defaultDir,
    ...(values.host !== undefined && { host: values.host }),
    ...(values['https-port'] !== undefined && { httpsPort: port('--https-port', values['https-port']) }),
    ...(values['mqtt-port'] !== undefined && { mqttPort: port('--mqtt-port', values['mqtt-port']) }),
    consolePort: port('--console-port', values['console-port'] ?? '8080'),
    demoDevices,
    limits: readLimitFlags(values.limit ?? []),
    rotatesServiceKey: values['rotate-service-key'] === true,
  };
}

function parseFlags(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    'data-dir': text,
    host: text,
    'https-port': text,
    'mqtt-port': text,
    'console-port': text,
    demo: text,
    limit: { type: 'string', multiple: true },
    'rotate-service-key': { type: 'boolean' },
  } as const;
  // The one place where Node's own parser is asked; its errors are about what the person typed.
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    throw refused('configuration.flag', `${asAppError(error).message} Known flags: ${known.join(', ')}.`, {
      cause: error,
    });
  }
}

function port(flag: string, text: string): number {
  return wholeNumber(flag, text, 65_535);
}

function wholeNumber(flag: string, text: string, limit: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > limit) {
    throw refused('configuration.flag', `${flag} takes a whole number from 0 to ${limit}, not "${text}".`, {
      subject: flag,
    });
  }
  return value;
}
