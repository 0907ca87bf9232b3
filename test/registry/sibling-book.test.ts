// Who is named to whom: spread, believed only of itself, passed over after a fault, forgotten in time.
import { expect, test } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { SiblingFault } from '#contract/sibling-headers.ts';
import { SiblingBook } from '#registry/sibling-book.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aDigest, aFingerprint } from '#test/support/share-site.ts';

const [pump, oven, saw] = ['pump', 'oven', 'saw'] as DeviceId[] as [DeviceId, DeviceId, DeviceId];
const digest = aDigest();
const blob = { digest, bytes: 1_000_000 };

function aBook(...holders: DeviceId[]) {
  const clock = createFakeClock();
  const book = new SiblingBook({ clock });
  const announce = (deviceId: DeviceId, ...holds: string[]) =>
    book.announce(deviceId, { address: '10.0.0.1', port: 4_000, fingerprint: aFingerprint(deviceId), holds });
  for (const holder of holders) announce(holder, digest);
  const named = () => book.helpWith(digest).neighbours.map(({ deviceId, serving }) => `${deviceId} ${serving}`);
  return { clock, book, announce, named };
}

test('when a device holds a blob, it is named with where it listens and by which certificate', () => {
  const { book } = aBook(pump);
  expect(book.helpWith(digest).neighbours).toEqual([
    { deviceId: pump, address: '10.0.0.1', port: 4_000, fingerprint: aFingerprint(pump), serving: 0, lastNamed: 0 },
  ]);
  expect(book.helpWith(aDigest('b')).neighbours).toEqual([]);
});

test('when two hold it, they are named in turns, and one that is done counts no more', () => {
  const { book, announce, named } = aBook(pump, oven);
  expect(named()).toEqual(['pump 0']);
  book.send(saw, pump, blob);
  expect(named()).toEqual(['oven 0']);
  book.send('lathe' as DeviceId, oven, blob);
  expect(named()).toEqual(['pump 1']);
  announce(saw, digest);
  expect(named()).toEqual(['saw 0']);
});

test('when nobody says how a transfer went, it counts no longer than such a transfer takes', () => {
  const { book, clock, named } = aBook(pump);
  book.send(saw, pump, blob);
  expect(named()).toEqual(['pump 1']);
  clock.advance(5_200);
  expect(named()).toEqual(['pump 0']);
});

test.each<{ fault: SiblingFault; forMs: number; isDropped: boolean }>([
  { fault: 'busy', forMs: 2_000, isDropped: false },
  { fault: 'gone', forMs: 30_000, isDropped: false },
  { fault: 'slow', forMs: 60_000, isDropped: false },
  { fault: 'wrong', forMs: 600_000, isDropped: true },
])('when a neighbour is $fault, it is passed over for a while', ({ fault, forMs, isDropped }) => {
  const { book, clock, named, announce } = aBook(pump);
  book.send(saw, pump, blob);
  expect(book.failed(saw, digest, { deviceId: pump, fault })).toBe(true);
  expect(book.rows()[0]?.passedOverFor ?? null).toBe(isDropped ? null : fault);
  announce(pump, digest);
  clock.advance(forMs - 1);
  expect(named()).toEqual([]);
  expect(book.rows()[0]?.passedOverFor).toBe(fault);
  clock.advance(1);
  expect(named()).toEqual(['pump 0']);
});

test('when it fails again and again, it is passed over for longer, until somebody gets something of it', () => {
  const { book, clock, named, announce } = aBook(pump);
  for (let time = 0; time < 2; time++) {
    book.send(saw, pump, blob);
    book.failed(saw, digest, { deviceId: pump, fault: 'gone' });
    if (time === 0) clock.advance(30_000);
  }
  clock.advance(59_999);
  expect(named()).toEqual([]);
  clock.advance(1);
  book.send(saw, pump, blob);
  announce(saw, digest);
  book.forget(saw);
  book.send(oven, pump, blob);
  book.failed(oven, digest, { deviceId: pump, fault: 'gone' });
  clock.advance(30_000);
  expect(named()).toEqual(['pump 0']);
});

test('when a device accuses one that it was not sent to, nothing comes of it', () => {
  const { book, named } = aBook(pump);
  expect(book.failed(saw, digest, { deviceId: pump, fault: 'wrong' })).toBe(false);
  book.send(saw, pump, blob);
  expect(book.failed(saw, aDigest('b'), { deviceId: pump, fault: 'wrong' })).toBe(false);
  expect(book.failed(oven, digest, { deviceId: pump, fault: 'wrong' })).toBe(false);
  expect(named()).toEqual(['pump 1']);
});

test('when a device that failed goes and comes back, that is no excuse', () => {
  const { book, announce, named } = aBook(pump);
  book.send(saw, pump, blob);
  book.failed(saw, digest, { deviceId: pump, fault: 'slow' });
  book.forget(pump);
  expect(book.rows()).toEqual([]);
  announce(pump, digest);
  expect(named()).toEqual([]);
});

test('when a device is not heard for three times as long as it should speak, it is named no more', () => {
  const { book, clock, announce, named } = aBook(pump, oven);
  clock.advance(20 * 60_000);
  announce(oven, digest);
  clock.advance(10 * 60_000);
  expect(named()).toEqual(['oven 0']);
  book.tidy();
  expect(book.rows().map(({ deviceId }) => deviceId)).toEqual([oven]);
});

test('when a device asks for what it said to hold, or says another list, it is believed', () => {
  const { book, announce, named } = aBook(pump, oven);
  book.lost(pump, digest);
  expect(named()).toEqual(['oven 0']);
  announce(oven, aDigest('b'));
  expect(named()).toEqual([]);
});

test('when devices get it from the hub, they count until they say that they hold it, or have had time to', () => {
  const { book, clock, announce } = aBook();
  for (const deviceId of [pump, oven, saw]) book.seed(deviceId, digest);
  expect(book.helpWith(digest).seeds).toBe(3);
  book.seedOver(pump, digest, false);
  book.seedOver(oven, digest, true);
  clock.advance(4_999);
  expect(book.helpWith(digest).seeds).toBe(2);
  clock.advance(1);
  expect(book.helpWith(digest).seeds).toBe(1);
  announce(saw, digest);
  expect(book.helpWith(digest)).toMatchObject({ seeds: 0, neighbours: [{ deviceId: saw }] });
});
