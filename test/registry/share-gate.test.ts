// Turns of the hub as its listener meets them: held open in the line, lost by a stall, given back by whatever ends.
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { aBlob, aDigest, aShareSite, paced, settled } from '#test/support/share-site.ts';

test('when all slots are taken, the next waits, and is sent when one ends', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const first = site.ask('pump');
  const second = site.ask('oven');
  await settled();
  expect([first.got()?.kind, second.got()]).toEqual(['stream', null]);
  expect((await buffer(await paced(first, aBlob(1_000_000)))).length).toBe(1_000_000);
  await settled();
  expect(second.got()?.kind).toBe('stream');
  expect(site.gate.view()).toMatchObject({ sending: 1, waiting: 0, sentBytes: 1_000_000 });
});

test.each([
  { when: 'before its turn', act: 'waits' },
  { when: 'with its turn and before the first byte', act: 'holds' },
  { when: 'in mid-stream', act: 'streams' },
] as const)('when a device hangs up $when, the others lose nothing by it', async ({ act }) => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const gone = act === 'waits' ? null : site.ask('pump');
  const source = aBlob(10_000_000);
  const stream = act === 'streams' && gone !== null ? await paced(gone, source) : null;
  stream?.read();
  const holder = gone ?? site.ask('press');
  const waiting = [site.ask('oven'), site.ask('saw')];
  if (act === 'waits') waiting[0]?.hangUp();
  else holder.hangUp();
  stream?.destroy();
  await settled();
  expect(waiting.map((asked) => asked.got()?.kind)).toEqual(
    act === 'waits' ? [undefined, undefined] : ['stream', undefined],
  );
  expect(source.destroyed).toBe(act === 'streams');
  (act === 'waits' ? holder : waiting[0])?.hangUp();
  await settled();
  expect(waiting[1]?.got()?.kind).toBe('stream');
  waiting[1]?.hangUp();
  expect(site.gate.view().pulls).toEqual([]);
});

test('when a receiver stops taking, its slot goes to the next and its stream goes on from the line', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const hung = site.ask('hung');
  const stream = await paced(hung, aBlob(3_000_000));
  await settled();
  expect(stream.read()).not.toBeNull();
  const next = site.ask('oven');
  await settled();
  site.clock.advance(9_000);
  await settled();
  expect(next.got()).toBeNull();
  site.clock.advance(3_000);
  await settled();
  expect(next.got()?.kind).toBe('stream');
  expect(site.gate.view()).toMatchObject({
    sending: 1,
    pulls: [{ state: 'sending' }, { deviceId: 'hung', state: 'stalled' }],
  });
  const rest = buffer(stream);
  await settled();
  expect(site.gate.view()).toMatchObject({
    sending: 1,
    pulls: [{ state: 'sending' }, { deviceId: 'hung', state: 'waiting' }],
  });
  expect(stream.readableEnded).toBe(false);
  next.hangUp();
  await rest;
  expect(site.gate.view()).toMatchObject({ sentBytes: 3_000_000, pulls: [] });
});

test('when a receiver takes a drip, it loses its slot as one that takes nothing', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const stream = await paced(site.ask('drip'), aBlob(3_000_000, 4_096));
  const next = site.ask('oven');
  for (let second = 0; second < 14; second++) {
    stream.read(100);
    await settled();
    site.clock.advance(1_000);
  }
  await settled();
  expect(next.got()?.kind).toBe('stream');
});

test('when a receiver is fast and the source is slow, it keeps its slot', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const source = new Readable({ read: () => undefined });
  const stream = await paced(site.ask('pump'), source);
  stream.resume();
  const next = site.ask('oven');
  for (let second = 0; second < 60; second++) {
    source.push(Buffer.alloc(10));
    await settled();
    site.clock.advance(1_000);
  }
  await settled();
  expect(next.got()).toBeNull();
});

test('when the source breaks, the stream breaks with it and the slot is free', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const source = new Readable({ read: () => undefined });
  const stream = await paced(site.ask('pump'), source);
  const next = site.ask('oven');
  source.destroy(new Error('a flipped byte'));
  await expect(buffer(stream)).rejects.toThrow('a flipped byte');
  await settled();
  expect(next.got()?.kind).toBe('stream');
});

test('when people pull, they stand in no line and take no slot', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const device = site.ask('pump');
  const people = [site.ask(null), site.ask(null)];
  await settled();
  expect([device, ...people].map((asked) => asked.got()?.kind)).toEqual(['stream', 'stream', 'stream']);
});

test('when a blob is small, it passes the line, but not more than two of a device at a time', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const asked = [site.ask('pump'), ...Array.from({ length: 3 }, () => site.ask('oven', { bytes: 2_000 }))];
  await settled();
  expect(asked.map((one) => one.got()?.kind)).toEqual(['stream', 'stream', 'stream', undefined]);
  asked[1]?.hangUp();
  const next = site.ask('oven', { bytes: 2_000 });
  await settled();
  expect([asked[3]?.got(), next.got()?.kind]).toEqual([null, 'stream']);
});

test('when the bandwidth is limited, two devices with one and three streams get the same, and no more than the limit', async () => {
  const site = aShareSite({ bytesPerSecond: 1_000_000 });
  const asked = ['pump', 'oven', 'oven', 'oven'].map((device, at) => site.ask(device, { digest: aDigest(`${at}`) }));
  for (const one of asked) (await paced(one, aBlob(5_000_000))).resume();
  for (let tenth = 0; tenth < 20; tenth++) {
    await settled();
    site.clock.advance(100);
  }
  await settled();
  const { pulls, sentBytes } = site.gate.view();
  const sentOf = (device: string) =>
    pulls.filter(({ deviceId }) => deviceId === device).reduce((sum, row) => sum + row.sentBytes, 0);
  expect(sentBytes).toBeLessThanOrEqual(2_000_000 + 100_000);
  expect(sentBytes).toBeGreaterThan(1_800_000);
  expect(Math.abs(sentOf('pump') - sentOf('oven'))).toBeLessThanOrEqual(2 * 65_536);
  site.gate.setTerms({ ...site.gate.terms, bytesPerSecond: null });
  await settled();
  await settled();
  expect(site.gate.view().sentBytes).toBeGreaterThan(3_000_000);
});

test('when an agent waits, it is told that it was heard; whoever does not know the word is not', async () => {
  const site = aShareSite({ pullsAtOnce: 1 });
  const [, agent, docker] = [site.ask('pump'), site.askToo('oven'), site.ask('saw')];
  for (let second = 0; second < 12; second++) site.clock.advance(1_000);
  expect([agent.timesTold(), docker.timesTold()]).toEqual([3, 0]);
});

test('when nothing is under way, it keeps no timer', async () => {
  const site = aShareSite();
  const asked = site.ask('pump');
  await settled();
  asked.hangUp();
  site.clock.advance(2_000);
  const set = vi.spyOn(site.clock, 'after');
  site.clock.advance(60_000);
  expect(set).not.toHaveBeenCalled();
});
