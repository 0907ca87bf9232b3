// What devices may report: IoT Hub's limits on both sides, and bad input refused with nothing stored.
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { twinAnswersFilter, twinGetTopic, twinReportTopic } from '#contract/device-topics.ts';
import { badDocuments, goodDocuments } from '#test/support/twin-documents.ts';
import { addDevice, connectMqtt, identityOf, nextMessage, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

const chunk = (bytes: number) => JSON.stringify({ rest: 'x'.repeat(bytes - 'rest'.length) });

let hub: SiteHub;
let client: MqttClient;
let id = '';
let count = 0;

beforeAll(async () => {
  hub = await startSiteHub();
});
beforeEach(async () => {
  id = `d${(count += 1)}`;
  addDevice(hub, id);
  client = await connectMqtt(hub, id);
  await client.subscribeAsync(twinAnswersFilter);
  return () => void client.end(true);
});
afterAll(() => hub.stop());

async function report(payload: string | Buffer): Promise<{ readonly topic: string; readonly text: string }> {
  const answer = nextMessage(client);
  await client.publishAsync(twinReportTopic('1'), payload, { qos: 1 });
  return answer;
}

async function readTwin(): Promise<string> {
  const answer = nextMessage(client);
  await client.publishAsync(twinGetTopic('2'), '', { qos: 1 });
  return (await answer).text;
}

describe('a report', () => {
  test.each(goodDocuments)('when it holds $title, it is taken and reads back the same', async ({ json }) => {
    expect((await report(json)).topic).toBe('$iothub/twin/res/204/?$rid=1&$version=2');
    // As text: an object would say nothing of a key such as `__proto__`.
    const expected = JSON.stringify(JSON.parse(String(json))).replace(/\}$/, ',"$version":2}');
    expect(await readTwin()).toContain(`"reported":${expected}`);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test.each(badDocuments)('when it holds $title, it is refused in words and nothing is stored', async ({ json }) => {
    const { topic, text } = await report(json);
    expect(topic).toBe('$iothub/twin/res/400/?$rid=1');
    const { message } = JSON.parse(text) as { readonly message: string };
    expect(message).toMatch(/\.$/);
    expect(hub.twins.get(identityOf(id)).reported).toMatchObject({ value: {}, version: 1 });
    expect(hub.journal('reported-changed').filter(({ deviceId }) => deviceId === id)).toEqual([]);
  });

  test('when it brings the section over 32 KB, it is refused with 413; to the byte it is taken', async () => {
    // Eight times 4,000 bytes and the rest of 768.
    const most = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, 'x'.repeat(3998)]));
    expect((await report(JSON.stringify(most))).topic).toContain('/204/');
    expect((await report(chunk(769))).topic).toContain('/413/');
    expect((await report(chunk(768))).topic).toContain('/204/');
    expect(hub.twins.get(identityOf(id)).reported.version).toBe(3);
  });
});
