// Cloud-to-device messages over the REST API: headers become properties, and the body is the sender's own.
import { expect, it } from 'vitest';
import { deviceId } from '#test/support/hub-parts.ts';
import { serviceCalls, url } from '#test/support/service-calls.ts';

const { parts, sent, call } = serviceCalls();

it('when a message is posted, its headers become properties and its body stays as it is', async () => {
  parts.registry.createDevice({ deviceId: deviceId('d1') }, 'service');
  const response = await call('POST', url('/devices/d1/messages/devicebound'), {
    body: '{not json',
    headers: {
      'iothub-messageid': 'mine',
      'iothub-app-colour': 'red',
      'iothub-expiry': '2026-01-01T01:00:00Z',
      constructor: 'no property',
    },
  });
  expect([response.statusCode, response.headers['iothub-messageid']]).toEqual([204, 'm1']);
  expect(sent).toEqual([
    {
      deviceId: 'd1',
      message: {
        body: Buffer.from('{not json'),
        properties: { '$.mid': 'mine', '$.ct': 'application/json', colour: 'red' },
        expiresAtMs: Date.UTC(2026, 0, 1, 1),
      },
    },
  ]);
});
