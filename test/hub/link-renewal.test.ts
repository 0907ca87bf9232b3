// After a sleep the device link closes every session, so that devices come anew, and says who went before it goes on.
import { expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { addDevice, connectMqtt, startSiteHub } from '#test/support/site-hub.ts';

test('when the link is renewed, devices are disconnected and written down as such, and may come back at once', async () => {
  const hub = await startSiteHub();
  try {
    for (const id of ['d1', 'd2']) addDevice(hub, id);
    const clients = [await connectMqtt(hub, 'd1'), await connectMqtt(hub, 'd2')];
    await eventually(() => expect(hub.link.connectedCount()).toBe(2));
    const closed = Promise.all(
      clients.map((client) => new Promise((resolve) => client.once('close', () => resolve(null)))),
    );
    await hub.link.renew();
    await closed;
    const gone = hub
      .journal('device-disconnected')
      .map(({ deviceId, detail }) => [deviceId, detail['reason']] as const);
    expect(new Map(gone)).toEqual(
      new Map([
        ['d1', 'hub-slept'],
        ['d2', 'hub-slept'],
      ]),
    );
    expect(hub.link.connectedCount()).toBe(0);
    await connectMqtt(hub, 'd1');
    await eventually(() => expect(hub.link.connectedCount()).toBe(1));
  } finally {
    await hub.stop();
  }
});

test('when nobody is connected, there is nothing to wait for', async () => {
  const hub = await startSiteHub();
  await hub.link.renew();
  expect(hub.journal('device-disconnected')).toEqual([]);
  await hub.stop();
});
