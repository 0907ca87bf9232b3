// Direct methods when the device is there, comes late, goes away, or says nothing.
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { methodAnswerTopic, methodCallsFilter, parseMethodCall } from '#contract/device-topics.ts';
import { addDevice, connectMqtt, identityOf, nextMessage, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

let hub: SiteHub;
let id = '';
let count = 0;

beforeAll(async () => {
  hub = await startSiteHub();
});
beforeEach(() => {
  id = `d${(count += 1)}`;
  addDevice(hub, id);
});
afterAll(() => hub.stop());

const invoke = (change: { name?: string; connectTimeoutMs?: number; responseTimeoutMs?: number } = {}) =>
  hub.link.methods.invoke(
    identityOf(id),
    { name: 'ping', payload: { n: 1 }, responseTimeoutMs: 5000, connectTimeoutMs: 0, ...change },
    'service',
  );

async function listen(): Promise<MqttClient> {
  const client = await connectMqtt(hub, id);
  await client.subscribeAsync(methodCallsFilter);
  return client;
}

async function nextCall(client: MqttClient): Promise<string> {
  return parseMethodCall((await nextMessage(client)).topic)?.requestId ?? '';
}

describe('a method call', () => {
  test('when the device is not there, it fails at once, or when the time to connect is over', async () => {
    await expect(invoke()).rejects.toMatchObject({ kind: 'unready', code: 'device.offline' });
    const before = performance.now();
    await expect(invoke({ connectTimeoutMs: 100 })).rejects.toMatchObject({ code: 'device.offline' });
    expect(performance.now() - before).toBeGreaterThanOrEqual(95);
  });

  test('when the device connects within the time for it, it is called', async () => {
    const answer = invoke({ connectTimeoutMs: 5000 });
    const client = await connectMqtt(hub, id);
    const asked = nextCall(client);
    await client.subscribeAsync(methodCallsFilter);
    await client.publishAsync(methodAnswerTopic(200, await asked), '{"ok":true}');
    expect(await answer).toEqual({ status: 200, payload: { ok: true } });
    client.end(true);
  });

  test('when it does not answer in time, the call fails, and its late answer is ignored', async () => {
    const client = await listen();
    const asked = nextCall(client);
    await expect(invoke({ responseTimeoutMs: 50 })).rejects.toMatchObject({ kind: 'unready', code: 'method.timeout' });
    await client.publishAsync(methodAnswerTopic(200, await asked), '"late"', { qos: 1 });
    const askedAgain = nextCall(client);
    const answer = invoke();
    await client.publishAsync(methodAnswerTopic(299, await askedAgain), '', { qos: 1 });
    expect(await answer).toEqual({ status: 299, payload: null });
    client.end(true);
  });

  test('when it vanishes in the middle, the call fails at once', async () => {
    const client = await listen();
    const asked = nextCall(client);
    const answer = expect(invoke({ responseTimeoutMs: 60_000 })).rejects.toMatchObject({ code: 'device.offline' });
    await asked;
    client.end(true);
    await answer;
  });

  test('when its answer is no JSON, the caller gets the text', async () => {
    const client = await listen();
    const asked = nextCall(client);
    const answer = invoke();
    await client.publishAsync(methodAnswerTopic(-1, await asked), 'oops');
    expect(await answer).toEqual({ status: -1, payload: 'oops' });
    client.end(true);
  });

  test('when too many calls are open, the next is told to wait', async () => {
    const client = await listen();
    const open = Array.from({ length: 64 }, () => invoke().catch(() => undefined));
    await expect(invoke()).rejects.toMatchObject({ code: 'throttled' });
    client.end(true);
    await Promise.all(open);
  });

  test.each([
    ['a name with a slash', { name: 'a/b' }, /cannot name a method/],
    ['a name with a wildcard', { name: '#' }, /cannot name a method/],
    ['an empty name', { name: '' }, /cannot name a method/],
  ])('when it has %s, it is refused', async (_, change, message) => {
    await expect(invoke(change)).rejects.toThrow(message);
  });

  test('when device or module is unknown, it is refused', async () => {
    const call = { name: 'ping', payload: null, responseTimeoutMs: 100, connectTimeoutMs: 0 };
    const to = (key: string) => hub.link.methods.invoke(identityOf(key), call, 'service');
    await expect(to('ghost')).rejects.toMatchObject({ code: 'device.unknown' });
    await expect(to(`${id}/ghost`)).rejects.toMatchObject({ code: 'module.unknown' });
  });
});
