// Which reports are known again after a lost acknowledgement, and which are new.
import { expect, it } from 'vitest';
import type { Identity } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { DeviceSession } from '#hub/device-link/device-session.ts';
import { createRedeliveredReports } from '#hub/device-link/redelivered-reports.ts';
import { createHubParts, deviceId, deviceIdentity, moduleIdentity } from '#test/support/hub-parts.ts';

const first = '0198f0aa-0000-7000-8000-000000000001';
const second = '0198f0aa-0000-7000-8000-000000000002';

/** Of a session, only whose it is is asked. */
const sessionOf = (identity: Identity) => ({ identity }) as DeviceSession;

/** A device that has reported `on` and then `off`, and comes back. */
async function aReturningDevice() {
  const { registry, twins, store, clock } = createHubParts();
  registry.createDevice({ deviceId: deviceId('d1'), isEdge: true }, 'service');
  const report = (patch: JsonObject, requestId: string) =>
    twins.report(deviceIdentity('d1'), patch, { requestId, versionTaken: () => null });
  await report({ on: true }, first);
  await report({ on: false }, second);
  await report({ count: 1 }, '7');
  const redelivered = createRedeliveredReports({ read: store.read, clock });
  return { redelivered, clock, store };
}

it('when a report comes again in a new session, it is known by its name and content, with the version it led to', async () => {
  const { redelivered } = await aReturningDevice();
  const session = sessionOf(deviceIdentity('d1'));
  expect(redelivered.versionTaken(session, first, { on: true })).toBe(2);
  expect(redelivered.versionTaken(session, second, { on: false })).toBe(3);
});

it.each([
  ['has another name', '0198f0aa-0000-7000-8000-000000000003', { on: true }],
  ['has other content', first, { on: false }],
  ['has a name that merely counts', '7', { count: 1 }],
])('when a report %s, it is a new one', async (_what, requestId, patch) => {
  const { redelivered } = await aReturningDevice();
  expect(redelivered.versionTaken(sessionOf(deviceIdentity('d1')), requestId, patch)).toBeNull();
});

it('when a module reports under the name of its device, it is a new one', async () => {
  const { redelivered } = await aReturningDevice();
  const session = sessionOf(moduleIdentity('d1', '$edgeAgent'));
  expect(redelivered.versionTaken(session, first, { on: true })).toBeNull();
});

it('when the transaction that held a report is undone, the report is a new one when it comes again', async () => {
  const { redelivered, store } = await aReturningDevice();
  const identity = deviceIdentity('d1');
  const session = sessionOf(identity);
  const undone = '0198f0aa-0000-7000-8000-000000000004';
  const detail = { patch: { on: 'later' }, version: 5, requestId: undone };
  const diskFull = new Error('the disk is full');
  expect(() =>
    store.change((write) => {
      write.journal.append({ kind: 'reported-changed', actor: 'device', ...identity, detail });
      expect(redelivered.versionTaken(session, undone, { on: 'later' })).toBe(5);
      throw diskFull;
    }),
  ).toThrow(diskFull);
  expect(redelivered.versionTaken(session, undone, { on: 'later' })).toBeNull();
});

it('when the first report of a session is long ago, nothing is sent again any more and nothing compared', async () => {
  const { redelivered, clock } = await aReturningDevice();
  const session = sessionOf(deviceIdentity('d1'));
  clock.advance(3_600_000);
  expect(redelivered.versionTaken(session, first, { on: true })).toBe(2);
  clock.advance(30_000);
  expect(redelivered.versionTaken(session, first, { on: true })).toBe(2);
  clock.advance(1);
  expect(redelivered.versionTaken(session, first, { on: true })).toBeNull();
});

it.each([
  ['back', -86_400_000],
  ['forward', 86_400_000],
])('when somebody sets the clock %s meanwhile, a report that comes again is known all the same', async (_way, ms) => {
  const { redelivered, clock } = await aReturningDevice();
  const session = sessionOf(deviceIdentity('d1'));
  expect(redelivered.versionTaken(session, first, { on: true })).toBe(2);
  clock.jumpTo(clock.nowMs() + ms);
  expect(redelivered.versionTaken(session, second, { on: false })).toBe(3);
});
