// Who may call: scripts with the hub's service key, and a device or module for direct methods on its own device alone.
// A refusal is a 401 with one sentence that never tells which devices there are; signatures are compared in constant time.
import type { Clock } from '#base/clock.ts';
import { asAppError, refused, type AppError } from '#base/errors.ts';
import { isDeviceId, isModuleId, type DeviceId, type Identity } from '#base/ids.ts';
import { splitHostPort } from '#contract/connection-string.ts';
import {
  isSignedWith,
  type HmacSha256Base64,
  parseSharedAccessSignature,
  type SharedAccessSignature,
} from '#contract/shared-access-signature.ts';
import type { Authentication } from '#domain/records/registry.ts';
import type { Actor } from '#domain/records/journal-event.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import { newKey } from '#hub/records/new-authentication.ts';
import { servicePolicyName } from '#hub/site/service-key.ts';

export interface Caller {
  readonly actor: Actor;
  /** Null: a script with the service key, which may do everything. */
  readonly identity: Identity | null;
}

interface AuthorizationParts {
  readonly registry: Pick<HubOperations['registry'], 'getDevice' | 'getModule'>;
  readonly clock: Clock;
  /** Base64. */
  readonly serviceKey: string;
  /** Whether a host name (lower case, without port) is one of this hub's. */
  readonly isOwnName: (host: string) => boolean;
  readonly hmac?: HmacSha256Base64;
}

/** Those of a system module: its own two, and its device's. */
const mostKeys = 4;

/** The caller a request's token proves; `path` is the request's path, as it came. */
export function createServiceAuthorization(parts: AuthorizationParts): {
  readonly identify: (authorization: string | undefined, path: string) => Caller;
} {
  const { hmac = hmacSha256Base64 } = parts;
  const decoy = newKey();
  return {
    identify(authorization, path) {
      const token = readToken(authorization);
      checkExpiry(token, parts.clock);
      const scope = scopeOf(token, parts.isOwnName);
      if (token.keyName !== null) {
        if (token.keyName !== servicePolicyName)
          throw unauthorized(
            `The token names the policy '${token.keyName}', this hub has only '${servicePolicyName}'.`,
          );
        if (!isSignedWith(token, parts.serviceKey, hmac)) throw wrongKey();
        if (!isBelow(scope, decodePath(path))) throw unauthorized(`The token opens '${scope}' and nothing else.`);
        return { actor: 'service', identity: null };
      }
      const identity = identityOf(scope);
      const keys = keysOf(parts.registry, identity);
      // As many keys are tried for everybody, so that time tells neither which one fits nor which devices there are.
      const tried = Array.from({ length: mostKeys }, (_, index) => isSignedWith(token, keys[index] ?? decoy, hmac));
      if (!tried.slice(0, keys.length).includes(true)) throw wrongKey();
      return { actor: 'device', identity };
    },
  };
}

/** Refuses what only scripts may do. */
export function requireService({ identity }: Caller): void {
  if (identity !== null)
    throw unauthorized(
      `'${identity.deviceId}' may only call direct methods of its own device here: use the service key.`,
    );
}

/** Refuses a device that means another device than itself. */
export function requireMayCallMethods({ identity }: Caller, deviceId: DeviceId): void {
  if (identity !== null && identity.deviceId !== deviceId)
    throw unauthorized(`'${identity.deviceId}' may not call methods of '${deviceId}'.`);
}

function readToken(authorization: string | undefined): SharedAccessSignature {
  if (authorization === undefined)
    throw unauthorized('The request has no Authorization header: send a SharedAccessSignature.');
  const token = parseSharedAccessSignature(authorization);
  if (token.ok) return token.value;
  throw unauthorized(
    `The Authorization header cannot be used: ${token.problems.map(({ message }) => message).join(', ')}.`,
  );
}

function checkExpiry({ expiresAtS }: SharedAccessSignature, clock: Clock): void {
  if (expiresAtS * 1000 > clock.nowMs()) return;
  const expiredAt = new Date(expiresAtS * 1000).toISOString();
  throw unauthorized(
    `The token expired at ${expiredAt} and it is ${new Date(clock.nowMs()).toISOString()} here: make a new one, or set the clocks.`,
  );
}

/** The path a token opens on this hub: `` for all of it, or `/devices/d…`. */
function scopeOf({ resource }: SharedAccessSignature, isOwnName: (host: string) => boolean): string {
  const slash = resource.indexOf('/');
  const audience = slash < 0 ? resource : resource.slice(0, slash);
  const host = splitHostPort(audience, 443)?.host.toLowerCase();
  if (host === undefined || !isOwnName(host))
    throw unauthorized(`The token is for '${audience}', which is no name of this hub.`);
  return slash < 0 ? '' : resource.slice(slash).replace(/\/+$/, '');
}

function isBelow(scope: string, path: string): boolean {
  return path === scope || path.startsWith(`${scope}/`);
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    // The one way the platform tells that text is not URL-encoded.
    throw refused('request.invalid', 'The path of the request is not URL-encoded.', { cause: error });
  }
}

function identityOf(scope: string): Identity {
  const [, deviceId = '', moduleId] = /^\/devices\/([^/]+)(?:\/modules\/([^/]+))?$/.exec(scope) ?? [];
  if (!isDeviceId(deviceId) || (moduleId !== undefined && !isModuleId(moduleId)))
    throw unauthorized('The token names neither a policy (skn) nor a device: sign it with the service key.');
  return { deviceId, moduleId: moduleId ?? null };
}

function keysOf(registry: AuthorizationParts['registry'], { deviceId, moduleId }: Identity): readonly string[] {
  const device = known(() => registry.getDevice(deviceId));
  if (device?.status !== 'enabled') return [];
  if (moduleId === null) return sasKeys(device.authentication);
  const module = known(() => registry.getModule(deviceId, moduleId));
  const ownKeys = module === undefined ? [] : sasKeys(module.authentication);
  // The agent holds the device's key alone and stands for the system modules with it.
  return moduleId.startsWith('$') ? [...ownKeys, ...sasKeys(device.authentication)] : ownKeys;
}

/** A caller who is not let in learns nothing about which devices there are. */
function known<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    // Only "there is none" counts as no key; a failing store is told as one.
    if (asAppError(thrown).kind === 'refused') return undefined;
    throw thrown;
  }
}

function sasKeys(authentication: Authentication): readonly string[] {
  return authentication.type === 'sas' ? [authentication.primaryKey, authentication.secondaryKey] : [];
}

function wrongKey(): AppError {
  return unauthorized("The token's signature does not fit: check the shared access key.");
}

function unauthorized(message: string): AppError {
  return refused('auth.refused', message);
}
