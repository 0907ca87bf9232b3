// What the device link promises beside the SDK's view: acknowledged means on disk, answers go to the asker alone,
// pushes only to those who asked, and what strangers do does not fill the journal.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { moduleKeysAnswersFilter, moduleKeysRequestTopic } from '#contract/agent-topics.ts';
import { desiredChangesFilter, twinAnswersFilter, twinGetTopic, twinReportTopic } from '#contract/device-topics.ts';
import { refused, unready } from '#base/errors.ts';
import { createRefusalJournal } from '#hub/device-link/refusal-journal.ts';
import { createTakeoverWatch, type Contest } from '#hub/device-link/takeover-watch.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createHubParts } from '#test/support/hub-parts.ts';
import {
  addDevice,
  connectMqtt,
  identityOf,
  keyOf,
  nextMessage,
  startSiteHub,
  tokenFor,
  type SiteHub,
} from '#test/support/site-hub.ts';

let hub: SiteHub;

beforeEach(async () => {
  hub = await startSiteHub();
  addDevice(hub, 'd1');
});
afterEach(() => hub.stop());

const open = (id: string, change: Parameters<typeof connectMqtt>[2] = {}) => connectMqtt(hub, id, change);

describe('an acknowledgement', () => {
  test('when PUBACK of telemetry arrives, the message is in the store', async () => {
    const client = await open('d1');
    for (let index = 0; index < 20; index++) {
      await client.publishAsync('devices/d1/messages/events/', `${index}`, { qos: 1 });
      expect(hub.store.read.telemetry.count()).toBe(index + 1);
    }
  });

  test('when many are sent at once, each is there once', async () => {
    const client = await open('d1');
    const texts = Array.from({ length: 500 }, (_, index) => `${index}`);
    await Promise.all(texts.map((text) => client.publishAsync('devices/d1/messages/events/', text, { qos: 1 })));
    const kept = hub.store.read.telemetry
      .latest(identityOf('d1'), 1000)
      .map(({ body }) => Buffer.from(body).toString());
    expect(kept.toReversed()).toEqual(texts);
  });

  test('when the disk refuses a report, there is no PUBACK, the device is told why, and the connection ends', async () => {
    hub.faults.report = unready('store.full', 'The disk is full.');
    const client = await open('d1');
    await client.subscribeAsync(twinAnswersFilter);
    const answer = nextMessage(client);
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    let acknowledged = false;
    client.publish(twinReportTopic('1'), '{"a":1}', { qos: 1 }, (error) => {
      acknowledged = error === undefined;
    });
    expect(await answer).toMatchObject({ topic: '$iothub/twin/res/500/?$rid=1' });
    await closed;
    expect(acknowledged).toBe(false);
  });
});

describe('twin answers', () => {
  test.each([
    ['no JSON', '{', 400],
    ['no object', '[1]', 400],
    ['a key with a dollar', '{"$x":1}', 400],
    [
      'too much',
      JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, 'x'.repeat(3000)]))),
      413,
    ],
  ])('when a report is %s, the answer has the status and IoT Hub’s body', async (_, payload, status) => {
    const client = await open('d1');
    await client.subscribeAsync(twinAnswersFilter);
    const answer = nextMessage(client);
    await client.publishAsync(twinReportTopic('7'), payload, { qos: 1 });
    const { topic, text } = await answer;
    expect(topic).toBe(`$iothub/twin/res/${status}/?$rid=7`);
    expect(JSON.parse(text)).toEqual({
      errorCode: expect.any(Number),
      message: expect.any(String),
      trackingId: expect.stringMatching(/^[0-9A-F]{32}$/),
      timestampUtc: expect.stringMatching(/Z$/),
    });
    expect(hub.twins.get(identityOf('d1')).reported.version).toBe(1);
  });

  test('when the failure is our own, the device does not learn its inside', async () => {
    hub.faults.get = new Error('SELECT secret FROM keys');
    const client = await open('d1');
    await client.subscribeAsync(twinAnswersFilter);
    const answer = nextMessage(client);
    await client.publishAsync(twinGetTopic('1'), ' ');
    const { topic, text } = await answer;
    expect(topic).toContain('/500/');
    expect(text).not.toContain('SELECT');
  });

  test('when the identity is gone meanwhile, the answer is 404', async () => {
    hub.faults.get = refused('device.unknown', 'There is no device.');
    const client = await open('d1');
    await client.subscribeAsync(twinAnswersFilter);
    const answer = nextMessage(client);
    await client.publishAsync(twinGetTopic('1'), ' ');
    expect((await answer).topic).toContain('/404/');
  });

  test('when a key is __proto__, it is data like any other', async () => {
    const client = await open('d1');
    await client.subscribeAsync(twinAnswersFilter);
    const reported = nextMessage(client);
    await client.publishAsync(twinReportTopic('1'), '{"__proto__":{"polluted":true}}', { qos: 1 });
    await reported;
    const answer = nextMessage(client);
    await client.publishAsync(twinGetTopic('2'), ' ', { qos: 1 });
    expect((await answer).text).toContain('"__proto__":{"polluted":true}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('desired changes', () => {
  test('when they are made, only the one who subscribed gets them, and a device that was away reads them', async () => {
    addDevice(hub, 'd2');
    const listener = await open('d1');
    const quiet = await open('d2');
    const strays: string[] = [];
    quiet.on('message', (topic) => strays.push(topic));
    await listener.subscribeAsync(desiredChangesFilter);
    const pushed = nextMessage(listener);
    hub.twins.patch(identityOf('d2'), { desired: { other: 1 } }, undefined, 'service');
    hub.twins.patch(identityOf('d1'), { desired: { a: { b: null }, c: 1 } }, undefined, 'service');
    expect(await pushed).toEqual({
      topic: '$iothub/twin/PATCH/properties/desired/?$version=2',
      text: '{"a":{"b":null},"c":1,"$version":2}',
    });
    await quiet.subscribeAsync(twinAnswersFilter);
    const twin = nextMessage(quiet);
    await quiet.publishAsync(twinGetTopic('1'), ' ');
    expect(JSON.parse((await twin).text)).toMatchObject({ desired: { other: 1, $version: 2 } });
    expect(strays).toEqual(['$iothub/twin/res/200/?$rid=1']);
  });

  test('when the device unsubscribes, it is left alone', async () => {
    const client = await open('d1');
    await client.subscribeAsync([desiredChangesFilter, twinAnswersFilter]);
    await client.unsubscribeAsync(desiredChangesFilter);
    const next = nextMessage(client);
    hub.twins.patch(identityOf('d1'), { desired: { a: 1 } }, undefined, 'service');
    await client.publishAsync(twinGetTopic('1'), ' ');
    expect((await next).topic).toContain('/twin/res/200/');
  });
});

describe('module keys', () => {
  test('when the agent asks, it gets those of its own device’s modules, system modules excepted', async () => {
    hub.registry.createModule(identityOf('d1/m1'), null, undefined, 'service');
    addDevice(hub, 'd2');
    hub.registry.createModule(identityOf('d2/m2'), null, undefined, 'service');
    const password = tokenFor(hub, 'd1/$edgeAgent', { keyBase64: keyOf(hub, 'd1') });
    const agent = await open('d1/$edgeAgent', { password });
    await agent.subscribeAsync(moduleKeysAnswersFilter);
    const ask = async (body: string) => {
      const answer = nextMessage(agent);
      await agent.publishAsync(moduleKeysRequestTopic('5'), body);
      return answer;
    };
    const { topic, text } = await ask('{"modules":["m1","m2","$edgeHub","__proto__"]}');
    expect(topic).toBe('$lanyard/modules/res/200/?$rid=5');
    expect(JSON.parse(text)).toEqual({
      modules: { m1: { primaryKey: keyOf(hub, 'd1/m1') } },
      unknown: ['m2', '$edgeHub', '__proto__'],
      site: { httpsPort: hub.httpsPort },
    });
    expect((await ask('no JSON')).topic).toBe('$lanyard/modules/res/400/?$rid=5');
  });
});

describe('a last will', () => {
  test('when the connection breaks, it is kept as telemetry of the device', async () => {
    const will = {
      topic: 'devices/d1/messages/events/a=1',
      payload: Buffer.from('gone'),
      qos: 1 as const,
      retain: true,
    };
    const client = await open('d1', { will });
    client.stream.destroy();
    await eventually(() => expect(hub.store.read.telemetry.count()).toBe(1));
    const [message] = hub.store.read.telemetry.latest(identityOf('d1'), 1);
    expect(message?.properties).toEqual({ a: '1', 'mqtt-retain': 'true', 'iothub-MessageType': 'Will' });
  });

  test('when the device is disabled, it is not heard any more', async () => {
    const will = { topic: 'devices/d1/messages/events/', payload: Buffer.from('gone'), qos: 1 as const, retain: false };
    await open('d1', { will });
    hub.registry.updateDevice({ ...identityOf('d1'), status: 'disabled' }, '*', 'service');
    await eventually(() => expect(hub.journal('device-disconnected')).toHaveLength(1));
    expect(hub.store.read.telemetry.count()).toBe(0);
  });
});

test('when a publish asks to be retained, it is telemetry marked so, and no one is sent it', async () => {
  const client = await open('d1');
  await client.publishAsync('devices/d1/messages/events/', 'kept?', { qos: 1, retain: true });
  const [message] = hub.store.read.telemetry.latest(identityOf('d1'), 1);
  expect(message?.properties).toEqual({ 'mqtt-retain': 'true' });
});

describe('the refusal journal', () => {
  test('when one address is refused a thousand times, there is one entry at once and one count a minute', async () => {
    const { store, log } = createHubParts();
    const clock = createFakeClock();
    const journal = createRefusalJournal({ store, clock, log });
    const counts = () => store.read.journal.list({ limit: 100 }).map(({ detail }) => detail['count']);
    for (let index = 0; index < 1000; index++) journal.note({ address: '10.0.0.1', reason: 'wrong-key' });
    await eventually(() => expect(counts()).toEqual([1]));
    clock.advance(60_000);
    await eventually(() => expect(counts()).toEqual([1, 999]));
    clock.advance(120_000);
    journal.note({ address: '10.0.0.1', reason: 'wrong-key' });
    await eventually(() => expect(counts()).toEqual([1, 999, 1]));
    journal.stop();
  });

  test('when the addresses are without number, the rest share a line', async () => {
    const { store, log } = createHubParts();
    const journal = createRefusalJournal({ store, clock: createFakeClock(), log });
    for (let index = 0; index < 5000; index++) journal.note({ address: `10.0.${index}`, reason: 'silent' });
    await eventually(() => expect(store.read.journal.list({ limit: 5000 })).toHaveLength(1025));
    journal.stop();
  });
});

test('when a fight is over, the next takeover is free again', () => {
  const clock = createFakeClock();
  const contests: Contest[] = [];
  const watch = createTakeoverWatch({ clock, onContested: (contest) => contests.push(contest) });
  const current = { identity: identityOf('d1'), peer: '10.0.0.1:1' } as Parameters<typeof watch.mayTakeOver>[0];
  const attempts = Array.from({ length: 5 }, () => watch.mayTakeOver(current, '10.0.0.2:2'));
  expect(attempts).toEqual([true, true, true, false, false]);
  expect(contests).toEqual([{ identity: current.identity, addresses: ['10.0.0.1:1', '10.0.0.2:2'], takeovers: 3 }]);
  clock.advance(5_000);
  expect(watch.mayTakeOver(current, '10.0.0.2:2')).toBe(true);
  expect(watch.mayTakeOver(current, '10.0.0.2:2')).toBe(false);
  clock.advance(10_000);
  expect(watch.mayTakeOver(current, '10.0.0.2:2')).toBe(true);
  expect(contests).toHaveLength(1);
});
