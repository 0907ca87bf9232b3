// Azure IoT Hub's MQTT topics (3.1.1), both ways: the hub parses what a device publishes and subscribes and formats what it
// sends; the agent does the inverse. Ids stand in topics as they are or url-encoded (`%24edgeHub`): both are understood.
import { isDeviceId, isModuleId, type DeviceId, type Identity, type ModuleId } from '#base/ids.ts';
import {
  decodePart,
  decodeProperties,
  encodeProperties,
  encodeStrictly,
  type MessageProperties,
} from './property-bag.ts';

/** What a device may publish. `requestId` stays encoded as it came, to be echoed as it came. */
export type DevicePublication =
  | { readonly kind: 'telemetry'; readonly identity: Identity; readonly properties: MessageProperties }
  | { readonly kind: 'twin-get'; readonly requestId: string }
  | { readonly kind: 'twin-report'; readonly requestId: string }
  | { readonly kind: 'method-answer'; readonly requestId: string; readonly status: number };

/** What a device may subscribe to. `prefix` is the filter without its `#`: messages are sent under the same spelling. */
export type DeviceSubscription =
  | { readonly kind: 'twin-answers' | 'desired-changes' | 'method-calls' }
  | { readonly kind: 'cloud-messages' | 'module-inputs'; readonly identity: Identity; readonly prefix: string };

export const twinAnswersFilter = '$iothub/twin/res/#';
export const desiredChangesFilter = '$iothub/twin/PATCH/properties/desired/#';
export const methodCallsFilter = '$iothub/methods/POST/#';
const twinGetPrefix = '$iothub/twin/GET/';
const twinReportPrefix = '$iothub/twin/PATCH/properties/reported/';
/**
 * In characters as they came. The SDKs send a UUID or a number, and IoT Hub documents no bound; ours keeps a device from writing
 * its own text into every answer and, with every report, into the journal.
 */
const longestRequestId = 256;
const methodAnswerPattern = /^\$iothub\/methods\/res\/(-?\d{1,9})\/(\?.*)$/s;

/** Undefined: not a topic of the protocol, or one whose properties are not url-encoded. */
export function parseDevicePublication(topic: string): DevicePublication | undefined {
  if (topic.startsWith('devices/')) return parseTelemetry(topic);
  if (topic.startsWith(twinGetPrefix)) return withRequestId('twin-get', topic.slice(twinGetPrefix.length));
  if (topic.startsWith(twinReportPrefix)) return withRequestId('twin-report', topic.slice(twinReportPrefix.length));
  const [, status, query] = methodAnswerPattern.exec(topic) ?? [];
  const requestId = query === undefined ? undefined : requestIdIn(query);
  return requestId === undefined ? undefined : { kind: 'method-answer', requestId, status: Number(status) };
}

/** Whether a topic that is refused has too long a request id: what a person looking for the reason is to be told. */
export function hasEndlessRequestId(topic: string): boolean {
  const query = topic.startsWith('$') ? topic.slice(topic.indexOf('?')) : '';
  return (queryValue(query, '$rid') ?? '').length > longestRequestId;
}

/** The request id of `?$rid=1&…`, still encoded; undefined when there is none, or one that is too long. */
export function requestIdIn(query: string): string | undefined {
  const requestId = query.startsWith('?') ? queryValue(query, '$rid') : undefined;
  return requestId === undefined || requestId.length > longestRequestId ? undefined : requestId;
}

/** Undefined: not a filter of the protocol. Only whole filters count; a part of one with a wildcard is another filter. */
export function parseDeviceSubscription(filter: string): DeviceSubscription | undefined {
  if (filter === twinAnswersFilter) return { kind: 'twin-answers' };
  if (filter === desiredChangesFilter) return { kind: 'desired-changes' };
  if (filter === methodCallsFilter) return { kind: 'method-calls' };
  const [root, device = '', ...rest] = filter.split('/');
  const deviceId = asDeviceId(device);
  if (root !== 'devices' || deviceId === undefined) return undefined;
  const prefix = filter.slice(0, -1);
  // `+` and `#` may stand in an id, but in a filter they are wildcards: such an id has to come url-encoded.
  if (/[+#]/.test(prefix)) return undefined;
  if (rest.join('/') === 'messages/devicebound/#')
    return { kind: 'cloud-messages', identity: { deviceId, moduleId: null }, prefix };
  const [modules, module = '', ...tail] = rest;
  const moduleId = asModuleId(module);
  if (modules !== 'modules' || moduleId === undefined) return undefined;
  const identity = { deviceId, moduleId };
  // The C# SDK subscribes to all below its module; inputs is all there is.
  if (tail.join('/') === 'inputs/#') return { kind: 'module-inputs', identity, prefix };
  return tail.join('/') === '#' ? { kind: 'module-inputs', identity, prefix: `${prefix}inputs/` } : undefined;
}

export function telemetryTopic(identity: Identity, properties: MessageProperties): string {
  return `${identityPath(identity)}/messages/events/${encodeProperties(properties)}`;
}

export function cloudMessagesFilter(deviceId: DeviceId): string {
  return `${identityPath({ deviceId, moduleId: null })}/messages/devicebound/#`;
}

export function moduleInputsFilter(deviceId: DeviceId, moduleId: ModuleId): string {
  return `${identityPath({ deviceId, moduleId })}/inputs/#`;
}

/** Under the prefix of the device's own subscription. */
export function cloudMessageTopic(prefix: string, properties: MessageProperties): string {
  return `${prefix}${encodeProperties(properties)}`;
}

export function moduleInputTopic(prefix: string, input: string, properties: MessageProperties): string {
  return `${prefix}${encodeURIComponent(input)}/${encodeProperties(properties)}`;
}

export function twinGetTopic(requestId: string): string {
  return `${twinGetPrefix}?$rid=${requestId}`;
}

export function twinReportTopic(requestId: string): string {
  return `${twinReportPrefix}?$rid=${requestId}`;
}

/** `version` stands only in the answer to a report. */
export function twinAnswerTopic(status: number, requestId: string, version?: number): string {
  return `$iothub/twin/res/${status}/?$rid=${requestId}${version === undefined ? '' : `&$version=${version}`}`;
}

export interface TwinAnswer {
  readonly status: number;
  readonly requestId: string;
  readonly version: number | null;
}

export function parseTwinAnswer(topic: string): TwinAnswer | undefined {
  const [, status, query = ''] = /^\$iothub\/twin\/res\/(\d{3})\/(\?.*)$/s.exec(topic) ?? [];
  const requestId = queryValue(query, '$rid');
  if (status === undefined || requestId === undefined) return undefined;
  return { status: Number(status), requestId, version: asVersion(queryValue(query, '$version')) };
}

export function desiredChangeTopic(version: number): string {
  return `$iothub/twin/PATCH/properties/desired/?$version=${version}`;
}

/** The desired `$version` a pushed change leads to. */
export function parseDesiredChange(topic: string): { readonly version: number } | undefined {
  const [, query] = /^\$iothub\/twin\/PATCH\/properties\/desired\/(\?.*)$/s.exec(topic) ?? [];
  const version = query === undefined ? null : asVersion(queryValue(query, '$version'));
  return version === null ? undefined : { version };
}

export function methodCallTopic(name: string, requestId: string): string {
  return `$iothub/methods/POST/${name}/?$rid=${requestId}`;
}

export function parseMethodCall(topic: string): { readonly name: string; readonly requestId: string } | undefined {
  const [, name, query = ''] = /^\$iothub\/methods\/POST\/([^/]+)\/(\?.*)$/s.exec(topic) ?? [];
  const requestId = queryValue(query, '$rid');
  return name === undefined || requestId === undefined ? undefined : { name, requestId };
}

export function methodAnswerTopic(status: number, requestId: string): string {
  return `$iothub/methods/res/${status}/?$rid=${requestId}`;
}

/** The raw value of `name` in `?a=b&c=d`; undefined when it is not there or empty. */
export function queryValue(query: string, name: string): string | undefined {
  const start = `${name}=`;
  const part = query
    .slice(1)
    .split('&')
    .find((item) => item.startsWith(start));
  return part === undefined || part.length === start.length ? undefined : part.slice(start.length);
}

function parseTelemetry(topic: string): DevicePublication | undefined {
  const pattern = /^devices\/([^/]+)\/(?:modules\/([^/]+)\/)?messages\/events(?:\/(.*))?$/s;
  const [, device = '', module, bag = ''] = pattern.exec(topic) ?? [];
  const deviceId = asDeviceId(device);
  const moduleId = module === undefined ? null : asModuleId(module);
  const properties = decodeProperties(bag);
  if (deviceId === undefined || moduleId === undefined || properties === undefined) return undefined;
  return { kind: 'telemetry', identity: { deviceId, moduleId }, properties };
}

function withRequestId(kind: 'twin-get' | 'twin-report', query: string): DevicePublication | undefined {
  const requestId = requestIdIn(query);
  return requestId === undefined ? undefined : { kind, requestId };
}

function identityPath(identity: Identity): string {
  const device = `devices/${encodeStrictly(identity.deviceId)}`;
  return identity.moduleId === null ? device : `${device}/modules/${encodeStrictly(identity.moduleId)}`;
}

// An id such as `50%` does not decode; then it stands for itself.
function asDeviceId(segment: string): DeviceId | undefined {
  const id = decodePart(segment) ?? segment;
  return isDeviceId(id) ? id : undefined;
}

function asModuleId(segment: string): ModuleId | undefined {
  const id = decodePart(segment) ?? segment;
  return isModuleId(id) ? id : undefined;
}

function asVersion(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
