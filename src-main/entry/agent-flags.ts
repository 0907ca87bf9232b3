// What `npm run agent` is told on its command line. A mistake is one sentence that says how to mend it.
import { parseArgs } from 'node:util';
import { imageOrigins, type ImageOrigin } from '#agent/image-supply.ts';
import { failure, success, type Result } from '#base/result.ts';

export interface AgentFlags {
  /** As given, or in a file: what stands on a command line can be read by everybody on the device. */
  readonly connectionString: string | { readonly file: string };
  readonly caFile: string;
  readonly dockerSocket: string;
  /** null: the default for the device and user. */
  readonly stateDir: string | null;
  /** Whom to ask for an image, in turn. */
  readonly imagesFrom: readonly ImageOrigin[];
  /** null: the hub tells it. */
  readonly hubHttpsPort: number | null;
}

const agentUsage =
  'npm run agent -- (--connection-string "HostName=…;DeviceId=…;SharedAccessKey=…" | --connection-string-file FILE) --ca FILE [--docker SOCKET] [--state-dir DIR] [--images-from hub,registry|registry,hub|hub|registry] [--hub-https-port N]';

const options = {
  'connection-string': { type: 'string' },
  'connection-string-file': { type: 'string' },
  ca: { type: 'string' },
  docker: { type: 'string', default: '/var/run/docker.sock' },
  'state-dir': { type: 'string' },
  'images-from': { type: 'string', default: 'hub,registry' },
  'hub-https-port': { type: 'string' },
} as const;

export function readAgentFlags(args: readonly string[]): Result<AgentFlags> {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const { 'connection-string': text, 'connection-string-file': file } = values;
    if (text !== undefined && file !== undefined)
      return mistake('--connection-string and --connection-string-file are both there: give one of them');
    const connectionString = file === undefined ? text : { file };
    if (connectionString === undefined)
      return mistake(
        '--connection-string is missing: give the device’s own, or a file with it (--connection-string-file)',
      );
    if (values.ca === undefined)
      return mistake('--ca is missing: give the hub’s CA certificate (caFile of its ready line)');
    const stateDir = values['state-dir'] ?? null;
    const imagesFrom = readOrigins(values['images-from']);
    if (imagesFrom === null)
      return mistake('--images-from is an order of hub and registry, or one of them: hub,registry asks the hub first');
    const port = values['hub-https-port'];
    const hubHttpsPort = port === undefined ? null : Number(port);
    if (hubHttpsPort !== null && !(Number.isInteger(hubHttpsPort) && hubHttpsPort > 0 && hubHttpsPort <= 65_535))
      return mistake('--hub-https-port is a port, 1 to 65535');
    return success({
      connectionString,
      caFile: values.ca,
      dockerSocket: values.docker,
      stateDir,
      imagesFrom,
      hubHttpsPort,
    });
  } catch (error) {
    // parseArgs knows no other way to say that a flag is unknown.
    return mistake(error instanceof Error ? error.message : String(error));
  }
}

function readOrigins(text: string): readonly ImageOrigin[] | null {
  const origins = text.split(',').map((word) => imageOrigins.find((origin) => origin === word.trim()));
  const known = origins.filter((origin) => origin !== undefined);
  return known.length === origins.length && new Set(known).size === known.length ? known : null;
}

function mistake(message: string): ReturnType<typeof failure> {
  return failure([{ code: 'agent.flags', at: '', message: `${message.replace(/\.$/, '')}. Usage: ${agentUsage}` }]);
}
