// Following a twin over a link that loses, repeats and refuses: patches count only on their own version.
import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { TwinFollower } from '#agent/twin-follower.ts';
import { refused, unready } from '#base/errors.ts';
import type { JsonObject } from '#base/json.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock, type FakeClock } from '#test/support/fake-clock.ts';

let clock: FakeClock;
let twin: { desired: JsonObject; reported: JsonObject };
let gets: number;
let reports: JsonObject[];
let failNext: Error | null;
let seen: string[];
let follower: TwinFollower;

beforeEach(() => {
  clock = createFakeClock();
  twin = { desired: { a: 1, $version: 3 }, reported: { old: true, $version: 1 } };
  gets = 0;
  reports = [];
  failNext = null;
  seen = [];
  follower = new TwinFollower({
    clock,
    log: pino({ level: 'silent' }),
    known: null,
    onDesired: ({ version, value }) => seen.push(`${version} ${JSON.stringify(value)}`),
    async request(topicOf, text) {
      const failure = failNext;
      failNext = null;
      if (failure !== null) throw failure;
      if (!topicOf('1').includes('reported')) {
        gets += 1;
        return { version: null, text: JSON.stringify(twin) };
      }
      reports.push(JSON.parse(text) as JsonObject);
      return { version: 2, text: '' };
    },
  });
});

const push = (version: number, patch: JsonObject): void =>
  follower.desiredPatched(version, JSON.stringify({ ...patch, $version: version }));

async function open(): Promise<void> {
  follower.opened();
  await eventually(() => expect(seen).toEqual(['3 {"a":1}']));
}

describe('desired', () => {
  test('when the next version comes, its patch is merged', async () => {
    await open();
    push(4, { b: 2, a: null });
    expect(seen.at(-1)).toBe('4 {"b":2}');
    expect(gets).toBe(1);
  });

  test('when a version comes twice or late, it is passed over', async () => {
    await open();
    push(3, { a: 9 });
    push(2, { a: 8 });
    expect(seen).toHaveLength(1);
  });

  test('when a version is missing, the whole twin is asked for', async () => {
    await open();
    twin = { ...twin, desired: { c: 3, $version: 5 } };
    push(5, { c: 3 });
    await eventually(() => expect(seen.at(-1)).toBe('5 {"c":3}'));
    expect(gets).toBe(2);
  });

  test('when a patch comes while the twin is on its way, it is not lost', async () => {
    follower.opened();
    twin = { ...twin, desired: { a: 1, b: 2, $version: 4 } };
    push(4, { b: 2 });
    await eventually(() => expect(seen.at(-1)).toBe('4 {"a":1,"b":2}'));
  });

  test('when the patch is no JSON, the whole twin is asked for', async () => {
    await open();
    follower.desiredPatched(4, '{"a"');
    await eventually(() => expect(gets).toBe(2));
  });

  test('when the twin cannot be read, it is asked for again', async () => {
    failNext = unready('device.offline', 'busy');
    follower.opened();
    await eventually(() => {
      clock.advance(5_000);
      expect(seen).toHaveLength(1);
    });
  });

  test('when an hour passed, the twin is read again', async () => {
    await open();
    await follower.report({ old: true });
    clock.advance(3_600_000);
    await eventually(() => expect(gets).toBe(2));
  });
});

describe('reported', () => {
  test('when the link opens, only what differs is sent', async () => {
    await follower.report({ old: true, added: { x: 1 } });
    expect(reports).toEqual([]);
    await open();
    await eventually(() => expect(reports).toEqual([{ added: { x: 1 } }]));
    await follower.report({ added: { x: 1, y: 2 } });
    expect(reports.at(-1)).toEqual({ old: null, added: { y: 2 } });
    await follower.report({ added: { x: 1, y: 2 } });
    expect(reports).toHaveLength(2);
  });

  test('when a report is asked for while one is under way, it resolves when its own is with the hub', async () => {
    await open();
    await eventually(() => expect(gets).toBe(1));
    const first = follower.report({ n: 1 });
    const second = follower.report({ n: 2 });
    await second;
    expect(reports.at(-1)).toEqual({ n: 2 });
    await first;
  });

  test('when the hub refuses a report, it is not sent again until it changes', async () => {
    await open();
    failNext = refused('request.invalid', 'too large');
    await follower.report({ large: true });
    await follower.report({ large: true });
    expect(reports).toEqual([]);
    await follower.report({ large: false });
    expect(reports).toEqual([{ old: null, large: false }]);
  });

  test('when the hub is busy, the report is sent after the twin was read anew', async () => {
    await open();
    failNext = unready('device.offline', 'throttled');
    await follower.report({ a: 1 });
    expect(reports).toEqual([]);
    await eventually(() => {
      clock.advance(5_000);
      expect(reports).toEqual([{ old: null, a: 1 }]);
    });
  });
});
