// What waits for modules over time: it expires by the hub's clock, it is bounded, and the journal is told without being flooded.
import { expect, test } from 'vitest';
import type { RouteDelivery } from '#domain/routes/route-table.ts';
import { createDroppedMessages } from '#hub/device-link/dropped-messages.ts';
import { createMessageDelivery, type MessageDelivery } from '#hub/device-link/message-delivery.ts';
import { createMessageTime } from '#hub/device-link/message-time.ts';
import { createModuleMessages } from '#hub/device-link/module-messages.ts';
import { eventually } from '#test/support/eventually.ts';
import { createHubParts, deviceId, deviceIdentity, moduleId } from '#test/support/hub-parts.ts';

const d1 = deviceId('d1');
const twoHoursMs = 7_200_000;

function createParts(keep = { rows: 1000, bytes: 1_000_000 }) {
  const hub = createHubParts();
  const { store, clock, log } = hub;
  hub.registry.createDevice({ deviceId: d1, isEdge: true }, 'service');
  hub.registry.createModule({ deviceId: d1, moduleId: moduleId('m') }, null, undefined, 'service');
  const plain = createMessageDelivery({ store, clock, log });
  let changes = 0;
  const delivery: MessageDelivery = {
    ...plain,
    changeLater(work, then) {
      changes += 1;
      plain.changeLater(work, then);
    },
  };
  const time = createMessageTime({ store, clock, log });
  const messages = createModuleMessages({
    store,
    clock,
    time,
    log,
    delivery,
    sessions: { get: () => undefined },
    keep,
  });
  async function route(text: string, change: Partial<RouteDelivery> = {}): Promise<void> {
    const message = {
      sender: deviceIdentity('d1'),
      moduleId: moduleId('m'),
      input: 'in',
      properties: {},
      priority: 10,
      timeToLiveMs: twoHoursMs,
      body: Buffer.from(text),
      ...change,
    };
    const reason = await store.changeSoon((write) => messages.keep(write, message));
    messages.kept(message, reason);
  }
  const waiting = () =>
    store.read.moduleMessages
      .heads(d1, moduleId('m'), { nowMs: clock.nowMs(), limit: 10_000 })
      .map(({ id }) => Buffer.from(store.read.moduleMessages.get(id)?.body ?? []).toString());
  const told = () => hub.journal('module-messages-dropped').map(({ detail }) => detail);
  return {
    ...hub,
    messages,
    changes: () => changes,
    route,
    waiting,
    told,
    rows: () => store.read.moduleMessages.weight(d1).rows,
  };
}

test('when their time is over, messages are dropped by the hub’s clock, and the others stay', async () => {
  const { route, waiting, rows, clock, told, messages } = createParts();
  await route('short', { timeToLiveMs: 40_000 });
  await route('usual');
  await route('ever', { timeToLiveMs: null });
  clock.advance(30_000);
  expect(waiting()).toEqual(['short', 'usual', 'ever']);
  clock.advance(10_000);
  // Past its time it is not delivered, also before the next sweep.
  expect([waiting(), rows()]).toEqual([['usual', 'ever'], 3]);
  clock.advance(20_000);
  await eventually(() => expect(rows()).toBe(2));
  await eventually(() => expect(told()).toEqual([{ expired: 1 }]));
  clock.advance(twoHoursMs);
  await eventually(() => expect(waiting()).toEqual(['ever']));
  messages.stop();
});

test('when thousands expire at once, all are dropped in one sweep', async () => {
  const { route, rows, clock, told } = createParts({ rows: 10_000, bytes: 1_000_000 });
  await Promise.all(Array.from({ length: 2500 }, () => route('x', { timeToLiveMs: 1000 })));
  clock.advance(30_000);
  await eventually(() => expect(rows()).toBe(0));
  await eventually(() => expect(told()).toEqual([{ expired: 1000 }]));
  clock.advance(3_600_000);
  await eventually(() => expect(told()).toEqual([{ expired: 1000 }, { expired: 1500 }]));
});

test.each([
  ['many small messages', { rows: 200, bytes: 1_000_000 }, 1, 450],
  ['few large ones', { rows: 10_000, bytes: 100_000 }, 5000, 60],
])('when %s wait, the oldest go, and the device stays within its bound', async (_, keep, size, count) => {
  const { route, store, waiting, told } = createParts(keep);
  for (let index = 0; index < count; index += 1) await route(String(index).padStart(size, '.'));
  await eventually(() => {
    const weight = store.read.moduleMessages.weight(d1);
    expect(weight.rows).toBeLessThanOrEqual(keep.rows * 1.02);
    expect(weight.bytes).toBeLessThanOrEqual(keep.bytes * 1.1);
    expect(weight.rows / keep.rows + weight.bytes / keep.bytes).toBeGreaterThan(0.8);
  });
  const kept = waiting().map((text) => Number(text.replaceAll('.', '')));
  expect(kept.at(-1)).toBe(count - 1);
  expect(kept).toEqual(Array.from(kept, (_unused, index) => count - kept.length + index));
  await eventually(() => expect(told()).toMatchObject([{ limit: expect.any(Number) as number }]));
});

test('when far too much comes at once, it is not trimmed for every few of them', async () => {
  const { route, rows, changes } = createParts({ rows: 1000, bytes: 1_000_000 });
  await Promise.all(Array.from({ length: 3000 }, () => route('x')));
  await eventually(() => expect(rows()).toBeLessThanOrEqual(1100));
  // Each makes room for a tenth.
  expect(changes()).toBeLessThanOrEqual(30);
});

test('when the hub starts with more than may wait, the first message weighs it', async () => {
  const parts = createParts({ rows: 10, bytes: 1_000_000 });
  const row = { deviceId: d1, moduleId: moduleId('m'), input: 'in', priority: 10, enqueuedAtMs: 0, expiresAtMs: null };
  parts.store.change(({ moduleMessages }) => {
    for (let index = 0; index < 50; index += 1)
      moduleMessages.enqueue({ ...row, properties: {}, body: Buffer.from('old') });
  });
  await parts.route('new');
  await eventually(() => expect(parts.rows()).toBe(9));
  expect(parts.waiting().at(-1)).toBe('new');
});

test('when messages are dropped without end, the journal has one row a device and hour, and the last at the stop', async () => {
  const { store, clock, log, told, registry } = createParts();
  registry.createDevice({ deviceId: deviceId('d2'), isEdge: true }, 'service');
  const dropped = createDroppedMessages({ store, clock, log });
  for (let index = 0; index < 100; index += 1) dropped.note(d1, 'unknown-module', 1);
  dropped.note(deviceId('d2'), 'limit', 7);
  dropped.note(deviceId('d2'), 'expired', 0);
  await eventually(() => expect(told()).toEqual([{ 'unknown-module': 1 }, { limit: 7 }]));
  clock.advance(3_600_000);
  await eventually(() => expect(told()).toHaveLength(3));
  expect(told()[2]).toEqual({ 'unknown-module': 99 });
  // After a quiet hour the device begins anew.
  clock.advance(7_200_000);
  dropped.note(d1, 'limit', 2);
  dropped.note(d1, 'expired', 3);
  dropped.stop();
  await eventually(() => expect(told().slice(3)).toEqual([{ limit: 2 }, { expired: 3 }]));
  clock.advance(7_200_000);
  expect(told()).toHaveLength(5);
});

test('when a device is deleted and comes again, what waits for it is weighed anew', async () => {
  const { route, rows, registry, store, clock, messages } = createParts();
  await route('first');
  registry.deleteDevice(d1, '*', 'service');
  registry.createDevice({ deviceId: d1, isEdge: true }, 'service');
  registry.createModule({ deviceId: d1, moduleId: moduleId('m') }, null, undefined, 'service');
  const row = { deviceId: d1, moduleId: moduleId('m'), input: 'in', priority: 0, properties: {}, expiresAtMs: null };
  store.change((write) => {
    for (let at = 0; at < 1200; at += 1)
      write.moduleMessages.enqueue({ ...row, body: Buffer.from('x'), enqueuedAtMs: clock.nowMs() });
  });
  await route('next');
  await eventually(() => expect(rows()).toBe(900));
  messages.stop();
});
