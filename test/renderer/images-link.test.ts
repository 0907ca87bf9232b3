// The page's images: when its lists are read, and what it does when the hub cannot answer.
import { expect, test } from 'vitest';
import type { ImageNews, ImagePage, ImageUsage } from '#contract/console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { createImagesLink } from '#renderer/images/images-link.ts';
import type { ImagesKnown } from '#renderer/link/images-store.ts';
import { anImage, noShares } from '#test/support/console-images-double.ts';
import { eventually } from '#test/support/eventually.ts';

const usage: ImageUsage = {
  images: 2,
  usedBytes: 1,
  quotaBytes: null,
  freeDiskBytes: 1,
  loose: { blobs: 0, bytes: 0 },
};
const readiness: ImageReadiness = { isReady: true, deployments: [], missing: [] };
const pages: Readonly<Record<string, ImagePage>> = {
  first: { rows: [anImage({ name: 'a' })], next: 'behind a' },
  'behind a': { rows: [anImage({ name: 'b' })], next: null },
};

function setUp() {
  const known: ImagesKnown[] = [];
  const failures: (string | null)[] = [];
  const later: (() => void)[] = [];
  const asked: (string | null)[] = [];
  const followers: { onNews: (news: ImageNews) => void; onEnd: () => void }[] = [];
  const hub = { isDown: false };
  const link = createImagesLink({
    api: {
      async images(after) {
        asked.push(after);
        if (hub.isDown) throw new Error('the connection went');
        return pages[after ?? 'first'] as ImagePage;
      },
      usage: async () => usage,
      readiness: async () => readiness,
      follow(on) {
        followers.push(on);
        return () => undefined;
      },
    },
    onNews: () => undefined,
    onKnown: (lists) => known.push(lists),
    onFailure: (words) => failures.push(words),
    after: (_delayMs, work) => later.push(work),
  });
  link.start();
  const news = (revision: number) => followers.at(-1)?.onNews({ revision, images: 2, tasks: [], shares: noShares });
  const passTime = () => {
    for (const work of later.splice(0)) work();
  };
  return { link, known, failures, asked, followers, hub, news, passTime };
}

test('when nobody looks, nothing is read; when somebody does, all pages are, each after the one before', async () => {
  const { link, known, asked, news } = setUp();
  news(1);
  expect(asked).toEqual([]);
  link.watch(true);
  await eventually(() => expect(known).toHaveLength(1));
  expect(known[0]?.rows.map(({ name }) => name)).toEqual(['a', 'b']);
  expect(asked).toEqual([null, 'behind a']);
});

test('when many revisions come, the lists are read once at a time, and at the end once more', async () => {
  const { link, known, news, passTime } = setUp();
  link.watch(true);
  for (const revision of [1, 2, 3, 4]) news(revision);
  await eventually(() => expect(known).toHaveLength(1));
  news(5);
  await eventually(() => {
    passTime();
    expect(known).toHaveLength(2);
  });
  news(5);
  passTime();
  expect(known).toHaveLength(2);
});

test('when the hub cannot answer, it is told, what was known stays, and it is asked again', async () => {
  const { link, known, failures, hub, news, passTime } = setUp();
  hub.isDown = true;
  link.watch(true);
  news(1);
  await eventually(() => expect(failures).toEqual(['the connection went']));
  hub.isDown = false;
  await eventually(() => {
    passTime();
    expect(known).toHaveLength(1);
  });
  expect(failures.at(-1)).toBeNull();
});

test('when the subscription ends, it is begun again, and a hub started anew has its lists read', async () => {
  const { link, known, followers, news, passTime } = setUp();
  link.watch(true);
  news(7);
  await eventually(() => expect(known).toHaveLength(1));
  followers[0]?.onEnd();
  passTime();
  expect(followers).toHaveLength(2);
  news(3);
  await eventually(() => {
    passTime();
    expect(known).toHaveLength(2);
  });
  link.stop();
});
