// Decides whether a connection is who it says: SAS token, pinned certificate, or certificate from the site CA.
// An unknown device and a wrong key get the same answer in about the same time; only the journal tells them apart.
import { createHmac, type X509Certificate } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { identityKey, type Identity } from '#base/ids.ts';
import { decodePart } from '#contract/property-bag.ts';
import { isSignedWith, parseSharedAccessSignature, type HmacSha256Base64 } from '#contract/shared-access-signature.ts';
import type { Authentication } from '#domain/records/registry.ts';
import type { SiteCa } from '#hub/certificates/site-ca.ts';
import type { Store } from '#store/store-types.ts';
import type { MqttLogin } from './mqtt-login.ts';

export type LoginRefusal =
  | 'malformed-token'
  | 'wrong-audience'
  | 'token-expired'
  | 'wrong-key'
  | 'wrong-certificate'
  | 'certificate-expired'
  | 'no-proof'
  | 'device-unknown'
  | 'device-disabled';

/** What a session was let in by, so that it can be asked later whether that still holds. */
export type Proof =
  | { readonly kind: 'key'; readonly keyBase64: string; readonly expiresAtMs: number }
  | { readonly kind: 'thumbprint'; readonly thumbprints: readonly string[] }
  | { readonly kind: 'site-ca'; readonly expiresAtMs: number };

type LoginDecision =
  | { readonly ok: true; readonly proof: Proof }
  | { readonly ok: false; readonly reason: LoginRefusal };

export interface DeviceCredentials {
  decide(login: MqttLogin, password: string, certificate: X509Certificate | undefined): LoginDecision;
  /** Whether the proof would still be accepted: the device is there, enabled, and its keys are the same. */
  stillHolds(identity: Identity, proof: Proof): boolean;
}

const clientAuthUsage = '1.3.6.1.5.5.7.3.2';
// Signed with when the device is unknown, so that the answer takes as long as for a known one.
const nobodysKey = Buffer.alloc(32).toString('base64');

export const hmacSha256Base64: HmacSha256Base64 = (keyBase64, text) =>
  createHmac('sha256', Buffer.from(keyBase64, 'base64')).update(text, 'utf8').digest('base64');

export function createDeviceCredentials(parts: {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Clock;
  readonly ca: Pick<SiteCa, 'hasSigned'>;
}): DeviceCredentials {
  const { read } = parts.store;

  /** Every authentication that may speak for the identity; none when it is unknown or disabled. */
  function authenticationsOf(identity: Identity): readonly Authentication[] | 'device-unknown' | 'device-disabled' {
    const device = read.devices.get(identity.deviceId);
    if (device === undefined) return 'device-unknown';
    if (device.status === 'disabled') return 'device-disabled';
    if (identity.moduleId === null) return [device.authentication];
    const module = read.modules.get(identity.deviceId, identity.moduleId);
    if (module === undefined) return 'device-unknown';
    // The agent has only its device's key, and stands for the system modules.
    return identity.moduleId.startsWith('$') ? [module.authentication, device.authentication] : [module.authentication];
  }

  return {
    decide(login, password, certificate) {
      const authentications = authenticationsOf(login.identity);
      const attempt = { login, authentications, nowMs: parts.clock.nowMs() };
      if (password !== '') return decideToken(attempt, password);
      if (certificate === undefined) return { ok: false, reason: 'no-proof' };
      return decideCertificate(attempt, certificate, parts.ca);
    },
    stillHolds(identity, proof) {
      const authentications = authenticationsOf(identity);
      if (typeof authentications === 'string') return false;
      if (proof.kind === 'key') return authentications.flatMap(keysOf).includes(proof.keyBase64);
      if (proof.kind === 'site-ca') return authentications.some(({ type }) => type === 'certificateAuthority');
      return proof.thumbprints.some((thumbprint) => authentications.flatMap(thumbprintsOf).includes(thumbprint));
    },
  };
}

interface Attempt {
  readonly login: MqttLogin;
  readonly authentications: readonly Authentication[] | 'device-unknown' | 'device-disabled';
  readonly nowMs: number;
}

function decideToken({ login, authentications, nowMs }: Attempt, password: string): LoginDecision {
  const token = parseSharedAccessSignature(password);
  if (!token.ok) return { ok: false, reason: 'malformed-token' };
  const keys = typeof authentications === 'string' ? [nobodysKey] : authentications.flatMap(keysOf);
  const keyBase64 = keys.find((key) => isSignedWith(token.value, key, hmacSha256Base64));
  if (typeof authentications === 'string') return { ok: false, reason: authentications };
  if (keyBase64 === undefined) return { ok: false, reason: 'wrong-key' };
  if (!isMadeFor(token.value.resource, login)) return { ok: false, reason: 'wrong-audience' };
  const expiresAtMs = token.value.expiresAtS * 1000;
  if (expiresAtMs <= nowMs) return { ok: false, reason: 'token-expired' };
  return { ok: true, proof: { kind: 'key', keyBase64, expiresAtMs } };
}

function decideCertificate(
  attempt: Attempt,
  certificate: X509Certificate,
  ca: Pick<SiteCa, 'hasSigned'>,
): LoginDecision {
  const { login, authentications, nowMs } = attempt;
  if (typeof authentications === 'string') return { ok: false, reason: authentications };
  const thumbprints = [certificate.fingerprint, certificate.fingerprint256].map((text) => text.replaceAll(':', ''));
  // TLS has proved that the peer holds the key; a pinned certificate needs no more, not even a right clock.
  if (thumbprints.some((thumbprint) => authentications.flatMap(thumbprintsOf).includes(thumbprint)))
    return { ok: true, proof: { kind: 'thumbprint', thumbprints } };
  const mayCome = authentications.some(({ type }) => type === 'certificateAuthority');
  if (!mayCome || !ca.hasSigned(certificate) || !names(certificate, login.identity))
    return { ok: false, reason: 'wrong-certificate' };
  const expiresAtMs = Date.parse(certificate.validTo);
  if (expiresAtMs <= nowMs || Date.parse(certificate.validFrom) > nowMs)
    return { ok: false, reason: 'certificate-expired' };
  return { ok: true, proof: { kind: 'site-ca', expiresAtMs } };
}

/** A client certificate of exactly this identity; for system modules, of their device. */
function names(certificate: X509Certificate, identity: Identity): boolean {
  if (!certificate.keyUsage?.includes(clientAuthUsage)) return false;
  const commonName: unknown = certificate.toLegacyObject().subject.CN;
  const isSystemModule = identity.moduleId?.startsWith('$') === true;
  return commonName === identityKey(identity) || (isSystemModule && commonName === identity.deviceId);
}

function keysOf(authentication: Authentication): readonly string[] {
  if (authentication.type !== 'sas') return [];
  return [authentication.primaryKey, authentication.secondaryKey].filter((key) => key !== '');
}

function thumbprintsOf(authentication: Authentication): readonly string[] {
  if (authentication.type !== 'selfSigned') return [];
  const { primaryThumbprint, secondaryThumbprint } = authentication;
  return [primaryThumbprint, secondaryThumbprint].filter((text) => text !== '').map((text) => text.toUpperCase());
}

/**
 * Without regard to case, as IoT Edge's identity service writes it in lower case; who may sign it is decided by the key. The
 * port is the way to a host, not its name; some SDKs encode the ids once more inside the resource.
 */
function isMadeFor(resource: string, { host, identity }: MqttLogin): boolean {
  const [tokenHost = '', ...path] = resource.toLowerCase().split('/');
  const { deviceId, moduleId } = identity;
  const expected = moduleId === null ? ['devices', deviceId] : ['devices', deviceId, 'modules', moduleId];
  return (
    withoutPort(tokenHost) === withoutPort(host.toLowerCase()) &&
    path.length === expected.length &&
    expected.every((part, index) =>
      [path[index], decodePart(path[index] ?? '')?.toLowerCase()].includes(part.toLowerCase()),
    )
  );
}

function withoutPort(host: string): string {
  return host.replace(/:\d{1,5}$/, '');
}
