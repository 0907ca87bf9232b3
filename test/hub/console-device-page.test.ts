// One device as its page asks for it: twins under etags, calls and logs through a real link, messages, journal, keys.
import type { MqttClient } from 'mqtt';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '#base/ids.ts';
import type { Json } from '#base/json.ts';
import type { ConsoleDevicePage } from '#contract/console-device-page.ts';
import { methodAnswerTopic, methodCallsFilter, parseMethodCall } from '#contract/device-topics.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { createDeviceClocks } from '#hub/console/device-clocks.ts';
import { createConsoleDevicePage } from '#hub/console/console-device-page.ts';
import { addDevice, connectMqtt, identityOf, keyOf, startSiteHub, type SiteHub } from '#test/support/site-hub.ts';

const d1 = { deviceId: 'd1', moduleId: null };
let hub: SiteHub;
let page: ConsoleDevicePage;

beforeEach(async () => {
  hub = await startSiteHub();
  addDevice(hub, 'd1');
  const { registry, twins, link } = hub;
  const clock = createSystemClock();
  const clocks = createDeviceClocks({ store: hub.store, methods: link.methods, clock, log: pino({ level: 'silent' }) });
  page = createConsoleDevicePage({
    store: hub.store,
    clock,
    hub: { registry, twins, methods: link.methods, cloudMessages: link.cloudMessages, clocks },
    deviceHost: () => hub.host,
  });
});
afterEach(() => hub.stop());

const logsOf = (modules: readonly string[] = []) =>
  page.moduleLogs({ deviceId: 'd1', modules: [...modules], tail: 100, since: null, until: null });

/** An agent that answers every call as told, and what it was asked. */
async function agentThat(answer: (name: string) => { readonly status: number; readonly body: Json }) {
  const asked: { readonly name: string; readonly payload: Json }[] = [];
  const client: MqttClient = await connectMqtt(hub, 'd1/$edgeAgent');
  client.on('message', (topic, payload) => {
    const call = parseMethodCall(topic);
    if (call === undefined) return;
    asked.push({ name: call.name, payload: JSON.parse(payload.toString()) as Json });
    const { status, body } = answer(call.name);
    client.publish(methodAnswerTopic(status, call.requestId), JSON.stringify(body));
  });
  await client.subscribeAsync(methodCallsFilter);
  return asked;
}

describe('a twin on the page', () => {
  test('when it is changed by the etag that was read, tags and desired change as merge patches, by the console', () => {
    const { etag } = page.twin(d1);
    page.changeTwin({ ...d1, etag, tags: { hall: 'north', old: 1 }, desired: { rate: 5 } });
    const changed = page.changeTwin({ ...d1, etag: page.twin(d1).etag, tags: { old: null } });
    expect(changed.tags).toEqual({ hall: 'north' });
    expect(changed.desired).toEqual({ value: { rate: 5 }, version: 2 });
    expect(hub.journal('tags-changed', 'desired-changed').map(({ actor, kind }) => `${kind} ${actor}`)).toEqual([
      'tags-changed console',
      'desired-changed console',
      'tags-changed console',
    ]);
  });

  test('when somebody changed it meanwhile, nothing is written, and the newer etag lets it through', () => {
    const { etag } = page.twin(d1);
    hub.twins.patch(identityOf('d1'), { tags: { hall: 'south' } }, undefined, 'service');
    expect(() => page.changeTwin({ ...d1, etag, tags: { ring: 'canary' } })).toThrow(
      expect.objectContaining({ code: 'etag.mismatch' }),
    );
    expect(page.twin(d1).tags).toEqual({ hall: 'south' });
    expect(page.changeTwin({ ...d1, etag: page.twin(d1).etag, tags: { ring: 'canary' } }).tags).toEqual({
      hall: 'south',
      ring: 'canary',
    });
  });

  test('when a value may not stand in a twin, the refusal names its path', () => {
    const change = { ...d1, etag: '*', desired: { net: { 'a b': 1, text: 'x'.repeat(5000) } } };
    expect(() => page.changeTwin(change)).toThrow(/properties\.desired\.net\["a b"\].*properties\.desired\.net\.text/s);
    expect(() => page.changeTwin({ ...d1, etag: 'not one', tags: {} })).toThrow(/no etag of a twin/);
  });

  test('when deployments or configurations write to it, their paths are told with who they are', () => {
    const base = 'base' as DeploymentId;
    const fast = 'fast' as DeploymentId;
    hub.store.change((write) => {
      const origins = { $edgeAgent: [{ path: [], writtenBy: base, hidden: [] }] };
      const effective = { base, applied: [base], notApplied: {}, modules: {}, origins };
      const writes = [{ path: ['rate'], writtenBy: fast, hidden: [], value: 5 }];
      write.revisions.append(identityOf('d1').deviceId, 1, effective, { '': { writes, left: [] } });
    });
    expect(page.twin(d1).owned).toEqual([{ path: ['rate'], writtenBy: 'fast' }]);
    expect(page.twin({ deviceId: 'd1', moduleId: '$edgeAgent' }).owned).toEqual([{ path: [], writtenBy: 'base' }]);
    expect(page.twin(d1).moduleIds).toEqual(['$edgeAgent', '$edgeHub']);
  });
});

describe('calls to a device', () => {
  test('when a method answers, its status, its payload and the time it took are told, and the journal has it', async () => {
    await agentThat(() => ({ status: 207, body: { done: [1, 2] } }));
    const call = { deviceId: 'd1', moduleId: '$edgeAgent', name: 'ping', payload: { n: 1 } };
    const answer = await page.invokeMethod({ ...call, responseTimeoutS: 5, connectTimeoutS: 0 });
    expect(answer).toMatchObject({ status: 207, payload: { done: [1, 2] } });
    expect(answer.tookMs).toBeGreaterThanOrEqual(0);
    expect(hub.journal('method-called')).toMatchObject([{ actor: 'console', detail: { name: 'ping', status: 207 } }]);
  });

  test('when the device is not connected, calls, logs and restarts say so at once', async () => {
    const offline = { kind: 'unready', code: 'device.offline' };
    const call = { deviceId: 'd1', moduleId: null, name: 'ping', payload: null };
    await expect(page.invokeMethod({ ...call, responseTimeoutS: 300, connectTimeoutS: 0 })).rejects.toMatchObject(
      offline,
    );
    await expect(logsOf()).rejects.toMatchObject(offline);
    await expect(page.restartModule({ deviceId: 'd1', module: 'web' })).rejects.toMatchObject(offline);
  });

  test('when no module has a container yet, all their logs are none; that of a named one is refused', async () => {
    await agentThat(() => ({ status: 404, body: { message: 'No module matches.' } }));
    expect(await logsOf()).toEqual({ logs: [], isFull: false });
    await expect(logsOf(['web'])).rejects.toThrow('No module matches.');
  });

  test('when logs are followed, each module comes by itself and the journal stays as it is', async () => {
    const asked = await agentThat(() => ({ status: 200, body: [{ id: 'web', payload: '2026-01-01T00:00:00Z up' }] }));
    expect(await logsOf()).toEqual({ logs: [{ module: 'web', text: '2026-01-01T00:00:00Z up' }], isFull: false });
    await logsOf(['web', 'db']);
    expect(asked.map(({ payload }) => payload)).toMatchObject([
      { items: [{ id: '.*', filter: { tail: 100 } }] },
      { items: [{ id: 'web' }, { id: 'db' }] },
    ]);
    expect(hub.journal('method-called')).toEqual([]);
  });

  test.each([
    ['no log', { status: 200, body: { web: 'text' } }, /something that is no log/],
    [
      'its own refusal',
      { status: 404, body: { message: "No module matches 'x'." } },
      /code 404: No module matches 'x'/,
    ],
    ['a failure', { status: 500, body: ['?'] }, /code 500 and did not say why/],
  ])('when a device answers with %s, that is told in words', async (_what, answer, words) => {
    await agentThat(() => answer);
    await expect(logsOf(['x'])).rejects.toThrow(words);
  });

  test('when a module is restarted, the agent is asked by its name, and its refusal is the answer', async () => {
    const asked = await agentThat(() => ({ status: asked.length === 1 ? 200 : 404, body: { message: 'no such' } }));
    await page.restartModule({ deviceId: 'd1', module: 'web' });
    expect(asked).toEqual([{ name: 'RestartModule', payload: { schemaVersion: '1.0', id: 'web' } }]);
    await expect(page.restartModule({ deviceId: 'd1', module: 'nil' })).rejects.toThrow(/code 404: no such/);
  });
});

describe('what waits for a device', () => {
  test('when messages are sent to an absent device, they wait, show and can be taken back', () => {
    const message = { deviceId: 'd1', properties: { kind: 'note' } };
    page.sendMessage({ ...message, body: 'ring the bell', expiresInS: 60 });
    page.sendMessage({ ...message, body: 'x'.repeat(1000), expiresInS: null });
    const { messages } = page.underway({ deviceId: 'd1' });
    expect(messages).toMatchObject([
      { preview: 'ring the bell', bytes: 13, deliveryCount: 0 },
      { preview: 'x'.repeat(200), bytes: 1000, expiresInMs: null },
    ]);
    expect(messages[0]?.expiresInMs).toBeGreaterThan(50_000);
    expect(page.purgeMessages({ deviceId: 'd1' })).toEqual({ purged: 2 });
    expect(page.underway({ deviceId: 'd1' }).messages).toEqual([]);
    expect(hub.journal('cloud-message-expired')).toMatchObject(
      [1, 2].map(() => ({ actor: 'console', detail: { reason: 'purged' } })),
    );
  });

  test('when the agent has not answered for what is wanted, both versions are told', () => {
    const agent = identityOf('d1/$edgeAgent');
    expect(page.underway({ deviceId: 'd1' }).unreported).toEqual({ wanted: 1, reported: null });
    hub.store.change((write) => {
      write.twins.updateReported(agent, { value: { lastDesiredVersion: 1 }, metadata: {}, version: 2 });
      write.journal.append({ kind: 'reported-changed', actor: 'device', ...agent });
    });
    expect(page.underway({ deviceId: 'd1' }).unreported).toBeNull();
  });
});

describe('the device itself', () => {
  test('when its keys are asked for, the connection string is one that its agent can use', () => {
    const keys = page.keys({ deviceId: 'd1' });
    expect(keys.connectionString).toBe(`HostName=${hub.host};DeviceId=d1;SharedAccessKey=${keyOf(hub, 'd1')}`);
    addDevice(hub, 'd2', { type: 'certificateAuthority' });
    expect(page.keys({ deviceId: 'd2' })).toMatchObject({
      connectionString: null,
      authentication: 'certificateAuthority',
    });
  });

  test('when it is disabled, enabled and deleted, the registry has it so, with the reason', () => {
    page.setEnabled({ deviceId: 'd1', isEnabled: false, reason: 'stolen' });
    expect(hub.registry.getDevice(identityOf('d1').deviceId)).toMatchObject({
      status: 'disabled',
      statusReason: 'stolen',
    });
    page.setEnabled({ deviceId: 'd1', isEnabled: true, reason: null });
    page.deleteDevice({ deviceId: 'd1' });
    expect(() => page.twin(d1)).toThrow(expect.objectContaining({ code: 'device.unknown' }));
    expect(hub.journal('device-deleted')).toMatchObject([{ actor: 'console', deviceId: 'd1' }]);
  });

  test('when its journal is paged, every row comes once, newest first, and documents are cut to a screen', () => {
    const { deviceId } = identityOf('d1');
    const big = { patch: { text: 'x'.repeat(8000) }, version: 7 };
    hub.store.change((write) => {
      for (let index = 0; index < 2500; index += 1)
        write.journal.append({ kind: 'hub-started', actor: 'hub', ...(index % 500 === 0 && { deviceId }) });
      write.journal.append({ kind: 'reported-changed', actor: 'device', deviceId, detail: big });
    });
    const seen: number[] = [];
    let before: number | null = null;
    do {
      const answer: ReturnType<ConsoleDevicePage['journal']> = page.journal({
        deviceId: 'd1',
        before,
        limit: 3,
        kinds: [],
      });
      seen.push(...answer.rows.map(({ seq }) => seq));
      before = answer.next;
    } while (before !== null);
    const all = hub.store.read.journal.ofDevice(deviceId, 10_000).map(({ seq }) => seq);
    expect(seen).toEqual(all);
    const [newest] = page.journal({ deviceId: 'd1', before: null, limit: 1, kinds: [] }).rows;
    expect(newest?.detail).toEqual({ version: 7, isCut: true });
    const kinds = page.journal({ deviceId: 'd1', before: null, limit: 9, kinds: ['device-created'] }).rows;
    expect(kinds.map(({ kind }) => kind)).toEqual(['device-created']);
  });
});
