// What the console is told: numbered flushes of the newest rows, pages that end in time, and no queue for who lags.
import { expect, test } from 'vitest';
import { broken, refused } from '#base/errors.ts';
import type { DeviceId } from '#base/ids.ts';
import type { ConsoleEvent } from '#contract/console-rows.ts';
import { createConsoleFeed } from '#hub/console/console-feed.ts';
import { createConsoleSource } from '#hub/console/console-source.ts';
import { aDeployment, aBase } from '#test/support/build-deployment.ts';
import { createConsoleOperations } from '#test/support/console-operations.ts';
import { aModule, aReport, createConsoleSite } from '#test/support/console-site.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

function setUp() {
  const clock = createFakeClock();
  const world = createConsoleSite(clock);
  const hub = createConsoleOperations({ store: world.store, clock });
  const feed = createConsoleFeed({ store: world.store, clock, site: () => theSiteFacts, metrics: hub.metrics });
  feed.start();
  return {
    ...world,
    clock,
    feed,
    hub,
    source: createConsoleSource({ store: world.store, feed, clock, failureOf: () => undefined, hub }),
  };
}

/** Follows the feed; `next` moves the clock by a flush's interval first, so that what is due is there. */
async function follow({ feed, clock }: ReturnType<typeof setUp>, isLagging: () => boolean = () => false) {
  const leaving = new AbortController();
  const events = feed.follow({ isLagging, signal: leaving.signal });
  const read = async (): Promise<ConsoleEvent> => {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the feed ended');
    return value;
  };
  const hello = await read();
  return {
    hello,
    leave: () => leaving.abort(),
    async next() {
      const reading = read();
      clock.advance(100);
      const event = await reading;
      if (event.type !== 'flush') throw new Error('a second hello');
      return event;
    },
    end: () => events.next(),
  };
}

test('when one key changes many times between two flushes, its latest row is sent once', async () => {
  const world = setUp();
  const follower = await follow(world);
  world.putDevice({ id: 'd1' });
  for (const version of [1, 2, 3]) world.report('d1', aReport(version, { m: aModule(`m:${version}`, 'running') }));
  world.putDeployment(aDeployment({ id: 'layer' }));
  const flush = await follower.next();
  expect(follower.hello).toEqual({ type: 'hello', number: 0, site: theSiteFacts, journalBrokenSeq: null });
  expect(flush).toMatchObject({ number: 1, removedDevices: [], deployments: [{ id: 'layer', type: 'layer' }] });
  expect(flush.devices.map((row) => row.deviceId)).toEqual(['d1']);
});

test('when changes come without a pause, no second flush comes within 100 ms', async () => {
  const world = setUp();
  const follower = await follow(world);
  world.putDevice({ id: 'd1' });
  await follower.next();
  world.putDevice({ id: 'd2' });
  world.clock.advance(0);
  expect(world.feed.number()).toBe(2);
  world.putDevice({ id: 'd3' });
  world.clock.advance(99);
  expect(world.feed.number()).toBe(2);
  world.clock.advance(1);
  expect(world.feed.number()).toBe(3);
});

test('when something is deleted, its key is named as removed', async () => {
  const world = setUp();
  world.putDevice({ id: 'd1' });
  world.putDeployment(aBase({ id: 'base' }));
  const follower = await follow(world);
  world.removeDevice('d1');
  world.removeDeployment('base');
  expect(await follower.next()).toMatchObject({ devices: [], removedDevices: ['d1'], removedDeployments: ['base'] });
});

test('when a device reports, the counts of its deployments are told anew', async () => {
  const world = setUp();
  world.putDeployment(aBase({ id: 'base' }));
  world.putDevice({ id: 'd1', desiredVersion: 3, statuses: { base: 'Applied' } });
  const follower = await follow(world);
  world.report('d1', aReport(3, {}));
  expect(await follower.next()).toMatchObject({
    devices: [{ deviceId: 'd1', outcome: 'success' }],
    deployments: [{ id: 'base', type: 'base', appliedCount: 1, reportedSuccessfulCount: 1 }],
  });
});

test('when more keys changed than a message holds, the rest follows in later flushes', async () => {
  const world = setUp();
  const follower = await follow(world);
  for (let at = 0; at < 450; at += 1) world.putDevice({ id: `d${at}` });
  const ids = new Set<string>();
  for (let flush = 0; flush < 450 && ids.size < 450; flush += 1) {
    const { devices } = await follower.next();
    expect(devices.length).toBeLessThanOrEqual(200);
    for (const row of devices) ids.add(row.deviceId);
  }
  expect(ids.size).toBe(450);
});

test('when a follower lags, it misses flushes, and the next one it gets shows the gap even if nothing changes any more', async () => {
  const world = setUp();
  let lags = false;
  const slow = await follow(world, () => lags);
  world.putDevice({ id: 'd1' });
  expect((await slow.next()).number).toBe(1);
  lags = true;
  world.putDevice({ id: 'd2' });
  world.clock.advance(100);
  lags = false;
  const after = await slow.next();
  expect(after.number).toBeGreaterThan(2);
  expect(after.devices).toEqual([]);
});

test('when a follower takes nothing, no more than four flushes wait for it', async () => {
  const world = setUp();
  const idle = await follow(world);
  for (let at = 0; at < 20; at += 1) {
    world.putDevice({ id: `d${at}` });
    world.clock.advance(100);
  }
  const numbers = [];
  for (let at = 0; at < 5; at += 1) numbers.push((await idle.next()).number);
  expect(numbers.slice(0, 4)).toEqual([1, 2, 3, 4]);
  expect(numbers[4]).toBeGreaterThanOrEqual(21);
});

test('when a follower leaves or the feed stops, its stream ends', async () => {
  const world = setUp();
  const leaving = await follow(world);
  const staying = await follow(world);
  leaving.leave();
  expect(await leaving.end()).toEqual({ value: undefined, done: true });
  world.feed.stop();
  expect(await staying.end()).toEqual({ value: undefined, done: true });
});

test('when pages are asked for, they cover every row once and carry the number of the last flush', async () => {
  const { source, putDevice, putDeployment } = setUp();
  for (const id of ['c', 'a', 'e', 'b', 'd']) {
    putDevice({ id });
    putDeployment(aDeployment({ id }));
  }
  const first = await source.devices({ after: null, limit: 3 });
  const second = await source.devices({ after: first.next, limit: 3 });
  expect([first.rows.map((row) => row.deviceId), first.next, first.number]).toEqual([['a', 'b', 'c'], 'c', 0]);
  expect([second.rows.map((row) => row.deviceId), second.next]).toEqual([['d', 'e'], null]);
  const deployments = await source.deployments({ after: null, limit: 3 });
  const others = await source.deployments({ after: deployments.next, limit: 3 });
  expect([...deployments.rows, ...others.rows].map((row) => row.id).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(others.next).toBeNull();
});

test('when many devices are read, the loop gets its turns meanwhile and the page is whole', async () => {
  const { store, feed, hub, clock, putDevice } = setUp();
  for (let at = 100; at < 180; at += 1) putDevice({ id: `d${at}` });
  let readMs = 0;
  const slow = { ...clock, monotonicMs: () => (readMs += 3) };
  const source = createConsoleSource({ store, feed, clock: slow, failureOf: () => undefined, hub });
  let turns = 0;
  const count = (): void => {
    turns += 1;
    turning = setImmediate(count);
  };
  let turning = setImmediate(count);
  const page = await source.devices({ after: null, limit: 200 });
  clearImmediate(turning);
  expect([page.rows.length, page.next, page.total]).toEqual([80, null, 80]);
  expect(turns).toBeGreaterThanOrEqual(2);
  expect(await source.devices({ after: 'd177', limit: 200 })).toMatchObject({
    rows: [{ deviceId: 'd178' }, { deviceId: 'd179' }],
  });
});

test('when deployments take long to count, a page ends early and the next goes on where it ended', async () => {
  const { store, feed, hub, clock, putDevice, putDeployment } = setUp();
  for (const id of ['a', 'b', 'c']) {
    putDevice({ id });
    putDeployment(aDeployment({ id }));
  }
  let readMs = 0;
  const slow = { ...clock, monotonicMs: () => (readMs += 3) };
  const source = createConsoleSource({ store, feed, clock: slow, failureOf: () => undefined, hub });
  const deployments = await source.deployments({ after: null, limit: 50 });
  expect(deployments).toMatchObject({ rows: [{ id: 'a' }, { id: 'b' }], next: 'b' });
});

test.each([
  [undefined, null],
  [refused('twin.too-large', 'It would hold 40 KB.'), 'It would hold 40 KB.'],
  [broken('no such row'), 'The hub failed on it; its log says why.'],
])('when what a device could not be given is %s, its view says %s', (failure, words) => {
  const { store, feed, hub, clock, putDevice } = setUp();
  putDevice({ id: 'd1' });
  putDevice({ id: 'd2' });
  const failureOf = (deviceId: DeviceId) => (deviceId === 'd1' ? failure : undefined);
  const source = createConsoleSource({ store, feed, clock, failureOf, hub });
  expect(['d1', 'd2'].map((id) => source.device(id)?.refusal)).toEqual([words, null]);
});

test('when the journal was found changed by other means, whoever comes next is told from which row on', async () => {
  const world = setUp();
  world.store.change((write) => write.journal.append({ kind: 'journal-broken', actor: 'hub', detail: { seq: 7 } }));
  const follower = await follow(world);
  expect(follower.hello).toMatchObject({ type: 'hello', journalBrokenSeq: 7 });
});

test('when it is found while somebody looks on, they are told, and told again with all that follows', async () => {
  const world = setUp();
  const follower = await follow(world);
  world.store.change((write) => write.journal.append({ kind: 'journal-broken', actor: 'hub', detail: { seq: 7 } }));
  expect(await follower.next()).toMatchObject({ type: 'flush', number: 1, devices: [], journalBrokenSeq: 7 });
  world.putDevice({ id: 'd1' });
  expect(await follower.next()).toMatchObject({ number: 2, devices: [{ deviceId: 'd1' }], journalBrokenSeq: 7 });
});
