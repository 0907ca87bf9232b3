// Two modules of one device with the unmodified Azure SDK: what one sends to an output, the other gets at its input.
import { Message, ModuleClient } from 'azure-iot-device';
import { Mqtt } from 'azure-iot-device-mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '#test/support/eventually.ts';
import { addDevice, connectionString, identityOf, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

let hub: SiteHub;
const clients: ModuleClient[] = [];

beforeAll(async () => {
  hub = await startSiteHub();
});
afterAll(async () => {
  for (const client of clients) await client.close().catch(() => undefined);
  await hub.stop();
});

/** A device with modules `a` and `b`, and these routes. */
function addPair(device: string, routes: Record<string, string>): void {
  addDevice(hub, device);
  for (const module of ['a', 'b'])
    hub.registry.createModule(identityOf(`${device}/${module}`), null, undefined, 'service');
  hub.twins.patch(identityOf(`${device}/$edgeHub`), { desired: { routes } }, undefined, 'service');
}

async function open(id: string): Promise<ModuleClient> {
  const client = ModuleClient.fromConnectionString(connectionString(hub, id), Mqtt);
  await client.setOptions({ ca: hub.ca.certificatePem });
  await client.open();
  clients.push(client);
  return client;
}

interface Arrived {
  readonly input: string;
  readonly message: Message;
}

function inputsOf(client: ModuleClient): Arrived[] {
  const arrived: Arrived[] = [];
  client.on('inputMessage', (input: string, message: Message) => {
    arrived.push({ input, message });
    client.complete(message, () => undefined);
  });
  return arrived;
}

const bytesOf = (arrived: readonly Arrived[]) => arrived.map(({ message }) => message.getData() as Buffer);
const textsOf = (arrived: readonly Arrived[]) => bytesOf(arrived).map(String);
const waiting = (device: string) => hub.store.read.moduleMessages.weight(identityOf(device).deviceId).rows;

const into = (input: string) => `INTO BrokeredEndpoint("/modules/b/inputs/${input}")`;

test('when a sends to an output, b gets it at its input as it was', async () => {
  addPair('pair', { ab: `FROM /messages/modules/a/outputs/out1 ${into('in1')}` });
  const arrived = inputsOf(await open('pair/b'));
  const a = await open('pair/a');
  const sent = new Message(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  sent.messageId = 'm-1';
  sent.correlationId = 'c-1';
  // The SDK's types know JSON alone, its code sends any.
  Object.assign(sent, { contentType: 'application/octet-stream', contentEncoding: 'utf-8' });
  sent.properties.add('k 1', 'v&1=ü');
  await a.sendOutputEvent('out1', sent);
  await a.sendOutputEvent('out2', new Message('elsewhere'));
  await eventually(() => expect(arrived).toHaveLength(1));
  const [{ input, message } = { input: '', message: new Message('') }] = arrived;
  expect(input).toBe('in1');
  expect(bytesOf(arrived)[0]).toEqual(sent.getData());
  expect(message).toMatchObject({
    messageId: 'm-1',
    correlationId: 'c-1',
    contentType: 'application/octet-stream',
    contentEncoding: 'utf-8',
  });
  // What the SDK has no place for it shows as properties: who sent it.
  expect(message.properties.propertyList).toEqual([
    { key: 'k 1', value: 'v&1=ü' },
    { key: '$.cdid', value: 'pair' },
    { key: '$.cmid', value: 'a' },
  ]);
  await eventually(() => expect(waiting('pair')).toBe(0));
  expect(hub.store.read.telemetry.latest(identityOf('pair/a'), 1)).toEqual([]);
});

test('when routes have conditions on properties and on the body, b gets what they take', async () => {
  addPair('filter', {
    hot: `FROM /messages/modules/a/* WHERE $body.machine.temperature > 25 AND level = 'high' ${into('hot')}`,
    any: `FROM /messages/modules/a/* WHERE as_number(count) >= 2 ${into('many')}`,
  });
  const arrived = inputsOf(await open('filter/b'));
  const a = await open('filter/a');
  const send = async (temperature: number, properties: Record<string, string>): Promise<void> => {
    const message = new Message(JSON.stringify({ machine: { temperature } }));
    message.contentType = 'application/json';
    message.contentEncoding = 'utf-8';
    for (const [key, value] of Object.entries(properties)) message.properties.add(key, value);
    await a.sendOutputEvent('out', message);
  };
  await send(26, { level: 'low' });
  await send(24, { level: 'high', count: '10' });
  await send(27, { level: 'high', count: '1' });
  await send(28, { level: 'high', count: '2' });
  await eventually(() => expect(arrived).toHaveLength(4));
  expect(arrived.map(({ input }, index) => `${input} ${textsOf(arrived)[index]}`)).toEqual([
    'many {"machine":{"temperature":24}}',
    'hot {"machine":{"temperature":27}}',
    'hot {"machine":{"temperature":28}}',
    'many {"machine":{"temperature":28}}',
  ]);
});

test('when b is away, it gets in order what was sent meanwhile', async () => {
  addPair('away', { ab: `FROM /messages/modules/a/* ${into('in')}` });
  const b = await open('away/b');
  const before = inputsOf(b);
  const a = await open('away/a');
  await a.sendOutputEvent('out', new Message('0'));
  await eventually(() => expect(textsOf(before)).toEqual(['0']));
  await eventually(() => expect(waiting('away')).toBe(0));
  await b.close();
  const sent = Array.from({ length: 100 }, (_, index) => `${index + 1}`);
  for (const text of sent) await a.sendOutputEvent('out', new Message(text));
  expect(waiting('away')).toBe(100);
  const after = inputsOf(await open('away/b'));
  await eventually(() => expect(waiting('away')).toBe(0));
  expect(textsOf(after)).toEqual(sent);
});
