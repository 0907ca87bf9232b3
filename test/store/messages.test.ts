// Messages that wait for a device, the telemetry ring, and settings, as rows.
import { describe, expect, it } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { Store } from '#store/store-types.ts';
import { aMemoryStore, aStoredModule, putDevice } from '#test/support/test-store.ts';

const one = 'device-1' as DeviceId;
const bytes = (text: string) => new TextEncoder().encode(text);

function aWaitingMessage(messageId: string, expiresAtMs: number | null = null) {
  const properties = { '$.mid': messageId, colour: 'red' };
  return { deviceId: one, messageId, body: bytes(messageId), properties, enqueuedAtMs: 1, expiresAtMs };
}

function putTelemetry(store: Store, count: number, moduleId: ModuleId | null = null): void {
  store.change((write) => {
    for (let n = 1; n <= count; n += 1)
      write.telemetry.append({
        deviceId: one,
        moduleId,
        receivedAtMs: n,
        properties: { n: `${n}` },
        body: bytes(`${n}`),
      });
  });
}

describe('messages that wait', () => {
  it('when they are queued, delivered and taken, they are listed oldest first with their count', () => {
    const store = aMemoryStore();
    putDevice(store);
    const ids = store.change((write) =>
      ['a', 'b', 'c'].map((messageId) => write.cloudMessages.enqueue(aWaitingMessage(messageId)).id),
    );
    const [first = 0, second = 0] = ids;
    store.change((write) => {
      write.cloudMessages.markDelivered(second);
      write.cloudMessages.delete(first);
    });
    const waiting = store.read.cloudMessages.waiting(one, 1);
    expect(waiting).toEqual([{ ...aWaitingMessage('b'), id: second, deliveryCount: 1, body: Buffer.from('b') }]);
    expect(store.read.cloudMessages.countWaiting(one)).toBe(2);
  });

  it('when one is taken, it is so once, and its id is still not given again', () => {
    const store = aMemoryStore();
    putDevice(store);
    const enqueue = () => store.change((write) => write.cloudMessages.enqueue(aWaitingMessage('a')).id);
    const id = enqueue();
    const remove = () => store.change((write) => write.cloudMessages.delete(id));
    expect([remove(), remove()]).toEqual([true, false]);
    expect(enqueue()).toBeGreaterThan(id);
  });

  it('when time passes, those whose moment has come are expired, those without one never', () => {
    const store = aMemoryStore();
    putDevice(store);
    store.change((write) => {
      for (const [name, expiresAtMs] of [
        ['late', 300],
        ['never', null],
        ['due', 200],
        ['past', 100],
      ] as const)
        write.cloudMessages.enqueue(aWaitingMessage(name, expiresAtMs));
    });
    const expired = (nowMs: number) => store.read.cloudMessages.expired(nowMs, 9).map(({ messageId }) => messageId);
    expect(expired(99)).toEqual([]);
    expect(expired(200)).toEqual(['past', 'due']);
    expect(expired(Number.MAX_SAFE_INTEGER)).toEqual(['past', 'due', 'late']);
  });
});

describe('telemetry', () => {
  it('when it is read, it comes newest first and of that identity alone', () => {
    const store = aMemoryStore();
    putDevice(store);
    store.change((write) => write.modules.insert(aStoredModule()));
    putTelemetry(store, 3);
    putTelemetry(store, 5, '$edgeAgent' as ModuleId);
    const latest = store.read.telemetry.latest({ deviceId: one, moduleId: null }, 2);
    expect(latest).toEqual(
      [3, 2].map((n) => ({
        deviceId: one,
        moduleId: null,
        receivedAtMs: n,
        properties: { n: `${n}` },
        body: Buffer.from(`${n}`),
      })),
    );
  });

  it.each([
    [10, [10, 9, 8]],
    [3, [10, 9, 8]],
    [2, [10, 9]],
    [0, []],
  ])('when it is trimmed to %i rows, the newest stay', (rows, expected) => {
    const store = aMemoryStore();
    putDevice(store);
    putTelemetry(store, 10);
    store.change((write) => write.telemetry.trim({ rows, bytes: 1_000 }));
    expect(store.read.telemetry.count()).toBe(rows);
    const latest = store.read.telemetry.latest({ deviceId: one, moduleId: null }, 3);
    expect(latest.map(({ receivedAtMs }) => receivedAtMs)).toEqual(expected);
  });
});

describe('telemetry of many bytes', () => {
  // Each of the first nine takes ten bytes: nine of properties, one of body.
  it.each([
    [1_000, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]],
    [50, [10, 9, 8, 7, 6]],
    [1, [10]],
  ])('when it is trimmed to %i bytes, the newest stay and the very last always', (bytesKept, expected) => {
    const store = aMemoryStore();
    putDevice(store);
    putTelemetry(store, 10);
    store.change((write) => write.telemetry.trim({ rows: 100, bytes: bytesKept }));
    const latest = store.read.telemetry.latest({ deviceId: one, moduleId: null }, 100);
    expect(latest.map(({ receivedAtMs }) => receivedAtMs)).toEqual(expected);
  });

  it('when it was trimmed before, what came since counts on', () => {
    const store = aMemoryStore();
    putDevice(store);
    for (let round = 0; round < 4; round += 1) {
      putTelemetry(store, 9);
      store.change((write) => write.telemetry.trim({ rows: 100, bytes: 50 }));
      expect(store.read.telemetry.count()).toBe(5);
    }
  });
});

describe('settings', () => {
  it.each([[{ a: [1, null, 'x'] }], ['text'], [null], [0], [false]])(
    'when %j is set, it is read as it was',
    (value) => {
      const store = aMemoryStore();
      store.change((write) => {
        write.settings.set('name', 'before');
        write.settings.set('name', value);
      });
      expect(store.read.settings.get('name')).toEqual(value);
      expect(store.read.settings.get('other')).toBeUndefined();
    },
  );
});
