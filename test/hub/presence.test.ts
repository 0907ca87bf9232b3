// A fleet that comes back writes its presence in few transactions, and loses none of it.
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { DeviceSession } from '#hub/device-session.ts';
import { createPresence } from '#hub/presence.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';

function aSite() {
  const clock = createFakeClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  const commits: number[] = [];
  store.onCommitted((entries) => commits.push(entries.length));
  const presence = createPresence({ store, clock, log, sessions: { all: () => [] } });
  return { clock, store, commits, presence };
}

function aSession(index: number): DeviceSession {
  const session: Partial<DeviceSession> = {
    identity: { deviceId: deviceIdAt(index), moduleId: null },
    peer: '127.0.0.1:1',
    openedAtMs: 1,
    endReason: () => 'closed-by-device',
  };
  return session as DeviceSession;
}

test('when one device connects, it is written at once; when more follow, they are written together', async () => {
  const { clock, commits, presence } = aSite();
  for (let index = 0; index < 40; index += 1) {
    presence.connected(aSession(index));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(commits).toEqual([1]);
  clock.advance(50);
  await eventually(() => expect(commits).toEqual([1, 39]));
});

test('when a device comes and goes within the gathering, both are written in order', async () => {
  const { clock, store, presence } = aSite();
  presence.connected(aSession(0));
  presence.disconnected(aSession(0));
  presence.connected(aSession(0));
  clock.advance(50);
  await eventually(() =>
    expect(store.read.journal.list({ limit: 10 }).map(({ kind }) => kind)).toEqual([
      'device-connected',
      'device-disconnected',
      'device-connected',
    ]),
  );
});

test('when it stops, what was gathered is written', async () => {
  const { commits, presence } = aSite();
  presence.connected(aSession(0));
  presence.disconnected(aSession(0));
  presence.stop();
  await eventually(() => expect(commits.reduce((sum, count) => sum + count, 0)).toBe(2));
});
