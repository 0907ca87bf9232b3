// A clock that is set while messages wait: none ends before its time, and none stays for years.
import { pino } from 'pino';
import { expect, it, test } from 'vitest';
import { createCloudMessages } from '#hub/device-link/cloud-messages.ts';
import { createMessageDelivery } from '#hub/device-link/message-delivery.ts';
import { createMessageTime } from '#hub/device-link/message-time.ts';
import { createModuleMessages } from '#hub/device-link/module-messages.ts';
import { createRegistryOperations } from '#hub/operations/registry-operations.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';
import { deviceId, deviceIdentity, moduleId, moduleIdentity } from '#test/support/hub-parts.ts';
import { aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;
const d1 = deviceId('d1');

/** One run of a hub over the messages in a folder, by the clock of its machine. */
function run(dir: string, clock: FakeClock = createFakeClock()) {
  const store = aStoreIn(dir, { clock });
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  const registry = createRegistryOperations({ store, clock });
  if (store.read.devices.get(d1) === undefined) {
    registry.createDevice({ deviceId: d1, isEdge: true }, 'service');
    registry.createModule(moduleIdentity('d1', 'm'), null, undefined, 'service');
  }
  const time = createMessageTime({ store, clock, log });
  const delivery = createMessageDelivery({ store, clock, log });
  const common = { store, clock, time, log, delivery, sessions: { get: () => undefined } };
  const cloud = createCloudMessages(common);
  const modules = createModuleMessages(common);
  const message = { properties: {}, body: Buffer.from('x') };
  return {
    clock,
    jumps: () => lines.map((line) => (JSON.parse(line) as { jumpMs?: number }).jumpMs).filter((ms) => ms !== undefined),
    /** One to the device and one to its module, both to live for so long. */
    async queue(liveMs: number) {
      cloud.send(d1, { ...message, expiresAtMs: clock.nowMs() + liveMs }, 'service');
      const identities = { sender: deviceIdentity('d1'), moduleId: moduleId('m'), input: 'in' };
      const routed = { ...message, ...identities, priority: 0, timeToLiveMs: liveMs };
      modules.kept(routed, await store.changeSoon((write) => modules.keep(write, routed)));
    },
    /** How many wait: for the device, for the module. */
    waiting: () => [store.read.cloudMessages.countWaiting(d1), store.read.moduleMessages.weight(d1).rows],
    end() {
      cloud.stop();
      modules.stop();
      delivery.stop();
      store.close();
    },
  };
}

it.each([
  ['forward by hours', 5 * hourMs],
  ['back by hours', -5 * hourMs],
  ['to another decade', -10 * yearMs],
])(
  'when the clock is set %s, messages live as long as they were to, and the jump is logged once',
  async (_what, jumpMs) => {
    const hub = run(aTemporaryFolder());
    await hub.queue(2 * hourMs);
    hub.clock.jumpTo(hub.clock.nowMs() + jumpMs);
    hub.clock.advance(hourMs);
    expect(hub.waiting()).toEqual([1, 1]);
    // What comes after the jump has its whole time as well.
    await hub.queue(2 * hourMs);
    hub.clock.advance(hourMs + 60_000);
    await eventually(() => expect(hub.waiting()).toEqual([1, 1]));
    hub.clock.advance(hourMs);
    await eventually(() => expect(hub.waiting()).toEqual([0, 0]));
    expect(hub.jumps()).toEqual([jumpMs]);
    hub.end();
  },
);

it.each([
  ['set forward by hours', 5 * hourMs],
  ['set back by years', -10 * yearMs],
])('when the clock is %s and the hub begins anew, messages keep the time they had left', async (_what, jumpMs) => {
  const dir = aTemporaryFolder();
  const before = run(dir);
  await before.queue(2 * hourMs);
  before.clock.jumpTo(before.clock.nowMs() + jumpMs);
  before.clock.advance(hourMs);
  await eventually(() => expect(before.jumps()).toEqual([jumpMs]));
  before.end();
  const after = run(dir, createFakeClock(before.clock.nowMs()));
  after.clock.advance(30 * 60_000);
  expect(after.waiting()).toEqual([1, 1]);
  after.clock.advance(31 * 60_000);
  await eventually(() => expect(after.waiting()).toEqual([0, 0]));
  expect(after.jumps()).toEqual([]);
  after.end();
});

test('when the clock was set back by years while the hub was off, no message waits for years', async () => {
  const dir = aTemporaryFolder();
  const before = run(dir);
  await before.queue(2 * hourMs);
  before.end();
  const after = run(dir, createFakeClock(before.clock.nowMs() - 10 * yearMs));
  after.clock.advance(2 * hourMs - 60_000);
  expect(after.waiting()).toEqual([1, 1]);
  after.clock.advance(2 * 60_000);
  await eventually(() => expect(after.waiting()).toEqual([0, 0]));
  expect(after.jumps()).toEqual([-10 * yearMs]);
  after.end();
});

test('when the hub was off for longer than messages were to live, they are gone', async () => {
  const dir = aTemporaryFolder();
  const before = run(dir);
  await before.queue(2 * hourMs);
  before.end();
  const after = run(dir, createFakeClock(before.clock.nowMs() + 3 * hourMs));
  after.clock.advance(30_000);
  await eventually(() => expect(after.waiting()).toEqual([0, 0]));
  expect(after.jumps()).toEqual([]);
  after.end();
});

test('when the clock is merely corrected, again and again, nobody is told and nothing is lost', async () => {
  const hub = run(aTemporaryFolder());
  await hub.queue(hourMs);
  for (let at = 0; at < 55; at += 1) {
    hub.clock.jumpTo(hub.clock.nowMs() + (at % 2 === 0 ? 30_000 : -30_000));
    hub.clock.advance(60_000);
  }
  expect([hub.waiting(), hub.jumps()]).toEqual([[1, 1], []]);
  hub.end();
});
