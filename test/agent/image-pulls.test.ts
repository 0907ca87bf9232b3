// What an attempt fetched: each layer once, whoever shares it and however often its pull was begun again; told at most once a second.
import { expect, test } from 'vitest';
import type { LayerProgress, PullRequest } from '#agent/engine.ts';
import { createImagePulls, type PullEnd } from '#agent/image-pulls.ts';
import { unready } from '#base/errors.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { createFakeEngine } from '#test/support/fake-engine.ts';

interface HeldPull {
  readonly request: PullRequest;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

function pullsSite() {
  const clock = createFakeClock();
  const held = new Map<string, HeldPull>();
  const engine = {
    ...createFakeEngine(() => clock.nowMs()),
    pull: (request: PullRequest) =>
      new Promise<void>((resolve, reject) => {
        held.set(request.image, { request, done: resolve, fail: reject });
      }),
  };
  const told: string[] = [];
  const ends: PullEnd[] = [];
  const pulls = createImagePulls({
    engine,
    clock,
    onEnd: (end) => ends.push(end),
    onProgress: ({ doneBytes, totalBytes }) => told.push(`${doneBytes}/${totalBytes}`),
  });
  const sum = () => `${pulls.transferred.doneBytes}/${pulls.transferred.totalBytes}`;
  return {
    clock,
    pulls,
    told,
    ends,
    sum,
    hear: (image: string, layer: string, doneBytes: number, totalBytes: number | null): void => {
      held.get(image)?.request.onProgress({ layer, doneBytes, totalBytes } satisfies LayerProgress);
    },
    unpack: (image: string, layer: string, unpacked: number, totalBytes: number | null = null): void => {
      held.get(image)?.request.onProgress({ layer, doneBytes: totalBytes ?? 0, totalBytes, unpacked });
    },
    end: async (image: string, error?: Error): Promise<void> => {
      const count = ends.length;
      if (error === undefined) held.get(image)?.done();
      else held.get(image)?.fail(error);
      await eventually(() => expect(ends.length).toBe(count + 1));
    },
  };
}

test('when layers are unpacked, a mark moves that never falls, and what is known of their bytes stays', () => {
  const { pulls, unpack, hear, sum } = pullsSite();
  pulls.begin('a:1', null);
  hear('a:1', 'one', 3, 10);
  expect(pulls.transferred.unpacked).toBe(0);
  unpack('a:1', 'one', 4);
  unpack('a:1', 'two', 1);
  expect(pulls.transferred.unpacked).toBe(5);
  // A layer that is unpacked once more, and one whose unpacking tells its bytes.
  unpack('a:1', 'one', 2);
  unpack('a:1', 'one', 6, 10);
  expect(pulls.transferred.unpacked).toBe(7);
  expect(sum()).toBe('10/10');
  pulls.startCounting(0);
  expect(pulls.transferred.unpacked).toBe(0);
});

test('when layers are under way, those that come are told before those that wait, and none that is whole; at most sixteen', () => {
  const { pulls, hear } = pullsSite();
  pulls.begin('a:1', null);
  hear('a:1', 'waits', 0, null);
  hear('a:1', 'whole', 10, 10);
  hear('a:1', 'comes', 3, 10);
  expect(pulls.transferred.layers).toEqual([
    { layer: 'comes', image: 'a:1', doneBytes: 3, totalBytes: 10 },
    { layer: 'waits', image: 'a:1', doneBytes: 0, totalBytes: null },
  ]);
  for (let index = 0; index < 40; index += 1) hear('a:1', `${index}`.padStart(200, 'x'), 1, 10);
  expect(pulls.transferred.layers).toHaveLength(16);
  expect(Math.max(...pulls.transferred.layers.map(({ layer }) => layer.length))).toBe(64);
});

test('when a layer has not said how large it is, the total is not known yet', () => {
  const { pulls, hear, sum } = pullsSite();
  pulls.begin('a:1', null);
  hear('a:1', 'one', 0, null);
  hear('a:1', 'two', 5, 10);
  expect(sum()).toBe('5/0');
  hear('a:1', 'one', 1, 20);
  expect(sum()).toBe('6/30');
  expect(pulls.progressOf('a:1')).toEqual({ doneBytes: 6, totalBytes: 30 });
});

test('when two images share a layer, it is counted once', () => {
  const { pulls, hear, sum } = pullsSite();
  for (const image of ['a:1', 'b:1']) pulls.begin(image, null);
  for (const image of ['a:1', 'b:1']) hear(image, 'shared', 8, 10);
  hear('b:1', 'own', 1, 2);
  expect(sum()).toBe('9/12');
});

test('when an image is there, all of it came, told or not', async () => {
  const { pulls, hear, sum, end, ends, clock } = pullsSite();
  pulls.begin('a:1', null);
  hear('a:1', 'one', 3, 10);
  hear('a:1', 'never told', 0, null);
  clock.advance(2_000);
  await end('a:1');
  expect(sum()).toBe('10/10');
  expect(ends).toEqual([{ image: 'a:1', error: null, isCancelled: false, doneBytes: 10, tookMs: 2_000 }]);
});

test('when a pull fails and is begun again, what is done never falls and nothing counts twice', async () => {
  const { pulls, hear, sum, end, ends } = pullsSite();
  pulls.begin('a:1', null);
  hear('a:1', 'one', 10, 10);
  hear('a:1', 'two', 15, 20);
  await end('a:1', unready('agent.image', 'reset'));
  expect(ends[0]?.error?.message).toBe('reset');
  pulls.begin('a:1', null);
  hear('a:1', 'one', 0, 0);
  hear('a:1', 'two', 1, 20);
  expect(sum()).toBe('25/30');
  await end('a:1');
  expect(sum()).toBe('30/30');
});

test('when an attempt goes on in another life of the agent, it counts on from what came before', () => {
  const { pulls, hear, sum } = pullsSite();
  pulls.startCounting(100);
  pulls.begin('a:1', null);
  hear('a:1', 'one', 5, 10);
  expect(sum()).toBe('105/110');
  pulls.startCounting(0);
  expect(sum()).toBe('0/0');
});

test('when much is told, it is passed on once a second at most, and no more often than once a percent', () => {
  const { pulls, hear, told, clock } = pullsSite();
  pulls.begin('a:1', null);
  for (let bytes = 100; bytes < 150; bytes++) hear('a:1', 'one', bytes, 10_000);
  expect(told).toEqual([]);
  clock.advance(1_000);
  expect(told).toEqual(['149/10000']);
  hear('a:1', 'one', 200, 10_000);
  clock.advance(1_000);
  expect(told).toEqual(['149/10000']);
  hear('a:1', 'one', 249, 10_000);
  clock.advance(999);
  expect(told.length).toBe(1);
  clock.advance(1);
  expect(told.at(-1)).toBe('249/10000');
  hear('a:1', 'one', 900, 10_000);
  pulls.cancelAll();
  clock.advance(5_000);
  expect(told.length).toBe(2);
});
