// What `npm run agent` is told on its command line. A mistake is one sentence that says how to mend it.
import { parseArgs } from 'node:util';
import { failure, success, type Result } from '#base/result.ts';

export interface AgentFlags {
  /** As given, or in a file: what stands on a command line can be read by everybody on the device. */
  readonly connectionString: string | { readonly file: string };
  readonly caFile: string;
  readonly dockerSocket: string;
  /** null: the default for the device and user. */
  readonly stateDir: string | null;
}

const agentUsage =
  'npm run agent -- (--connection-string "HostName=…;DeviceId=…;SharedAccessKey=…" | --connection-string-file FILE) --ca FILE [--docker SOCKET] [--state-dir DIR]';

const options = {
  'connection-string': { type: 'string' },
  'connection-string-file': { type: 'string' },
  ca: { type: 'string' },
  docker: { type: 'string', default: '/var/run/docker.sock' },
  'state-dir': { type: 'string' },
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
    return success({ connectionString, caFile: values.ca, dockerSocket: values.docker, stateDir });
  } catch (error) {
    // parseArgs knows no other way to say that a flag is unknown.
    return mistake(error instanceof Error ? error.message : String(error));
  }
}

function mistake(message: string): ReturnType<typeof failure> {
  return failure([{ code: 'agent.flags', at: '', message: `${message.replace(/\.$/, '')}. Usage: ${agentUsage}` }]);
}
