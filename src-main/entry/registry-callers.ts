// Who sends a request to the registry: a person or script with the service key, or a device by its token or certificate. Docker and
// skopeo know user names and passwords alone, so both proofs may come as those too.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '#base/clock.ts';
import { refused, type AppError } from '#base/errors.ts';
import { isDeviceId, type Identity } from '#base/ids.ts';
import { createDeviceCredentials } from '#hub/device-link/device-credentials.ts';
import { servicePolicyName } from '#hub/site/service-key.ts';
import type { SiteCa } from '#hub/certificates/site-ca.ts';
import type { HubOperations } from '#hub/hub-types.ts';
import type { Puller } from '#registry/pull-access.ts';
import { createServiceAuthorization } from '#service-api/service-authorization.ts';
import type { Store } from '#store/store-types.ts';

interface CallersParts {
  readonly store: Pick<Store, 'read'>;
  readonly registry: HubOperations['registry'];
  readonly ca: Pick<SiteCa, 'hasSigned'>;
  readonly clock: Clock;
  /** Base64. */
  readonly serviceKey: string;
  /** Whether a host name (lower case, without port) is one of this hub's. */
  readonly isOwnName: (host: string) => boolean;
}

/** What of a request it takes to know its sender; fastify's request has it. */
export interface CallerRequest {
  readonly headers: { readonly authorization?: string | undefined };
  readonly url: string;
  readonly raw: { readonly socket: object };
}

const tokenPrefix = 'SharedAccessSignature ';

export function createRegistryCallers(parts: CallersParts): (request: CallerRequest) => Puller {
  const authorization = createServiceAuthorization(parts);
  const credentials = createDeviceCredentials(parts);

  function byToken(token: string, path: string, user?: string): Puller {
    const { actor, identity } = authorization.identify(token, path);
    if (identity === null) {
      if (user !== undefined && user !== servicePolicyName) throw wrongUser(user);
      return { kind: 'service', actor };
    }
    if (user !== undefined && user !== identity.deviceId) throw wrongUser(user);
    return pullerOf(identity);
  }

  function byCertificate(request: CallerRequest, user?: string): Puller {
    const socket = request.raw.socket as Partial<TLSSocket>;
    const certificate = socket.getPeerX509Certificate?.();
    const named: unknown = user ?? certificate?.toLegacyObject().subject.CN;
    const deviceId = typeof named === 'string' ? named : '';
    if (certificate === undefined || !isDeviceId(deviceId))
      throw refused('auth.refused', 'The registry wants to know who asks: log in as service with the service key.');
    const login = { identity: { deviceId, moduleId: null }, host: '' };
    if (!credentials.decide(login, '', certificate).ok)
      throw refused('auth.refused', 'The client certificate is not one of an enabled device of this site.');
    return pullerOf(login.identity);
  }

  return (request) => {
    const { authorization: header } = request.headers;
    const path = request.url.split('?', 1)[0] ?? '';
    if (header === undefined) return byCertificate(request);
    const basic = basicOf(header);
    if (basic === null) return byToken(header, path);
    const { user, password } = basic;
    if (password.startsWith(tokenPrefix)) return byToken(password, path, user);
    if (password === '') return byCertificate(request, user);
    if (user === servicePolicyName && isSame(password, parts.serviceKey)) return { kind: 'service', actor: 'service' };
    throw refused('auth.refused', `The password does not fit: log in as ${servicePolicyName} with the service key.`);
  };
}

/** The agent asks for its device; other modules have nothing to pull. */
function pullerOf({ deviceId, moduleId }: Identity): Puller {
  if (moduleId === null || moduleId.startsWith('$')) return { kind: 'device', deviceId };
  throw refused('auth.refused', `The module '${moduleId}' pulls no images: its device's agent does.`);
}

/** Null: the header is of another kind. */
function basicOf(header: string): { readonly user: string; readonly password: string } | null {
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(header) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) throw refused('auth.refused', 'The Authorization header holds no user name and password.');
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** In the same time however much of it fits. */
function isSame(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

function wrongUser(user: string): AppError {
  return refused(
    'auth.refused',
    `The token is not one of '${user.slice(0, 128)}': give the user name that it is made for.`,
  );
}
