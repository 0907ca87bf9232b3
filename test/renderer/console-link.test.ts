// The page's link to the hub: when it reads a snapshot, when a flush is enough, and what a lost answer leads to.
import { expect, test } from 'vitest';
import type { PageRequest } from '#contract/console-inputs.ts';
import type { ConsoleEvent, ConsoleFlush, DeviceDetail, DevicePage } from '#contract/console-rows.ts';
import { type ConsoleApi, createConsoleLink } from '#renderer/link/console-link.ts';
import { emptyProjection, type Projection, type ProjectionEvent, project } from '#renderer/link/projection.ts';
import { eventually } from '#test/support/eventually.ts';
import { theSiteFacts } from '#test/support/site-facts.ts';

const site = theSiteFacts;
const aFlush = (number: number, removedDevices: readonly string[] = []): ConsoleFlush => ({
  type: 'flush',
  number,
  devices: [],
  removedDevices,
  deployments: [],
  removedDeployments: [],
  rollouts: [],
  areGroupsChanged: false,
  areWritesChanged: false,
  journalBrokenSeq: null,
});

/** A link over an API that answers from `pages`, and holds each device's answer until `answerDevice`. */
function setUp(pages: readonly DevicePage[] = [{ number: 0, rows: [], next: null }]) {
  let projection: Projection = emptyProjection;
  const seen: ProjectionEvent['type'][] = [];
  const asked: (string | null)[] = [];
  const limits: number[] = [];
  const devices: { id: string; answer: (detail: DeviceDetail | null) => void; fail: (error: Error) => void }[] = [];
  const followers: { onEvent: (event: ConsoleEvent) => void; onEnd: () => void }[] = [];
  const later: (() => void)[] = [];
  const beats: (() => void)[] = [];
  const api: ConsoleApi = {
    async devices({ after, limit }: PageRequest) {
      asked.push(after);
      limits.push(limit);
      const page = pages[asked.length - 1];
      if (page === undefined) throw new Error('the connection went');
      return page;
    },
    async deployments() {
      return { number: 0, rows: [], next: null };
    },
    async rollouts() {
      return { number: 0, rows: [], next: null };
    },
    async device(id) {
      return new Promise((resolve, reject) => devices.push({ id, answer: resolve, fail: reject }));
    },
    follow(on) {
      followers.push(on);
      return () => undefined;
    },
  };
  const link = createConsoleLink({
    api,
    dispatch(event) {
      seen.push(event.type);
      projection = project(projection, event);
    },
    projection: () => projection,
    after: (_delayMs, work) => later.push(work),
    join: (work) => beats.push(work),
  });
  link.start();
  return { link, seen, asked, limits, devices, followers, later, beats, projection: () => projection };
}

test('when the subscription begins, it reads all pages, each after the one before', async () => {
  const { followers, asked, limits, projection } = setUp([
    { number: 0, rows: [], next: 'd1' },
    { number: 0, rows: [], next: 'd2' },
    { number: 0, rows: [], next: null },
  ]);
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  await eventually(() => expect(projection().isComplete).toBe(true));
  expect(asked).toEqual([null, 'd1', 'd2']);
  // The first one is small, for it is what somebody waits for.
  expect(limits).toEqual([50, 500, 500]);
});

test('when the hub says that its journal was changed, the page knows', () => {
  const { followers, projection } = setUp();
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: 7 });
  expect(projection().journalBrokenSeq).toBe(7);
});

test('when a flush is missing, it takes a new snapshot; when none is, it does not', async () => {
  const page = { number: 0, rows: [], next: null };
  const { followers, asked, projection } = setUp([page, page]);
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  await eventually(() => expect(projection().isComplete).toBe(true));
  followers[0]?.onEvent(aFlush(1));
  expect(asked).toHaveLength(1);
  followers[0]?.onEvent(aFlush(3));
  await eventually(() => expect(asked).toHaveLength(2));
  expect(projection().number).toBe(3);
});

test('when a page cannot be read, it is asked for again after a pause, unless another snapshot began meanwhile', async () => {
  const pages: DevicePage[] = [];
  const { followers, asked, later, projection } = setUp(pages);
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  await eventually(() => expect(later).toHaveLength(1));
  expect(projection().isComplete).toBe(false);
  pages[1] = { number: 0, rows: [], next: null };
  later[0]?.();
  await eventually(() => expect(projection().isComplete).toBe(true));
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  await eventually(() => expect(later).toHaveLength(2));
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  await eventually(() => expect(later).toHaveLength(3));
  later[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toHaveLength(4);
});

test('when the subscription ends, it follows again after a pause', () => {
  const { followers, later } = setUp();
  followers[0]?.onEnd();
  expect(followers).toHaveLength(1);
  for (const work of later) work();
  expect(followers).toHaveLength(2);
});

test('when the watched device changes while it is read, it is read once more, not once per change', async () => {
  const { link, followers, devices, seen, beats, projection } = setUp();
  link.watchDevice('d1');
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  await eventually(() => expect(projection().isComplete).toBe(true));
  for (const number of [1, 2, 3]) followers[0]?.onEvent(aFlush(number, ['d1']));
  expect(devices).toHaveLength(1);
  devices[0]?.answer(null);
  await eventually(() => expect(devices).toHaveLength(2));
  devices[1]?.answer(null);
  await eventually(() => expect(beats).toHaveLength(1));
  for (const work of beats) work();
  expect(seen.filter((type) => type === 'device-read')).toHaveLength(2);
  expect(devices).toHaveLength(2);
});

test('when a device is shown, the first of it comes at once, and what changed of it with the beat', async () => {
  const { link, devices, followers, seen, beats } = setUp();
  link.watchDevice('d1');
  devices[0]?.answer(null);
  await eventually(() => expect(seen).toContain('device-read'));
  followers[0]?.onEvent({ type: 'hello', number: 0, site, journalBrokenSeq: null });
  devices[1]?.answer(null);
  await eventually(() => expect(beats).toHaveLength(1));
  expect(seen.filter((type) => type === 'device-read')).toHaveLength(1);
  // Nobody looks at it any more when the beat comes.
  link.watchDevice(null);
  for (const work of beats) work();
  expect(seen.filter((type) => type === 'device-read')).toHaveLength(1);
});

test('when another device is looked at meanwhile, the first answer is not shown and the other is read', async () => {
  const { link, devices, projection } = setUp();
  link.watchDevice('d1');
  link.watchDevice('d2');
  devices[0]?.answer(null);
  await eventually(() => expect(devices.map(({ id }) => id)).toEqual(['d1', 'd2']));
  expect(projection().device).toBeNull();
  devices[1]?.answer(null);
  await eventually(() => expect(projection().device).toEqual({ deviceId: 'd2', detail: null }));
});
