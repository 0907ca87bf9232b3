// The agent's passwords: SAS tokens for the device's system modules, signed with the device's own key.
//
// A device without a battery wakes in 1970, and an offline site has no time server: its tokens would have expired before they
// were made. When the hub refuses one, the next is made to outlast any such clock; it opens nothing but this device's own
// identity, at a hub that has the key anyway, over a connection that the site's CA vouches for.
import { createHmac } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { signSharedAccessSignature, type HmacSha256Base64 } from '#contract/shared-access-signature.ts';

export interface DeviceConnection {
  /** As the connection string writes it, port included: tokens name it so. */
  readonly hostName: string;
  readonly gatewayHostName: string | null;
  readonly deviceId: string;
  readonly key: string;
}

export const tokenLifeMs = 3_600_000;
/** 2100-01-01. */
const lastingExpiryS = 4_102_444_800;

const hmacSha256: HmacSha256Base64 = (keyBase64, text) =>
  createHmac('sha256', Buffer.from(keyBase64, 'base64')).update(text, 'utf8').digest('base64');

export interface TokenRequest {
  readonly connection: DeviceConnection;
  readonly moduleId: string;
  readonly clock: Clock;
  /** The hub refused the token before. */
  readonly wasRefused: boolean;
}

export function makeDeviceToken({ connection, moduleId, clock, wasRefused }: TokenRequest): string {
  const resource = `${connection.hostName}/devices/${connection.deviceId}/modules/${moduleId}`;
  const expiresAtS = wasRefused ? lastingExpiryS : Math.ceil((clock.nowMs() + tokenLifeMs) / 1_000);
  return signSharedAccessSignature({ resource, keyBase64: connection.key, expiresAtS }, hmacSha256);
}
