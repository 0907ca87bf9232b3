// What needs a person, over a real store: from what is there when somebody begins to look, and from what happens then.
import { expect, test } from 'vitest';
import { refused } from '#base/errors.ts';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { DeviceClock } from '#contract/device-clock.ts';
import { anAttentionWatch, mattersOf } from '#test/support/attention-watch.ts';
import { aModule, aReport } from '#test/support/console-site.ts';
import { eventually } from '#test/support/eventually.ts';

const hour = 3_600_000;

const desired = { modules: { web: { status: 'running', settings: { image: 'web:1' } } } };
const anEdgeDevice = (id: string, reported: JsonObject) => ({
  id,
  desired,
  desiredVersion: 2,
  reported,
  statuses: { base: 'Applied' as const },
});
const failing = (restartCount: number) =>
  aReport(2, { web: aModule('web:1', 'backoff', { restartCount, exitCode: 137 }) });

test('when devices fail for the same reason, they are one matter, and it goes when they come right', async () => {
  const watch = anAttentionWatch();
  for (const [index, id] of ['c', 'a', 'b'].entries()) watch.putDevice(anEdgeDevice(id, failing(index)));
  watch.putDevice(anEdgeDevice('other', aReport(2, {}, 500)));
  watch.putDevice(anEdgeDevice('good', aReport(2, { web: aModule('web:1', 'running') })));
  watch.follow();
  await watch.until((items) => {
    expect(mattersOf(items)).toEqual([
      {
        kind: 'devices-failing',
        module: 'web',
        reason: 'ended with code 137 and waits to be started again',
        deviceIds: ['a', 'b', 'c'],
        devices: 3,
        sinceMs: null,
      },
      { kind: 'devices-failing', module: null, reason: 'code 500', deviceIds: ['other'], devices: 1, sinceMs: null },
    ]);
  });
  for (const id of ['a', 'b', 'c']) watch.report(id, aReport(2, { web: aModule('web:1', 'running') }));
  await watch.until((items) => expect(mattersOf(items)).toMatchObject([{ module: null }]));
  watch.removeDevice('other');
  await watch.until((items) => expect(items).toEqual([]));
});

test('when it was reported at a time, that is since when; text of a device is cut', async () => {
  const watch = anAttentionWatch();
  const description = `<b>${'x'.repeat(10_000)}`;
  const reported = { lastDesiredVersion: 2, lastDesiredStatus: { code: 500, description } };
  const sinceMs = watch.clock.nowMs() - hour;
  const metadata = { lastDesiredStatus: { code: { $lastUpdated: new Date(sinceMs).toISOString() } } };
  watch.putDevice(anEdgeDevice('pump', {}));
  watch.store.change((write) => {
    const identity = { deviceId: 'pump' as DeviceId, moduleId: '$edgeAgent' as ModuleId };
    write.twins.updateReported(identity, { value: reported, metadata, version: 2 });
  });
  watch.follow();
  await watch.until(([item]) => {
    expect(item?.sinceMs).toBe(sinceMs);
    expect(item?.matter).toMatchObject({ reason: `${description.slice(0, 500)}…` });
  });
});

test('when a configuration cannot be sent, the devices that wait for it are told with the reason', async () => {
  const watch = anAttentionWatch({
    failures: new Map([['pump', refused('twin.too-large', 'The desired properties are 40 KB: 32 KB fit.')]]),
  });
  watch.putDevice(anEdgeDevice('pump', failing(1)));
  watch.follow();
  await watch.until((items) =>
    expect(items).toMatchObject([
      {
        level: 'urgent',
        matter: { kind: 'configuration-refused', reason: expect.stringContaining('40 KB'), devices: 1 },
      },
    ]),
  );
});

test('when devices are away for long, that is told; not while the hub itself has only just come back', async () => {
  const watch = anAttentionWatch();
  watch.putDevice({ id: 'away', connected: false, seenAtMs: watch.clock.nowMs() - 48 * hour });
  watch.putDevice({ id: 'never', connected: false, seenAtMs: 0 });
  watch.follow();
  await watch.until((items) => expect(items).toEqual([]));
  watch.clock.advance(hour);
  await watch.until((items) =>
    expect(mattersOf(items)).toMatchObject([{ kind: 'devices-offline', deviceIds: ['away'], devices: 1 }]),
  );
});

test('when the journal tells of strangers, fights and losses, before or while somebody looks, each is one line', async () => {
  const watch = anAttentionWatch();
  const refuse = (count: number, address = '10.0.0.66') =>
    watch.store.change((write) => {
      const detail = { address, reason: 'key', count };
      write.journal.append({ kind: 'connection-refused', actor: 'hub', deviceId: 'pump' as DeviceId, detail });
    });
  watch.store.change((write) => {
    write.journal.append({ kind: 'changes-lost', actor: 'hub', detail: { page: 3, changes: 12 } });
    write.journal.append({ kind: 'journal-broken', actor: 'hub', detail: { seq: 7 } });
  });
  refuse(19);
  refuse(3, '10.0.0.1');
  watch.follow();
  await watch.until((items) =>
    expect(mattersOf(items)).toEqual([
      { kind: 'journal-broken', seq: 7 },
      { kind: 'changes-lost', changes: 12 },
    ]),
  );
  refuse(1);
  watch.store.change((write) => {
    const detail = { addresses: ['10.0.0.2', '10.0.0.3'], takeovers: 4 };
    write.journal.append({ kind: 'identity-contested', actor: 'hub', deviceId: 'pump' as DeviceId, detail });
  });
  await watch.until((items) =>
    expect(mattersOf(items).slice(2)).toEqual([
      { kind: 'identity-contested', deviceId: 'pump', moduleId: null, addresses: ['10.0.0.2', '10.0.0.3'] },
      { kind: 'connections-refused', address: '10.0.0.66', reason: 'key', count: 20, deviceId: 'pump' },
    ]),
  );
  // An hour without another one, and it is over; what was lost is lost for a day, and a broken journal stays so.
  watch.clock.advance(hour);
  await watch.until((items) => expect(items.map(({ matter }) => matter.kind)).not.toContain('connections-refused'));
  watch.clock.advance(24 * hour);
  await watch.until((items) => expect(items.map(({ matter }) => matter.kind)).toEqual(['journal-broken']));
});

test('when a thousand strangers are refused, fifty are told of', async () => {
  const watch = anAttentionWatch();
  watch.store.change((write) => {
    for (let n = 0; n < 1_000; n += 1) {
      const detail = { address: `10.0.${n >> 8}.${n & 255}`, reason: 'key', count: 100 };
      write.journal.append({ kind: 'connection-refused', actor: 'hub', detail });
    }
  });
  watch.follow();
  await watch.until((items) => expect(items).toHaveLength(50));
});

test('when there are more matters than a page holds, the worst are told and the rest is counted', async () => {
  const watch = anAttentionWatch();
  for (let n = 0; n < 130; n += 1) watch.putDevice(anEdgeDevice(`d${n}`, aReport(2, {}, 1000 + n)));
  watch.follow();
  await watch.until((items) => {
    expect(items).toHaveLength(100);
    expect(watch.told.at(-1)?.untold).toBe(30);
  });
});

test('when nobody looks any more, nothing is kept and nothing read; who comes again is told what is so by then', async () => {
  const watch = anAttentionWatch();
  watch.putDevice(anEdgeDevice('a', failing(1)));
  watch.follow();
  await watch.until((items) => expect(items).toHaveLength(1));
  watch.leave();
  await eventually(() => expect(watch.told.length).toBeGreaterThan(0));
  const before = watch.told.length;
  watch.report('a', aReport(2, {}, 501));
  watch.clock.advance(60_000);
  expect(watch.told).toHaveLength(before);
});

const aClock = (offsetMs: number, offSinceMs: number | null): DeviceClock => ({
  offsetMs,
  withinMs: 10,
  measuredAtMs: 5_000,
  offSinceMs,
});
const someClocks = (entries: Readonly<Record<string, DeviceClock>>) =>
  new Map(Object.entries(entries).map(([id, clock]) => [id as DeviceId, clock]));

test('when clocks of devices are off, they are one matter by the worst; those that are near enough are none', async () => {
  const clocks = someClocks({ near: aClock(-299_000, null) });
  const watch = anAttentionWatch({ clocks });
  watch.follow();
  await watch.until((items) => expect(items).toEqual([]));
  clocks.set('b' as DeviceId, aClock(-400_000, 3_000)).set('a' as DeviceId, aClock(hour, 2_000));
  watch.putDevice(anEdgeDevice('any', {}));
  await watch.until(([item]) => {
    expect(item).toMatchObject({ level: 'warning', sinceMs: 2_000 });
    expect(item?.matter).toEqual({
      kind: 'clocks-off',
      worstMs: hour,
      measured: 3,
      isHubSuspect: false,
      deviceIds: ['a', 'b'],
      devices: 2,
      sinceMs: 2_000,
    });
  });
});

test.each([
  ['three agree, against one', { a: hour, b: hour + 20_000, c: hour, d: 0 }, true],
  ['two agree', { a: hour, b: hour }, false],
  ['three are wrong in ways of their own', { a: hour, b: -hour, c: 3 * hour }, false],
  ['three agree, and as many are right', { a: hour, b: hour, c: hour, d: 0, e: 0, f: 0 }, false],
])('when %s, the clock of the hub is suspected: %s %s', async (_, offsets, isHubSuspect) => {
  const entries = Object.entries(offsets).map(([id, offsetMs]) => [id, aClock(offsetMs, 1)] as const);
  const watch = anAttentionWatch({ clocks: someClocks(Object.fromEntries(entries)) });
  watch.follow();
  await watch.until(([item]) => expect(item?.matter).toMatchObject({ kind: 'clocks-off', isHubSuspect }));
});

test('when tokens of a device are refused as ended, three times are enough: nobody types that wrongly', async () => {
  const watch = anAttentionWatch();
  const refusal = (reason: string, count: number) =>
    watch.store.change((write) =>
      write.journal.append({
        kind: 'connection-refused',
        actor: 'hub',
        deviceId: 'pump' as DeviceId,
        detail: { address: '10.0.0.5', reason, count },
      }),
    );
  watch.follow();
  refusal('wrong-key', 3);
  refusal('token-expired', 2);
  await watch.until((items) => expect(items).toEqual([]));
  refusal('token-expired', 1);
  await watch.until((items) =>
    expect(mattersOf(items)).toMatchObject([{ kind: 'connections-refused', reason: 'token-expired', count: 3 }]),
  );
});
