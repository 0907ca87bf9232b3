// Messages by the routes of their device, over the real broker: to the telemetry, to inputs of modules, to both, to nobody.
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModuleId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import { moduleInputsFilter, telemetryTopic } from '#contract/device-topics.ts';
import { decodeProperties } from '#contract/property-bag.ts';
import { eventually } from '#test/support/eventually.ts';
import { closed, openRaw, pingPacket, subscribePacket } from '#test/support/raw-mqtt.ts';
import { addDevice, connectMqtt, identityOf, startSiteHub, tokenFor, type SiteHub } from '#test/support/site-hub.ts';

let hub: SiteHub;

beforeEach(async () => {
  hub = await startSiteHub();
  addDevice(hub, 'd1');
  for (const module of ['a', 'b', 'c'])
    hub.registry.createModule(identityOf(`d1/${module}`), null, undefined, 'service');
});
afterEach(() => hub.stop());

const { deviceId } = identityOf('d1');
const into = (input: string, module = 'b') => `INTO BrokeredEndpoint("/modules/${module}/inputs/${input}")`;

function setRoutes(routes: Record<string, Json>, rest: Record<string, Json> = {}): void {
  hub.twins.replace(identityOf('d1/$edgeHub'), { desired: { routes, ...rest } }, undefined, 'service');
}

const open = (id: string, change: Parameters<typeof connectMqtt>[2] = {}) => connectMqtt(hub, id, change);

interface Received {
  readonly input: string;
  readonly text: string;
  readonly properties: unknown;
}

async function listen(module = 'b', qos: 0 | 1 = 1): Promise<Received[]> {
  const client = await open(`d1/${module}`, { clean: false });
  const received: Received[] = [];
  client.on('message', (topic, payload) => {
    const [, , , , , input = '', bag = ''] = topic.split('/');
    received.push({ input, text: payload.toString(), properties: { ...decodeProperties(bag) } });
  });
  const { moduleId } = identityOf(`d1/${module}`);
  if (moduleId !== null) await client.subscribeAsync(moduleInputsFilter(deviceId, moduleId), { qos });
  return received;
}

const send = (client: MqttClient, id: string, text: string, properties: Record<string, string> = {}) =>
  client.publishAsync(telemetryTopic(identityOf(id), properties), text, { qos: 1 });
const stored = () => hub.store.read.telemetry.count();
const waiting = () => hub.store.read.moduleMessages.weight(deviceId).rows;
const textsOf = (received: readonly Received[]) => received.map(({ text }) => text);

describe('$upstream', () => {
  test('when a device has no routes, all is stored, as it is while its routes are empty', async () => {
    const a = await open('d1/a');
    await send(a, 'd1/a', '1');
    setRoutes({});
    await send(a, 'd1/a', '2');
    expect(stored()).toBe(2);
  });

  test('when it has routes, what none takes upstream is acknowledged and not stored', async () => {
    setRoutes({ up: `FROM /messages/modules/a/outputs/out WHERE level = 'high' INTO $upstream` });
    const a = await open('d1/a');
    const device = await open('d1');
    await send(a, 'd1/a', 'low', { '$.on': 'out', level: 'low' });
    await send(a, 'd1/a', 'other output', { '$.on': 'other', level: 'high' });
    await send(a, 'd1/a', 'high', { '$.on': 'out', level: 'high' });
    await send(device, 'd1', 'of the device', { level: 'high' });
    expect(stored()).toBe(1);
    expect(hub.store.read.telemetry.latest(identityOf('d1/a'), 1)[0]?.properties).toEqual({
      '$.on': 'out',
      level: 'high',
    });
  });

  test('when the routes change, the next message goes by the new ones', async () => {
    const a = await open('d1/a');
    setRoutes({ no: 'FROM /* WHERE false INTO $upstream' });
    await send(a, 'd1/a', '1');
    setRoutes({ all: 'FROM /* INTO $upstream' });
    await send(a, 'd1/a', '2');
    setRoutes({ twins: 'FROM /twinChangeNotifications INTO $upstream' });
    await send(a, 'd1/a', '3');
    expect(stored()).toBe(1);
  });

  test('when a condition reads the body, it does so by its type and encoding', async () => {
    setRoutes({ hot: 'FROM /* WHERE $body.t > 30 INTO $upstream' });
    const a = await open('d1/a');
    const json = { '$.ct': 'application/json', '$.ce': 'utf-8' };
    await send(a, 'd1/a', '{"t":31}', json);
    await send(a, 'd1/a', '{"t":29}', json);
    await send(a, 'd1/a', '{"t":31}');
    await send(a, 'd1/a', '{"t":', json);
    await a.publishAsync(
      telemetryTopic(identityOf('d1/a'), { ...json, '$.ce': 'utf-16' }),
      Buffer.from('{"t":32}', 'utf16le'),
      { qos: 1 },
    );
    const kept = hub.store.read.telemetry.latest(identityOf('d1/a'), 9).map(({ body }) => body.byteLength);
    expect(kept).toEqual([16, 8]);
  });

  test('when a system module sends, it speaks to the hub and not through it', async () => {
    setRoutes({ no: 'FROM /* WHERE false INTO $upstream' });
    const password = tokenFor(hub, 'd1/$edgeAgent');
    const agent = await open('d1/$edgeAgent', { password });
    await send(agent, 'd1/$edgeAgent', 'x');
    expect(stored()).toBe(1);
  });

  test('when some routes cannot be read, the others hold, and it is journaled once', async () => {
    setRoutes({ good: `FROM /* WHERE a = 'b' INTO $upstream`, bad: 'FROM /* WHERE a > 3 INTO $upstream', worse: 7 });
    const a = await open('d1/a');
    for (const text of ['1', '2']) await send(a, 'd1/a', text, { a: 'b' });
    await send(a, 'd1/a', '3');
    expect(stored()).toBe(2);
    expect(hub.journal('routes-skipped')).toMatchObject([
      {
        deviceId: 'd1',
        moduleId: '$edgeHub',
        detail: { count: 2, routes: { bad: expect.stringContaining('as_number') as string } },
      },
    ]);
  });

  test('when none of them can be read, all is stored', async () => {
    setRoutes({ bad: 'FROM' });
    await send(await open('d1/a'), 'd1/a', '1');
    expect(stored()).toBe(1);
  });
});

describe('inputs', () => {
  test('when a route leads to an input, that module gets it alone, with its sender, and it is gone once acknowledged', async () => {
    setRoutes({
      ab: `FROM /messages/modules/a/outputs/out ${into('in 1')}`,
      up: 'FROM /messages/modules/a INTO $upstream',
    });
    const received = await listen('b');
    const bystander = await listen('c');
    const a = await open('d1/a');
    await send(a, 'd1/a', 'x', { '$.on': 'out', '$.mid': 'm/1', 'k 1': 'v&1', '$.cdid': 'forged', '$.cmid': 'forged' });
    await eventually(() => expect(textsOf(received)).toEqual(['x']));
    expect(received).toEqual([
      {
        input: 'in%201',
        text: 'x',
        properties: { '$.mid': 'm/1', 'k 1': 'v&1', '$.cdid': 'd1', '$.cmid': 'a' },
      },
    ]);
    await eventually(() => expect(waiting()).toBe(0));
    expect(stored()).toBe(1);
    expect(bystander).toEqual([]);
  });

  test('when the device itself sends, there is no sending module', async () => {
    setRoutes({ in: `FROM /messages/* ${into('in')}` });
    const received = await listen('b', 0);
    await send(await open('d1'), 'd1', 'x');
    await eventually(() => expect(received).toEqual([{ input: 'in', text: 'x', properties: { '$.cdid': 'd1' } }]));
    await eventually(() => expect(waiting()).toBe(0));
  });

  test('when the module is away, messages wait in order, the urgent before the others', async () => {
    setRoutes({
      slow: `FROM /* ${into('slow')}`,
      fast: { route: `FROM /* WHERE fast = 'y' ${into('fast')}`, priority: 0 },
    });
    const a = await open('d1/a');
    for (const text of ['1', '2', '3']) await send(a, 'd1/a', text, text === '3' ? { fast: 'y' } : {});
    expect(waiting()).toBe(4);
    const received = await listen('b');
    await eventually(() => expect(waiting()).toBe(0));
    expect(received.map(({ input, text }) => `${input} ${text}`)).toEqual(['fast 3', 'slow 1', 'slow 2', 'slow 3']);
  });

  test('when the module is back with its session, it gets them without subscribing again', async () => {
    setRoutes({ ab: `FROM /* ${into('in')}` });
    await listen('b');
    hub.clients[0]?.end(true);
    await eventually(() => expect(hub.link.connectedCount()).toBe(0));
    await send(await open('d1/a'), 'd1/a', 'while away');
    const texts: string[] = [];
    const client = await connectMqtt(hub, 'd1/b', { clean: false, resubscribe: false });
    client.on('message', (_topic, payload) => texts.push(payload.toString()));
    await eventually(() => expect(texts).toEqual(['while away']));
  });

  test('when the module vanishes before its PUBACK, it gets the message again', async () => {
    setRoutes({ ab: `FROM /* ${into('in')}` });
    await send(await open('d1/a'), 'd1/a', 'again');
    const socket = await openRaw(hub, 'd1/b');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(subscribePacket(['devices/d1/modules/b/inputs/#']));
    await eventually(() => expect(Buffer.concat(chunks).toString('latin1')).toContain('again'));
    socket.destroy();
    await closed(socket);
    expect(waiting()).toBe(1);
    const received = await listen('b');
    await eventually(() => expect(textsOf(received)).toEqual(['again']));
  });

  test('when the module never acknowledges, only so much is under way, and all arrives once one does', async () => {
    setRoutes({ ab: `FROM /* ${into('in')}` });
    const socket = await openRaw(hub, 'd1/b');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(subscribePacket(['devices/d1/modules/b/inputs/#']));
    const a = await open('d1/a');
    const sent = Array.from({ length: 150 }, (_, index) => `text-${index}.`);
    await Promise.all(sent.map((text) => send(a, 'd1/a', text)));
    const underWay = () => Buffer.concat(chunks).toString('latin1').match(/text-/g)?.length ?? 0;
    await eventually(() => expect(underWay()).toBe(32));
    // What would come, would come before the answer to a ping.
    const before = chunks.length;
    socket.write(pingPacket);
    await eventually(() => expect(chunks.length).toBeGreaterThan(before));
    expect([underWay(), waiting()]).toEqual([32, 150]);
    socket.destroy();
    await closed(socket);
    const received = await listen('b');
    await eventually(() => expect(waiting()).toBe(0));
    expect(textsOf(received)).toEqual(sent);
  });

  test('when the module that a route names does not exist, the message is dropped, and told', async () => {
    setRoutes({ ghost: `FROM /* ${into('in', 'ghost')}`, up: 'FROM /* INTO $upstream' });
    const a = await open('d1/a');
    for (const text of ['1', '2', '3']) await send(a, 'd1/a', text);
    expect([stored(), waiting()]).toEqual([3, 0]);
    await eventually(() => expect(hub.journal('module-messages-dropped')).toHaveLength(1));
    expect(hub.journal('module-messages-dropped')).toMatchObject([{ deviceId: 'd1', detail: { 'unknown-module': 1 } }]);
  });

  test('when properties leave no room for the sender, the message is dropped, and told', async () => {
    setRoutes({ ab: `FROM /* ${into('in')}` });
    const received = await listen('b');
    await send(await open('d1/a'), 'd1/a', 'x', { long: 'x'.repeat(65_000) });
    await send(await open('d1/c'), 'd1/c', 'short');
    await eventually(() => expect(textsOf(received)).toEqual(['short']));
    expect(hub.journal('module-messages-dropped')).toMatchObject([{ detail: { 'too-large': 1 } }]);
  });

  test('when a large message goes to many inputs, it is written in parts, and what follows it stays behind', async () => {
    const inputs = Array.from({ length: 40 }, (_, at) => `in${at}`);
    setRoutes(Object.fromEntries(inputs.map((input) => [input, `FROM /messages/modules/a/* ${into(input)}`])));
    const a = await open('d1/a');
    const seen = new Set<number>();
    let isOver = false;
    const look = (): void => {
      if (isOver) return;
      seen.add(waiting());
      setImmediate(look);
    };
    look();
    await Promise.all([send(a, 'd1/a', 'x'.repeat(100_000)), send(a, 'd1/a', 'small')]);
    isOver = true;
    expect(waiting()).toBe(80);
    // Others are written between any two parts of half a megabyte.
    expect([...seen]).toEqual(expect.arrayContaining([4, 20, 36]));
    const page = { nowMs: 0, limit: 80 };
    const sizes = hub.store.read.moduleMessages.heads(deviceId, 'b' as ModuleId, page);
    expect(sizes.map(({ size }) => size > 100_000)).toEqual([...inputs.map(() => true), ...inputs.map(() => false)]);
  });

  test('when the module or its device is deleted, what waited for it is gone', async () => {
    setRoutes({ ab: `FROM /* ${into('in')}`, ac: `FROM /* ${into('in', 'c')}` });
    await send(await open('d1/a'), 'd1/a', 'x');
    expect(waiting()).toBe(2);
    const { moduleId } = identityOf('d1/b');
    if (moduleId !== null) hub.registry.deleteModule(deviceId, moduleId, '*', 'service');
    expect(waiting()).toBe(1);
    hub.registry.deleteDevice(deviceId, '*', 'service');
    expect(waiting()).toBe(0);
  });
});
