// What a refused token costs: the same for everybody, so that time does not tell which devices there are.
import { expect, it, vi } from 'vitest';
import { signSharedAccessSignature } from '#contract/shared-access-signature.ts';
import { hmacSha256Base64 } from '#hub/device-link/device-credentials.ts';
import { createServiceAuthorization } from '#service-api/service-authorization.ts';
import { createHubParts, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

const wrongKey = 'd3Jvbmc=';

function aHub() {
  const { registry, clock } = createHubParts();
  registry.createDevice({ deviceId: deviceId('there'), isEdge: true }, 'service');
  registry.createDevice({ deviceId: deviceId('off'), isEdge: false, status: 'disabled' }, 'service');
  const thumbprint = 'A'.repeat(40);
  const authentication = {
    type: 'selfSigned',
    primaryThumbprint: thumbprint,
    secondaryThumbprint: thumbprint,
  } as const;
  registry.createDevice({ deviceId: deviceId('pinned'), isEdge: false, authentication }, 'service');
  const hmac = vi.fn(hmacSha256Base64);
  const parts = { registry, clock, serviceKey: 'c2VydmljZQ==', isOwnName: () => true, hmac };
  const tokenOf = (path: string, keyBase64: string) =>
    signSharedAccessSignature(
      { resource: `hub/devices/${path}`, keyBase64, expiresAtS: clock.nowMs() / 1000 + 60 },
      hmacSha256Base64,
    );
  return { registry, hmac, tokenOf, authorization: createServiceAuthorization(parts) };
}

it.each(['there', 'off', 'pinned', 'nobody', 'there/modules/$edgeAgent', 'there/modules/none', 'nobody/modules/none'])(
  'when %s sends a token with a wrong key, four signatures are computed and the refusal is the same',
  (path) => {
    const { authorization, hmac, tokenOf } = aHub();
    expect(() => authorization.identify(tokenOf(path, wrongKey), '/twins/there')).toThrow(
      "The token's signature does not fit: check the shared access key.",
    );
    expect(hmac).toHaveBeenCalledTimes(4);
  },
);

it.each(['primaryKey', 'secondaryKey'] as const)('when a device signs with its %s, it is let in', (name) => {
  const { authorization, registry, tokenOf } = aHub();
  const { authentication } = registry.getDevice(deviceId('there'));
  const key = authentication.type === 'sas' ? authentication[name] : '';
  expect(authorization.identify(tokenOf('there', key), '/twins/there')).toEqual({
    actor: 'device',
    identity: deviceIdentity('there'),
  });
});
