// A container's log as it streams by: the newest of it, in whole lines, and no more than may be held.
import { expect, test } from 'vitest';
import { createLogTail, readLogLines } from '#agent/docker-logs.ts';

function frame(text: string, stream = 1): Buffer {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const line = (n: number): string => `2026-01-01T00:00:00Z line ${String(n).padStart(4, '0')}\n`;

/** Feeds the bytes in pieces of `size`, and reads what was kept. */
function textsOf(bytes: Buffer, { size, isTty, mostBytes }: { size: number; isTty: boolean; mostBytes: number }) {
  const tail = createLogTail({ isTty, mostBytes });
  for (let at = 0; at < bytes.length; at += size) tail.add(bytes.subarray(at, at + size));
  return readLogLines(tail.bytes(), { isTty }).map(({ text }) => text);
}

test('when a log frame is cut short, what is there is read', () => {
  const frame = Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 99]), Buffer.from('2026-01-01T00:00:00Z a\n')]);
  expect(readLogLines(frame, { isTty: false })).toEqual([
    { stream: 'stderr', timestamp: '2026-01-01T00:00:00Z', text: 'a' },
  ]);
});

test.each([
  ['frames', false, (n: number) => frame(line(n))],
  ["a terminal's lines", true, (n: number) => Buffer.from(line(n))],
])('when a log of %s is longer than may be held, its newest lines are there, whole', (_what, isTty, made) => {
  const bytes = Buffer.concat(Array.from({ length: 1000 }, (_, n) => made(n)));
  for (const size of [1, 7, 100, 4096, bytes.length]) {
    const texts = textsOf(bytes, { size, isTty, mostBytes: made(0).length * 10 });
    expect(texts).toEqual(Array.from({ length: 10 }, (_, n) => `line ${String(990 + n).padStart(4, '0')}`));
  }
});

test('when a log is short, all of it is there, with both streams', () => {
  const tail = createLogTail({ isTty: false, mostBytes: 1000 });
  tail.add(Buffer.concat([frame(line(1)), frame(line(2), 2)]));
  expect(readLogLines(tail.bytes(), { isTty: false }).map(({ stream, text }) => `${stream} ${text}`)).toEqual([
    'stdout line 0001',
    'stderr line 0002',
  ]);
});

test('when one line alone is longer than may be held, it is held: the engine cuts lines into frames itself', () => {
  expect(textsOf(frame('x'.repeat(100)), { size: 10, isTty: false, mostBytes: 50 })).toEqual(['x'.repeat(100)]);
});

test('when a terminal’s line does not end, its newest bytes are kept, and no more than these', () => {
  const tail = createLogTail({ isTty: true, mostBytes: 100 });
  for (let number = 0; number < 50; number++) tail.add(Buffer.from(`${number} `.padEnd(20, '.')));
  expect(tail.bytes().length).toBe(100);
  expect(tail.bytes().toString()).toMatch(/49 \.+$/);
});
