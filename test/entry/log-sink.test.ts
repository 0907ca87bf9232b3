// A log on a disk that is full: nobody is thrown at, and the lines come, in order and whole, once there is room.
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLogSink } from '#entry/log-sink.ts';
import { mountDisk, whyNoMounts, type SmallDisk } from '#test/faults/small-disk.ts';
import { eventually } from '#test/support/eventually.ts';

let disk: SmallDisk | undefined;
let fd = -1;
let missing: number[] = [];

beforeEach(({ skip }) => {
  const reason = whyNoMounts();
  if (reason !== null) skip(reason);
  disk = mountDisk('size=64k');
  fd = openSync(join(disk.dir, 'log'), 'a');
  missing = [];
});

afterEach(() => {
  if (disk === undefined) return;
  closeSync(fd);
  disk.remove();
});

const line = (number: number): string => `${String(number).padStart(6, '0')} ${'x'.repeat(992)}\n`;

function logOf(): readonly number[] {
  const text = readFileSync(join(disk?.dir ?? '', 'log'), 'utf8');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  const lines = text.split('\n').slice(0, -1);
  expect(new Set(lines.map((one) => one.length))).toEqual(new Set([999]));
  return lines.map(Number.parseFloat);
}

const numbersTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

test('when the disk of the log is full, the lines wait, and none is missing or torn once there is room', async () => {
  const other = join(disk?.dir ?? '', 'other');
  const otherFile = openSync(other, 'a');
  // Room for a line and a half beside it: one is torn where the disk ends.
  writeSync(otherFile, Buffer.alloc(52 * 1024));
  closeSync(otherFile);
  const sink = createLogSink({ fd, onDropped: (lines) => missing.push(lines) });
  for (const number of numbersTo(40)) sink.write(line(number));
  rmSync(other);
  await eventually(() => expect(logOf()).toEqual(numbersTo(40)));
  expect(missing).toEqual([]);
});

test('when more waits than is kept, the newest lines are dropped and counted', async () => {
  const sink = createLogSink({ fd, onDropped: (lines) => missing.push(lines) });
  for (const number of numbersTo(2000)) sink.write(line(number));
  expect(missing).toEqual([]);
  let found: readonly number[] = [];
  await eventually(() => {
    // What a rotation of logs does; the disk holds 64 lines.
    const log = join(disk?.dir ?? '', 'log');
    const text = readFileSync(log, 'utf8');
    truncateSync(log);
    found = [
      ...found,
      ...text
        .split('\n')
        .filter((one) => /^\d{6} /.test(one))
        .map(Number.parseFloat),
    ];
    expect(missing).toHaveLength(1);
  }, 30_000);
  const rest = readFileSync(join(disk?.dir ?? '', 'log'), 'utf8');
  found = [
    ...found,
    ...rest
      .split('\n')
      .filter((one) => /^\d{6} /.test(one))
      .map(Number.parseFloat),
  ];
  expect(found).toEqual(numbersTo(found.length));
  expect(found.length + (missing[0] ?? 0)).toBe(2000);
});
