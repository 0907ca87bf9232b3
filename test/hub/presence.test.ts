// A fleet that comes back writes its presence in few transactions, and loses none of it; a device that flaps does not fill the
// journal; one that is active is seen to be.
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { unready } from '#base/errors.ts';
import { createSessionTable, type DeviceSession } from '#hub/device-link/device-session.ts';
import { createPresence } from '#hub/device-link/presence.ts';
import { openMemoryStore } from '#store/open-store.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { eventually } from '#test/support/eventually.ts';
import { deviceIdAt } from '#test/support/seed-site.ts';
import { putDevice } from '#test/support/test-store.ts';

function aSite() {
  const clock = createFakeClock();
  const log = pino({ level: 'silent' });
  const store = openMemoryStore({ clock, log });
  const commits: number[] = [];
  store.onCommitted((entries) => commits.push(entries.length));
  const sessions = createSessionTable();
  /** What the disk answers instead of writing, for as long as it is set. */
  const faults: { disk?: Error } = {};
  const changeSoon: typeof store.changeSoon = (work) =>
    faults.disk === undefined ? store.changeSoon(work) : Promise.reject(faults.disk);
  const presence = createPresence({ store: { changeSoon }, clock, log, sessions });
  const rows = () => store.read.journal.list({ limit: 1000 }).map(({ kind, detail }) => [kind, detail['count'] ?? 1]);
  return { clock, store, commits, sessions, presence, rows, faults };
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

test('when a device comes and goes without end, the journal gets the first rows and then one count of the rest', async () => {
  const { clock, presence, sessions, rows } = aSite();
  const session = aSession(0);
  for (let round = 0; round < 100; round += 1) {
    presence.connected(session);
    presence.disconnected(session);
  }
  presence.connected(session);
  sessions.add(session);
  clock.advance(29_999);
  await eventually(() => expect(rows()).toHaveLength(12));
  clock.advance(1_000);
  await eventually(() => expect(rows().slice(12)).toEqual([['device-connected', 189]]));
  presence.disconnected(session);
  clock.advance(50);
  await eventually(() => expect(rows().at(-1)).toEqual(['device-disconnected', 1]));
});

test('when the hub stops in the middle of that, the last row tells how it ended', async () => {
  const { presence, rows } = aSite();
  for (let round = 0; round < 10; round += 1) {
    presence.connected(aSession(0));
    presence.disconnected(aSession(0));
  }
  presence.stop();
  await eventually(() => expect(rows().slice(12)).toEqual([['device-disconnected', 8]]));
});

test('when devices stay and are active, the store knows within a quarter of a minute, without a row each', async () => {
  const { clock, store, sessions, presence, rows } = aSite();
  for (let index = 0; index < 450; index += 1) putDevice(store, { deviceId: deviceIdAt(index) });
  for (let index = 0; index < 450; index += 1) {
    const session = { ...aSession(index), lastActivityAtMs: clock.nowMs() + 5_000 };
    sessions.add(session);
  }
  clock.advance(16_000);
  const seen = () => store.read.devices.list({ limit: 1000 }).map(({ lastActivityAtMs }) => lastActivityAtMs);
  await eventually(() => expect(new Set(seen())).toEqual(new Set([clock.nowMs() - 11_000])));
  expect(rows()).toEqual([]);
  presence.stop();
});

test('when the disk refuses a coming or going, how the device stands is written once it can be', async () => {
  const { clock, store, sessions, presence, rows, faults } = aSite();
  const [staying, leaving] = [aSession(0), aSession(1)];
  for (const session of [staying, leaving]) putDevice(store, { deviceId: session.identity.deviceId });
  const states = () => store.read.devices.list({ limit: 10 }).map(({ connectionState }) => connectionState);
  presence.connected(leaving);
  await eventually(() => expect(states()).toEqual(['Disconnected', 'Connected']));

  faults.disk = unready('store.full', 'The disk is full.');
  presence.disconnected(leaving);
  presence.connected(staying);
  sessions.add(staying);
  clock.advance(15_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(states()).toEqual(['Disconnected', 'Connected']);

  delete faults.disk;
  clock.advance(16_000);
  await eventually(() => expect(states()).toEqual(['Connected', 'Disconnected']));
  const told = [
    ['device-connected', 1],
    ['device-disconnected', 1],
  ];
  expect(rows().slice(1)).toEqual(expect.arrayContaining(told));
  clock.advance(60_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(rows()).toHaveLength(3);
  presence.stop();
});
