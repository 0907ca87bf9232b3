// Messages as they come: what a window is told of a flood, what it costs, and that bodies of every sort do no harm.
import { describe, expect, test } from 'vitest';
import type { DeviceId, ModuleId } from '#base/ids.ts';
import type { LiveFlush } from '#contract/console-live.ts';
import { createLiveMessages } from '#hub/device-link/live-messages.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

function aLive(words = '') {
  const clock = createFakeClock();
  const session = { sent: 0, sentCount: () => session.sent };
  const live = createLiveMessages({ clock, sessions: { all: () => [session] } });
  const left = new AbortController();
  const follower = { isLagging: () => false, signal: left.signal };
  const send = (device: string, body: string | Buffer, properties: Record<string, string> = {}, module?: string) => {
    live.noteIncoming();
    const identity = { deviceId: device as DeviceId, moduleId: (module ?? null) as ModuleId | null };
    live.note(identity, properties, Buffer.from(body));
  };
  return { clock, live, session, left, follower, send, flushes: live.follow({ words }, follower) };
}

async function next<T>(stream: AsyncGenerator<T, void, undefined>): Promise<T> {
  const { value, done } = await stream.next();
  if (done === true) throw new Error('the stream ended');
  return value;
}

describe('the tree', () => {
  test('when devices send, their topics come with counts, size and the start of the newest', async () => {
    const { flushes, send, clock } = aLive();
    expect(await next(flushes)).toEqual({ rows: [], total: 0, dropped: 0, rate: null });
    const coming = next(flushes);
    send('pump', '{"heat":1}');
    send('pump', '{"heat":2}', { '$.on': 'out' }, 'web');
    send('pump', '{"heat":33}');
    clock.advance(100);
    expect(await coming).toMatchObject({
      total: 3,
      rows: [
        { deviceId: 'pump', moduleId: null, output: '', count: 2, bytes: 21, size: 11, preview: '{"heat":33}' },
        { deviceId: 'pump', moduleId: 'web', output: 'out', count: 1 },
      ],
    });
  });

  test('when words are given, the others are not even counted', async () => {
    const { flushes, send, clock } = aLive('PUMP web');
    await next(flushes);
    const coming = next(flushes);
    send('pump', 'x');
    send('other', 'x', {}, 'web');
    send('pump', 'x', {}, 'web');
    clock.advance(100);
    expect(await coming).toMatchObject({ total: 1, rows: [{ moduleId: 'web' }] });
  });

  test('when five thousand messages come a second, ten flushes tell of them, small ones', async () => {
    const { flushes, send, clock } = aLive();
    await next(flushes);
    const told: LiveFlush[] = [];
    let isOver = false;
    const reading = (async () => {
      for await (const flush of flushes) {
        told.push(flush);
        if (isOver) return;
      }
    })();
    const body = Buffer.alloc(100_000, 'x');
    for (let tenth = 0; tenth < 10; tenth += 1) {
      for (let n = 0; n < 500; n += 1) send(`device-${n}`, body);
      clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    isOver = true;
    clock.advance(1_000);
    await reading;
    expect(told.length).toBeLessThanOrEqual(12);
    expect(told.at(-1)?.total).toBe(5_000);
    for (const flush of told) {
      expect(flush.rows.length).toBeLessThanOrEqual(200);
      expect(JSON.stringify(flush).length).toBeLessThan(100_000);
    }
  });

  test('when there are more topics than can be told apart, the others are counted', async () => {
    const { flushes, send, clock } = aLive();
    await next(flushes);
    const coming = next(flushes);
    for (let n = 0; n < 2_500; n += 1) send(`device-${n}`, 'x');
    clock.advance(100);
    expect(await coming).toMatchObject({ total: 2_500, dropped: 500, rows: expect.objectContaining({ length: 200 }) });
    // The rest follows without another message.
    const seen = new Set<string>();
    for (let n = 0; n < 9; n += 1) {
      const more = next(flushes);
      clock.advance(100);
      for (const { deviceId } of (await more).rows) seen.add(deviceId);
    }
    expect(seen.size).toBe(1_800);
  });

  test('when a window lags, it is told nothing until it has caught up, and then of the newest', async () => {
    const { live, send, clock, left } = aLive();
    let isLagging = false;
    const flushes = live.follow({ words: '' }, { isLagging: () => isLagging, signal: left.signal });
    await next(flushes);
    isLagging = true;
    const coming = next(flushes);
    for (let n = 0; n < 50; n += 1) {
      send('pump', String(n));
      clock.advance(100);
    }
    isLagging = false;
    clock.advance(100);
    expect(await coming).toMatchObject({ total: 50, rows: [{ count: 50, preview: '49' }] });
  });

  test('when a second went by, it tells how many packets went in and out', async () => {
    const { flushes, send, session, clock } = aLive();
    session.sent = 40;
    await next(flushes);
    const first = next(flushes);
    for (let n = 0; n < 7; n += 1) send('pump', 'x');
    clock.advance(100);
    expect((await first).rate).toBeNull();
    session.sent = 45;
    const second = next(flushes);
    clock.advance(900);
    expect((await second).rate).toEqual({ inPerS: 7, outPerS: 5 });
  });
});

describe('one topic', () => {
  const topic = { deviceId: 'pump', moduleId: null, output: '' };

  test('when messages come faster than four a second, the newest is told and the others are counted', async () => {
    const { live, follower, send, clock } = aLive();
    const messages = live.followTopic(topic, follower);
    const coming = next(messages);
    // So that it listens.
    await new Promise((resolve) => setImmediate(resolve));
    send('other', 'no');
    for (let n = 1; n <= 5; n += 1) send('pump', String(n), { '$.ct': 'text/plain' });
    clock.advance(250);
    expect(await coming).toMatchObject({
      count: 5,
      size: 1,
      body: btoa('5'),
      isCut: false,
      properties: { '$.ct': 'text/plain' },
    });
  });

  test.each<[string, Buffer]>([
    ['large', Buffer.alloc(200_000, 'x')],
    ['binary', Buffer.from([0, 255, 254, 128, 0])],
    ['markup', Buffer.from('<script>alert(1)</script>')],
    ['escapes and marks', Buffer.from('\u001B[31m\u202Eevil')],
    ['empty', Buffer.alloc(0)],
  ])(
    'when a body is %s, it comes as bytes, 128 KB of it at most, and its preview is text or nothing',
    async (_sort, body) => {
      const { live, flushes, follower, send, clock } = aLive();
      const messages = live.followTopic(topic, follower);
      await next(flushes);
      const [row, message] = [next(flushes), next(messages)];
      await new Promise((resolve) => setImmediate(resolve));
      send('pump', body);
      clock.advance(250);
      const { body: told, isCut, size } = await message;
      expect(Buffer.from(told, 'base64')).toEqual(body.subarray(0, 131_072));
      expect([isCut, size]).toEqual([body.length > 131_072, body.length]);
      const preview = (await row).rows[0]?.preview ?? '';
      expect(body.subarray(0, 240).toString().startsWith(preview)).toBe(true);
      expect(preview).not.toContain('\u0000');
    },
  );
});

test('when the last window has gone, a message is not even looked at', async () => {
  const { live, flushes, left } = aLive();
  await next(flushes);
  const last = flushes.next();
  left.abort();
  expect((await last).done).toBe(true);
  const trap = new Proxy<Record<string, string>>(
    {},
    {
      get: () => {
        throw new Error('looked at');
      },
    },
  );
  live.note({ deviceId: 'pump' as DeviceId, moduleId: null }, trap, Buffer.alloc(1));
});
