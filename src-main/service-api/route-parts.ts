// What every route needs: the hub's operations, who calls, and the ids and etags of a request as our own types.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refused } from '#base/errors.ts';
import { isDeviceId, isModuleId, type DeviceId, type ModuleId } from '#base/ids.ts';
import { etagOf, versionOf } from '#contract/etag.ts';
import type { HubOperations, IfMatch } from '#hub/hub-types.ts';
import type { Caller } from './service-authorization.ts';

export interface RouteParts {
  readonly hub: HubOperations;
  readonly callerOf: (request: FastifyRequest) => Caller;
}

/** No version of a row: an etag that is not ours matches nothing. */
const noVersion = -1;

export function deviceIdOf(request: FastifyRequest): DeviceId {
  const { deviceId = '' } = request.params as { readonly deviceId?: string };
  return checkedDeviceId(deviceId);
}

export function checkedDeviceId(deviceId: string): DeviceId {
  if (isDeviceId(deviceId)) return deviceId;
  throw refused('request.invalid', `'${deviceId}' cannot be a device's id: ${idRule}.`, { subject: deviceId });
}

export function moduleIdOf(request: FastifyRequest): ModuleId {
  const { moduleId = '' } = request.params as { readonly moduleId?: string };
  if (isModuleId(moduleId)) return moduleId;
  throw refused('request.invalid', `'${moduleId}' cannot be a module's id: ${idRule}.`, { subject: moduleId });
}

/** Refuses a body that speaks of another element than the path. */
export function checkSameId(inPath: string, inBody: string | null | undefined, field: string): void {
  if (inBody === undefined || inBody === null || inBody === inPath) return;
  throw refused(
    'request.invalid',
    `The path names '${inPath}' and the body's ${field} '${inBody}': make them the same.`,
  );
}

/** The `If-Match` header, with or without quotes; undefined when there is none. */
export function ifMatchOf(request: FastifyRequest): IfMatch {
  const header = request.headers['if-match'];
  return header === undefined ? undefined : ifMatchFrom(header);
}

export function ifMatchFrom(etag: string): IfMatch {
  const text = etag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1');
  return text === '*' ? '*' : (versionOf(text) ?? noVersion);
}

/** The whole number of a query parameter or header, within its bounds. */
export function countOf(text: unknown, { name, fallback, most }: CountRule): number {
  if (text === undefined || text === '') return fallback;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return Math.min(count, most);
  throw refused('request.invalid', `${name} must be a whole number from 1 to ${most}.`);
}

interface CountRule {
  readonly name: string;
  readonly fallback: number;
  readonly most: number;
}

/** The answer with its etag as a header too. */
export function withEtag<T>(reply: FastifyReply, version: number, body: T): T {
  void reply.header('etag', `"${etagOf(version)}"`);
  return body;
}

const idRule = "use 1 to 128 letters, digits or any of -:.+%_#*?!(),=@$'";
