// A method's answer when the disk refuses the row that says that it was called.
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { unready } from '#base/errors.ts';
import type { DeviceSession } from '#hub/device-link/device-session.ts';
import { createMethodCalls } from '#hub/device-link/method-calls.ts';
import { createHubParts, deviceId, deviceIdentity } from '#test/support/hub-parts.ts';

it('when a call cannot be journaled, its caller gets the answer all the same, and the log says so', async () => {
  const { registry, store, clock } = createHubParts();
  registry.createDevice({ deviceId: deviceId('d1'), isEdge: false }, 'service');
  const lines: string[] = [];
  const full = unready('store.full', 'The disk is full.');
  const session = {
    identity: deviceIdentity('d1'),
    isReady: true,
    subscriptions: new Map([['method-calls', { prefix: '', qos: 0 }]]),
    openCalls: new Map(),
    // The device answers what it is told, at once.
    tell(topic: string) {
      const requestId = topic.split('=')[1] ?? '';
      queueMicrotask(() => methods.answered(session, requestId, 201, Buffer.from('"done"')));
    },
  } as unknown as DeviceSession;
  const methods = createMethodCalls({
    store: { read: store.read, changeSoon: () => Promise.reject(full) },
    sessions: { get: () => session },
    clock,
    log: pino({ level: 'warn' }, { write: (line) => void lines.push(line) }),
  });
  const call = { name: 'open', payload: null, responseTimeoutMs: 5000, connectTimeoutMs: 0 };
  const answer = await methods.invoke(deviceIdentity('d1'), call, 'service');
  expect(answer).toEqual({ status: 201, payload: 'done' });
  expect(lines.join()).toContain('a call could not be journaled');
});
