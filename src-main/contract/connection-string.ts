// Azure IoT connection strings: `HostName=…;DeviceId=…;SharedAccessKey=…`, for devices, modules and service scripts alike.
// Only the shape is checked here; whether a string suits its purpose is for its reader to say.
import { failure, success, type Problem, type Result } from '#base/result.ts';

export interface ConnectionString {
  /** As written, port included: it is part of what SAS tokens sign. */
  readonly hostName: string;
  /** Where to connect instead, when the identity's hub is reached through a gateway. */
  readonly gatewayHostName: string | null;
  readonly deviceId: string | null;
  readonly moduleId: string | null;
  readonly sharedAccessKeyName: string | null;
  /** Base64. */
  readonly sharedAccessKey: string | null;
  /** `x509=true`: the identity proves itself with a certificate. */
  readonly isX509: boolean;
}

const base64Pattern = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Keys are matched without case, as the SDKs do; unknown keys are ignored; the value goes on after its first `=`. */
export function parseConnectionString(text: string): Result<ConnectionString> {
  const problems: Problem[] = [];
  const fields = new Map<string, string>();
  for (const part of text.trim().split(';')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    const value = part.slice(equals + 1).trim();
    if (name === '' || value === '')
      problems.push(problem('every part of a connection string reads Name=Value', 'ConnectionString'));
    else if (fields.has(name)) problems.push(problem(`'${name}' stands twice in the connection string`, name));
    else fields.set(name, value);
  }
  const hostName = fields.get('hostname');
  const key = fields.get('sharedaccesskey') ?? null;
  if (hostName === undefined) problems.push(problem('the connection string has no HostName', 'HostName'));
  if (key !== null && !base64Pattern.test(key))
    problems.push(problem('SharedAccessKey is not base64: copy the whole key, with its trailing =', 'SharedAccessKey'));
  if (fields.has('moduleid') && !fields.has('deviceid'))
    problems.push(problem('a connection string with a ModuleId needs a DeviceId', 'DeviceId'));
  if (hostName === undefined || problems.length > 0) return failure(problems);
  return success({
    hostName,
    gatewayHostName: fields.get('gatewayhostname') ?? null,
    deviceId: fields.get('deviceid') ?? null,
    moduleId: fields.get('moduleid') ?? null,
    sharedAccessKeyName: fields.get('sharedaccesskeyname') ?? null,
    sharedAccessKey: key,
    isX509: fields.get('x509')?.toLowerCase() === 'true',
  });
}

/** The inverse of the parser; fields that are null are left out. */
export function formatConnectionString(fields: ConnectionString): string {
  const parts = [
    ['HostName', fields.hostName],
    ['GatewayHostName', fields.gatewayHostName],
    ['DeviceId', fields.deviceId],
    ['ModuleId', fields.moduleId],
    ['SharedAccessKeyName', fields.sharedAccessKeyName],
    ['SharedAccessKey', fields.sharedAccessKey],
    ['x509', fields.isX509 ? 'true' : null],
  ] as const;
  return parts.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`])).join(';');
}

/** `host`, `host:port` or `[v6]:port`; undefined when the port is not one. */
export function splitHostPort(
  hostName: string,
  defaultPort: number,
): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(hostName);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

function problem(message: string, at: string): Problem {
  return { code: 'connection-string', message, at };
}
