// The news of images: the whole at once to whoever begins, then at most ten times a second, and never to one that lags.
import { expect, test } from 'vitest';
import type { ImageNews } from '#contract/console-image-rows.ts';
import { ImageNewsFeed } from '#registry/image-news.ts';
import { noShares } from '#test/support/console-images-double.ts';
import { eventually } from '#test/support/eventually.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const site = { images: 1, shares: noShares };
  const feed = new ImageNewsFeed({
    clock,
    images: () => site.images,
    tasks: () => [],
    shares: async () => site.shares,
  });
  function follow(isLagging: () => boolean = () => false) {
    const heard: ImageNews[] = [];
    const left = new AbortController();
    const ended = (async () => {
      for await (const news of feed.follow({ isLagging, signal: left.signal })) heard.push(news);
    })();
    return { heard, leave: () => left.abort(), ended };
  }
  return { clock, site, feed, follow };
}

const told = (heard: readonly ImageNews[], count: number) => eventually(() => expect(heard).toHaveLength(count));
/** For what is not to happen. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('when much changes, it is told at once to who begins, and then all in one every tenth of a second', async () => {
  const { clock, site, feed, follow } = setUp();
  const { heard, leave, ended } = follow();
  await told(heard, 1);
  clock.advance(1_000);
  for (let at = 0; at < 50; at += 1) {
    site.images += 1;
    feed.revised();
  }
  clock.advance(0);
  await told(heard, 2);
  feed.moved();
  clock.advance(99);
  await settled();
  expect(heard).toHaveLength(2);
  clock.advance(1);
  await told(heard, 3);
  expect(heard.map(({ images }) => images)).toEqual([1, 51, 51]);
  expect(heard[1]?.revision).toBe((heard[0]?.revision ?? 0) + 50);
  expect(heard[2]?.revision).toBe(heard[1]?.revision);
  leave();
  await ended;
});

async function firstOf(news: ImageNewsFeed): Promise<number | null> {
  for await (const { revision } of news.follow({ isLagging: () => false, signal: undefined })) return revision;
  return null;
}

test('when a hub is started anew, its revisions are others', () => {
  const { clock, feed } = setUp();
  clock.advance(5_000);
  const again = new ImageNewsFeed({ clock, images: () => 0, tasks: () => [], shares: async () => noShares });
  return Promise.all([firstOf(feed), firstOf(again)]).then(([before, after]) => expect(before).not.toBe(after));
});

test('when a page lags, it is told once it has caught up, with what is then', async () => {
  const { clock, site, feed, follow } = setUp();
  let isLagging = false;
  const { heard, leave } = follow(() => isLagging);
  await told(heard, 1);
  isLagging = true;
  site.images = 2;
  feed.moved();
  clock.advance(200);
  await settled();
  expect(heard).toHaveLength(1);
  isLagging = false;
  site.images = 3;
  await eventually(() => {
    clock.advance(100);
    expect(heard.at(-1)?.images).toBe(3);
  });
  leave();
});

test('when pulls move, that is told without anybody saying so, while somebody follows', async () => {
  const { clock, site, follow } = setUp();
  const { heard, leave, ended } = follow();
  await told(heard, 1);
  site.shares = { ...noShares, waiting: 7 };
  await eventually(() => {
    clock.advance(1_000);
    expect(heard.at(-1)?.shares.waiting).toBe(7);
  });
  leave();
  await ended;
});

test('when the hub stops, whoever follows is let go', async () => {
  const { feed, follow } = setUp();
  const { heard, ended } = follow();
  await told(heard, 1);
  feed.stop();
  await ended;
});
