// Clients that mean harm, on real sockets. Each is closed or bounded, journaled, and nobody else notices.
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { methodAnswerTopic, parseMethodCall, twinReportTopic } from '#contract/device-topics.ts';
import { eventually } from '#test/support/eventually.ts';
import {
  closed,
  header,
  loginPacket,
  openRaw,
  openTls,
  packet,
  pingPacket,
  publishPacket,
  subscribePacket,
} from '#test/support/raw-mqtt.ts';
import { addDevice, connectMqtt, identityOf, nextMessage, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

let hub: SiteHub;
let witness: MqttClient;

beforeAll(async () => {
  hub = await startSiteHub({
    broker: { drainTimeoutMs: 500, connectTimeoutMs: 400 },
    gate: { silentMs: 400, loginMs: 800 },
  });
  for (const id of ['witness', 'attacker', 'victim', 'frozen', 'fought']) addDevice(hub, id);
  witness = await connectMqtt(hub, 'witness');
});
afterAll(async () => {
  // Whatever the attacks did, a well-behaved client never lost its connection.
  expect(witness.connected).toBe(true);
  witness.end(true);
  await hub.stop();
});

async function witnessIsServed(): Promise<void> {
  await witness.publishAsync('devices/witness/messages/events/', 'fine', { qos: 1 });
}

describe('before the login', () => {
  test.each([
    ['something else than MQTT', Buffer.from('GET / HTTP/1.1\r\nHost: hub\r\n\r\n'), 'not-mqtt'],
    ['a publish as its first packet', publishPacket('devices/witness/messages/events/', 'x'), 'not-mqtt'],
    ['a CONNECT of 256 MB', header(0x10, 256 * 1024 * 1024 - 1), 'oversize-packet'],
    [
      'a CONNECT that is garbage',
      packet(0x10, Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0xff])),
      'malformed-packet',
    ],
    [
      'a CONNECT of another protocol',
      packet(0x10, Buffer.from([0, 4, 0x48, 0x54, 0x54, 0x50, 4, 0])),
      'malformed-packet',
    ],
  ])('when a client sends %s, it is closed and journaled', async (_, bytes, reason) => {
    const socket = await openTls(hub);
    socket.write(bytes);
    await closed(socket);
    await eventually(() => expect(hub.reasons()).toContain(reason));
    await witnessIsServed();
  });

  test('when the bytes are random, nothing but that connection suffers', async () => {
    // A linear congruential generator: the same bytes in every run.
    let seed = 42;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    const body = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
    const first = loginPacket(hub, 'attacker');
    for (let round = 0; round < 60; round++) {
      const socket = await openTls(hub);
      const types = [0x10, 0x32, 0x82, 0xa2, 0x40, 0x62];
      const type = types[Math.floor(random() * types.length)] ?? 0x30;
      const garbage = packet(type, body(Math.floor(random() * 40)));
      socket.end(round % 2 === 0 ? garbage : Buffer.concat([first, garbage, pingPacket]));
      await closed(socket);
    }
    await witnessIsServed();
  });

  test('when 1,000 sockets stay silent, others are served meanwhile and the silent ones are closed', async () => {
    const silent: Socket[] = [];
    for (let index = 0; index < 1000; index++) {
      const socket = connectTcp({ host: '127.0.0.1', port: hub.mqttPort });
      socket.on('error', () => undefined);
      silent.push(socket);
    }
    for (const socket of silent) if (socket.connecting) await once(socket, 'connect');
    const other = await connectMqtt(hub, 'victim');
    await witnessIsServed();
    // Served while the silent ones still hold their sockets, not after they were closed.
    expect(silent.filter((socket) => !socket.closed).length).toBeGreaterThan(0);
    other.end(true);
    for (const socket of silent) if (!socket.closed) await once(socket.resume(), 'close');
    await eventually(() => expect(hub.reasons()).toContain('silent'));
    // One line at once, the others counted: silence cannot fill the disk.
    expect(hub.reasons().filter((reason) => reason === 'silent')).toHaveLength(1);
  });

  test('when a client finishes TLS and then says nothing, it is closed', async () => {
    const socket = await openTls(hub);
    await closed(socket);
    await eventually(() => expect(hub.reasons()).toContain('connect-timeout'));
  });
});

describe('after the login', () => {
  test.each([
    ['a packet over 256 KB', header(0x30, 256 * 1024 + 1), 'oversize-packet'],
    ['a second CONNECT', packet(0x10, Buffer.alloc(12)), 'second-connect'],
    ['a length of five bytes', Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff, 1]), 'oversize-packet'],
    ['telemetry of another device', publishPacket('devices/victim/messages/events/', 'x'), 'foreign-topic'],
    ['to another’s cloud messages', publishPacket('devices/victim/messages/devicebound/', 'x'), 'foreign-topic'],
    ['to the broker’s own topics', publishPacket('$SYS/x', 'x'), 'foreign-topic'],
    ['an answer nobody may publish', publishPacket('$iothub/twin/res/200/?$rid=1', '{}'), 'foreign-topic'],
    ['a desired push', publishPacket('$iothub/twin/PATCH/properties/desired/?$version=9', '{}'), 'foreign-topic'],
    ['a request for module keys', publishPacket('$lanyard/modules/GET/?$rid=1', '{"modules":["m"]}'), 'foreign-topic'],
    [
      'a request id no answer could carry',
      publishPacket(`$iothub/twin/GET/?$rid=${'x'.repeat(65_000)}`, ''),
      'endless-request-id',
    ],
    [
      'an answer to an endless request',
      publishPacket(methodAnswerTopic(200, 'x'.repeat(257)), '{}'),
      'endless-request-id',
    ],
    ['at QoS 2', publishPacket('devices/attacker/messages/events/', 'x', 2), 'qos-2'],
  ])('when a device sends %s, it is closed and journaled', async (_, bytes, reason) => {
    const socket = await openRaw(hub, 'attacker');
    socket.write(bytes);
    await closed(socket);
    await eventually(() => expect(hub.reasons()).toContain(reason));
    await witnessIsServed();
  });

  test('when its request ids are as long as may be, it is answered; one character more, and it is closed and journaled once', async () => {
    // A hub of its own: refusals of one address and reason share a line for a minute.
    const quiet = await startSiteHub();
    addDevice(quiet, 'wordy');
    const client = await connectMqtt(quiet, 'wordy');
    await client.subscribeAsync('$iothub/twin/res/#');
    const answer = nextMessage(client);
    client.publish(twinReportTopic('x'.repeat(256)), '{"a":1}');
    expect((await answer).topic).toBe(`$iothub/twin/res/204/?$rid=${'x'.repeat(256)}&$version=2`);
    const closing = new Promise((resolve) => void client.once('close', () => resolve(client.end(true))));
    for (let at = 0; at < 5; at += 1) client.publish(twinReportTopic('x'.repeat(257)), '{"a":2}');
    await closing;
    await eventually(() => expect(quiet.reasons()).toEqual(['endless-request-id']));
    expect(quiet.twins.get(identityOf('wordy')).reported.value).toEqual({ a: 1 });
    await quiet.stop();
  });

  test('when it subscribes beyond its own topics, each such filter is refused and brings it nothing', async () => {
    const filters = [
      '#',
      '+/+/messages/events/#',
      '$SYS/#',
      '$iothub/#',
      'devices/victim/messages/devicebound/#',
      'devices/+/messages/devicebound/#',
      'devices/victim/modules/m/inputs/#',
      '$lanyard/modules/res/#',
      '$iothub/twin/res/#',
    ];
    const socket = await openRaw(hub, 'attacker');
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(subscribePacket(filters));
    const refusals = Array.from({ length: 8 }, () => 0x80);
    const suback = Buffer.from([0x90, 11, 0, 1, ...refusals, 1]);
    await eventually(() => expect(Buffer.concat(received)).toEqual(suback));
    const victim = await connectMqtt(hub, 'victim');
    await victim.subscribeAsync('$iothub/twin/res/#');
    const answer = nextMessage(victim);
    await victim.publishAsync(twinReportTopic('1'), '{"a":1}');
    await victim.publishAsync('devices/victim/messages/events/', 'secret', { qos: 1 });
    expect((await answer).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=2');
    socket.write(pingPacket);
    await eventually(() => expect(Buffer.concat(received)).toEqual(Buffer.concat([suback, Buffer.from([0xd0, 0])])));
    victim.end(true);
    socket.destroy();
  });

  test('when it spells its own filter in ever more ways, it holds sixteen of them and no more', async () => {
    const spellings = Array.from({ length: 64 }, (_, bits) =>
      Array.from('victim', (char, at) => ((bits >> at) & 1 ? `%${char.charCodeAt(0).toString(16)}` : char)).join(''),
    );
    const socket = await openRaw(hub, 'victim');
    const received: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.write(subscribePacket(spellings.map((id) => `devices/${id}/messages/devicebound/#`)));
    await eventually(() => expect(Buffer.concat(received)).toHaveLength(4 + spellings.length));
    expect(
      Buffer.concat(received)
        .subarray(4)
        .filter((code) => code === 1),
    ).toHaveLength(16);
    expect(hub.store.read.sessionSubscriptions.of(identityOf('victim'))).toHaveLength(16);
    expect(hub.reasons()).toContain('too-many-subscriptions');
    socket.destroy();
  });

  test('when it answers another device’s method call, the call still waits for its own device', async () => {
    const attacker = await connectMqtt(hub, 'attacker');
    const victim = await connectMqtt(hub, 'victim');
    await victim.subscribeAsync('$iothub/methods/POST/#');
    const asked = nextMessage(victim);
    const call = { name: 'open', payload: null, responseTimeoutMs: 5000, connectTimeoutMs: 0 };
    const answer = hub.link.methods.invoke(identityOf('victim'), call, 'service');
    const requestId = parseMethodCall((await asked).topic)?.requestId ?? '';
    await attacker.publishAsync(methodAnswerTopic(200, requestId), '"forged"', { qos: 1 });
    await victim.publishAsync(methodAnswerTopic(201, requestId), '"true"', { qos: 1 });
    expect(await answer).toEqual({ status: 201, payload: 'true' });
    attacker.end(true);
    victim.end(true);
  });

  test('when a client never reads what it asked for, it is closed, and others are answered meanwhile', async () => {
    hub.twins.patch(
      identityOf('frozen'),
      { desired: { blob: 'x'.repeat(4000), more: 'y'.repeat(4000) } },
      '*',
      'service',
    );
    const socket = await openRaw(hub, 'frozen');
    socket.pause();
    // More answers than the sockets' buffers hold.
    const ask = Buffer.concat(Array.from({ length: 200 }, () => publishPacket('$iothub/twin/GET/?$rid=1', ' ', 0)));
    const asking = setInterval(() => socket.writableNeedDrain || socket.write(ask), 5);
    await eventually(
      () => expect(hub.journal('device-disconnected').at(-1)?.detail).toEqual({ reason: 'device-frozen' }),
      20_000,
    );
    clearInterval(asking);
    await witnessIsServed();
    socket.destroy();
  });

  test('when two clients fight over one identity, it is journaled and they are slowed down', async () => {
    const started = performance.now();
    let refusedOnce = false;
    for (let round = 0; round < 8; round++) {
      const client = await connectMqtt(hub, 'fought').catch((error: unknown) => {
        expect(error).toMatchObject({ code: 3 });
        refusedOnce = true;
      });
      client?.on('error', () => undefined);
    }
    expect(refusedOnce).toBe(true);
    await eventually(() => expect(hub.journal('identity-contested')).toHaveLength(1));
    expect(hub.journal('identity-contested')[0]).toMatchObject({ deviceId: 'fought', detail: { takeovers: 3 } });
    const takeovers = hub.journal('device-disconnected').filter(({ detail }) => detail['reason'] === 'taken-over');
    expect(takeovers.length).toBeLessThanOrEqual(4 + (performance.now() - started) / 1000);
  });
});
