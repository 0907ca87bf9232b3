// Cloud-to-device messages on their way: kept until taken, in order, once each where nothing fails.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cloudMessagesFilter } from '#contract/device-topics.ts';
import { eventually } from '#test/support/eventually.ts';
import { closed, openRaw, subscribePacket } from '#test/support/raw-mqtt.ts';
import { addDevice, connectMqtt, identityOf, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

const { deviceId } = identityOf('d1');
const filter = cloudMessagesFilter(deviceId);
let hub: SiteHub;

beforeEach(async () => {
  hub = await startSiteHub();
  addDevice(hub, 'd1');
});
afterEach(() => hub.stop());

function send(text: string, expiresAtMs: number | null = null) {
  return hub.link.cloudMessages.send(deviceId, { body: Buffer.from(text), properties: {}, expiresAtMs }, 'service');
}

async function listen(qos: 0 | 1 = 1, clean = false): Promise<string[]> {
  const client = await connectMqtt(hub, 'd1', { clean });
  const texts: string[] = [];
  client.on('message', (_topic, payload) => texts.push(payload.toString()));
  await client.subscribeAsync(filter, { qos });
  return texts;
}

const waiting = () => hub.store.read.cloudMessages.countWaiting(deviceId);

describe('messages to a device', () => {
  test.each([0, 1] as const)(
    'when the device subscribes at QoS %d, it gets each once and they leave the queue',
    async (qos) => {
      send('a');
      const texts = await listen(qos);
      send('b');
      // At QoS 0 a message leaves the queue once it is written to the socket, which is before the device has read it.
      await eventually(() => expect(waiting()).toBe(0));
      await eventually(() => expect(texts).toEqual(['a', 'b']));
      expect(hub.journal('cloud-message-taken')).toHaveLength(2);
    },
  );

  test('when the device takes a message and vanishes before its PUBACK, it gets it again', async () => {
    send('again');
    const socket = await openRaw(hub, 'd1');
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(subscribePacket([filter]));
    await eventually(() => expect(Buffer.concat(received).toString('latin1')).toContain('again'));
    socket.destroy();
    await closed(socket);
    expect(waiting()).toBe(1);
    const texts = await listen();
    await eventually(() => expect(texts).toEqual(['again']));
    await eventually(() => expect(waiting()).toBe(0));
  });

  test('when a session at QoS 0 ends before a message has left, the message waits for the next session', async () => {
    const texts = await listen(0);
    send('later');
    // In the same turn of the event loop: nothing has left yet.
    hub.registry.updateDevice({ deviceId, status: 'disabled' }, '*', 'service');
    await eventually(() => expect(hub.link.connectedCount()).toBe(0));
    expect(waiting()).toBe(1);
    expect([texts, hub.journal('cloud-message-taken')]).toEqual([[], []]);
    hub.registry.updateDevice({ deviceId, status: 'enabled' }, '*', 'service');
    const later = await listen(0);
    await eventually(() => expect(later).toEqual(['later']));
    await eventually(() => expect(waiting()).toBe(0));
  });

  test('when a persistent session comes back, it gets its messages without subscribing again', async () => {
    await listen();
    hub.clients[0]?.end(true);
    await eventually(() => expect(hub.link.connectedCount()).toBe(0));
    send('while away');
    const texts: string[] = [];
    const client = await connectMqtt(hub, 'd1', { clean: false, resubscribe: false });
    client.on('message', (_topic, payload) => texts.push(payload.toString()));
    await eventually(() => expect(waiting()).toBe(0));
    expect(hub.journal('cloud-message-taken')).toHaveLength(1);
  });

  test('when a clean session comes, it gets nothing until it subscribes', async () => {
    await listen(1, false);
    hub.clients[0]?.end(true);
    await eventually(() => expect(hub.link.connectedCount()).toBe(0));
    send('later');
    const client = await connectMqtt(hub, 'd1', { clean: true });
    await client.publishAsync('devices/d1/messages/events/', 'x', { qos: 1 });
    expect(waiting()).toBe(1);
    await client.subscribeAsync(filter, { qos: 1 });
    await eventually(() => expect(waiting()).toBe(0));
  });

  test('when a message is past its time, it is dropped with a journal entry and the others arrive', async () => {
    send('late', Date.now() - 1);
    send('in time', Date.now() + 60_000);
    const texts = await listen();
    await eventually(() => expect(waiting()).toBe(0));
    expect(texts).toEqual(['in time']);
    expect(hub.journal('cloud-message-expired')).toMatchObject([{ deviceId, detail: { reason: 'expired' } }]);
  });

  test('when a message is dropped while it is under way, its acknowledgement takes nothing', async () => {
    const { id } = send('dropped under way');
    const client = await connectMqtt(hub, 'd1', { clean: false });
    const acknowledge = new Promise<() => void>((resolve) => {
      client.handleMessage = (_packet, done) => resolve(() => done());
    });
    await client.subscribeAsync(filter, { qos: 1 });
    const go = await acknowledge;
    hub.store.change((write) => write.cloudMessages.delete(id));
    go();
    await client.publishAsync('devices/d1/messages/events/', 'after it', { qos: 1 });
    expect(hub.journal('cloud-message-taken')).toEqual([]);
  });

  test('when 50 wait, the next is refused, and the queue stays as it was', () => {
    for (let index = 0; index < 50; index++) send(`m${index}`);
    expect(() => send('one more')).toThrow(/50 messages already wait for 'd1'/);
    expect(waiting()).toBe(50);
    expect(hub.journal('cloud-message-queued')).toHaveLength(50);
  });

  test('when the device is unknown or the body too large, it is refused', () => {
    const message = { body: Buffer.from('x'), properties: {}, expiresAtMs: null };
    expect(() => hub.link.cloudMessages.send(identityOf('ghost').deviceId, message, 'service')).toThrow(/no device/);
    expect(() => send('x'.repeat(64 * 1024 + 1))).toThrow(/64 KB/);
  });
});
