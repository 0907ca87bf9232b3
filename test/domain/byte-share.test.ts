// What a limited bandwidth gives to whom.
import { expect, test } from 'vitest';
import { affordableInMs, beginsAt, limitOf, nextToSend, pieceBytesOf, refilled } from '#domain/images/byte-share.ts';

test.each([
  { bytesPerSecond: 1, piece: 1 },
  { bytesPerSecond: 16_384, piece: 1_638 },
  { bytesPerSecond: 100_000_000, piece: 65_536 },
])(
  'when the limit is $bytesPerSecond bytes a second, it sends $piece in one go at most',
  ({ bytesPerSecond, piece }) => {
    expect(pieceBytesOf(limitOf(bytesPerSecond))).toBe(piece);
  },
);

test('when time passes, it adds what the limit gives, and saves up no more than a burst', () => {
  const limit = { bytesPerSecond: 1_000, burstBytes: 1_000 };
  expect(refilled({ bytes: 500, atMs: 0 }, limit, 250)).toEqual({ bytes: 750, atMs: 250 });
  expect(refilled({ bytes: 500, atMs: 0 }, limit, 60_000)).toEqual({ bytes: 1_000, atMs: 60_000 });
});

test('when a piece is dearer than what is there, it tells how long that takes', () => {
  const limit = { bytesPerSecond: 1_000, burstBytes: 1_000 };
  expect(affordableInMs({ bytes: 100, atMs: 0 }, limit, 350)).toBe(250);
  expect(affordableInMs({ bytes: 400, atMs: 0 }, limit, 350)).toBe(0);
});

test('when several want the next piece, whoever had the least gets it', () => {
  expect(nextToSend([{ sentBytes: 3 }, { sentBytes: 1 }, { sentBytes: 2 }])).toEqual({ sentBytes: 1 });
  expect(nextToSend([])).toBeNull();
});

test('when somebody wanted nothing for a while, it makes up for nothing and pays for nothing', () => {
  expect(beginsAt(10, 500)).toBe(500);
  expect(beginsAt(600, 500)).toBe(600);
});
