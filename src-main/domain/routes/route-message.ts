// A message as routes see it: where it came from, its application properties by name, its system properties by IoT Edge's own
// names, and its body as JSON when it says that it is JSON. Names of properties count in any case, as in IoT Edge.
import { parseJson } from '#base/json-text.ts';
import { isJsonObject, ownValue, type JsonObject } from '#base/json.ts';

export interface RoutedMessage {
  /** `/messages/` of the device itself, `/messages/modules/{m}/` or `/messages/modules/{m}/outputs/{o}/`; in small letters. */
  readonly origin: string;
  applicationProperty(name: string): string | undefined;
  systemProperty(name: string): string | undefined;
  /** Undefined when the message does not say that it is JSON, or is none, or no object. Read once, and only when asked for. */
  body(): JsonObject | undefined;
}

interface SentMessage {
  readonly deviceId: string;
  readonly moduleId: string | null;
  /** By their names on the wire: `$.ct`, `$.on`, and application properties. */
  readonly properties: Readonly<Record<string, string>>;
  /** The body read in this encoding. */
  readonly text: (encoding: BodyEncoding) => string;
}

/** IoT Edge reads UTF-32 too, which no SDK writes. */
export type BodyEncoding = 'utf-8' | 'utf-16';
const bodyEncodings: readonly string[] = ['utf-8', 'utf-16'] satisfies BodyEncoding[];

// The names conditions know them by. Everything else on the wire is an application property.
const systemNames: Readonly<Record<string, readonly string[]>> = {
  '$.exp': ['absolute-expiry-time'],
  '$.cid': ['cid', 'correlationid'],
  '$.mid': ['messageid'],
  '$.to': ['to'],
  '$.uid': ['userid'],
  ack: ['ack'],
  '$.on': ['outputname'],
  '$.ct': ['contenttype'],
  '$.ce': ['contentencoding'],
  '$.schema': ['messageschema'],
  'iothub-operation': ['operation'],
  '$.ctime': ['creationtime'],
  '$.ifid': ['iothub-interface-id'],
  '$.sub': ['dt-subject'],
};

/** Example: module `m`, `$.on=out` → origin `/messages/modules/m/outputs/out/` (iot-hub.md 3.2). */
export function routedMessage(sent: SentMessage): RoutedMessage {
  const { deviceId, moduleId, properties } = sent;
  const system = new Map([['connectiondeviceid', deviceId]]);
  if (moduleId !== null) system.set('connectionmoduleid', moduleId);
  const application = new Map<string, string>();
  for (const [wireName, value] of Object.entries(properties)) {
    const names = ownValue(systemNames, wireName);
    if (names === undefined) application.set(wireName.toLowerCase(), value);
    else for (const name of names) system.set(name, value);
  }
  const output = system.get('outputname');
  let body: { readonly value: JsonObject | undefined } | undefined;
  return {
    origin: originOf(moduleId, output).toLowerCase(),
    applicationProperty: (name) => application.get(name.toLowerCase()),
    systemProperty: (name) => system.get(name.toLowerCase()),
    body() {
      body ??= { value: readBody(sent, system) };
      return body.value;
    },
  };
}

function originOf(moduleId: string | null, output: string | undefined): string {
  if (moduleId === null) return '/messages/';
  const module = `/messages/modules/${moduleId}/`;
  return output === undefined ? module : `${module}outputs/${output}/`;
}

function readBody({ text }: SentMessage, system: ReadonlyMap<string, string>): JsonObject | undefined {
  const encoding = system.get('contentencoding')?.toLowerCase() ?? '';
  if (system.get('contenttype')?.toLowerCase() !== 'application/json' || !bodyEncodings.includes(encoding))
    return undefined;
  try {
    const value = parseJson(text(encoding as BodyEncoding));
    return isJsonObject(value) ? value : undefined;
  } catch {
    // The platform's only way to tell that a text is no JSON: then the body has nothing to compare.
    return undefined;
  }
}
