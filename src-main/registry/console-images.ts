// The console's images: lists from the store, long work as tasks, and news of both for the open pages.
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { ImageUsage } from '#contract/console-image-rows.ts';
import type { ConsoleImages } from '#contract/console-images.ts';
import type { ConsoleImageShares } from '#contract/image-shares.ts';
import type { JournalKind } from '#domain/records/journal-event.ts';
import type { Store } from '#store/store-types.ts';
import { ImageJobs } from './image-jobs.ts';
import { ImageNewsFeed } from './image-news.ts';
import { createImageRemoval } from './image-removal.ts';
import { createImageRows } from './image-rows.ts';
import type { ImageStore } from './image-store.ts';
import { ImageTasks } from './image-tasks.ts';
import { createImageUsers } from './image-users.ts';
import type { ImageWork } from './image-work.ts';
import { incomingFiles } from './incoming-file.ts';

export interface SiteConsoleImages {
  readonly images: ConsoleImages;
  /** The long work that goes on, for whoever is not a page. */
  readonly work: Pick<ImageTasks, 'underWay' | 'onChange'>;
  start(): Promise<void>;
  /** Cancels what runs. */
  stop(): Promise<void>;
}

interface ConsoleImagesParts {
  /** The folder of the images. */
  readonly dir: string;
  readonly store: Store;
  readonly images: ImageStore;
  readonly work: ImageWork;
  readonly shares: ConsoleImageShares;
  readonly isSite: (registry: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** After these the lists are others. */
const revising: ReadonlySet<JournalKind> = new Set([
  'deployment-created',
  'deployment-updated',
  'deployment-deleted',
  'configuration-changed',
  'device-deleted',
  'image-stored',
  'image-removed',
  'image-damaged',
  'image-healed',
  'images-collected',
  'image-quota-changed',
]);

export function createConsoleImages(parts: ConsoleImagesParts): SiteConsoleImages {
  const { store, images, work, shares, clock, log } = parts;
  const { read } = store;
  const users = createImageUsers({ read, isSite: parts.isSite });
  const incoming = incomingFiles(join(parts.dir, 'incoming'));
  const tasks = new ImageTasks({
    clock,
    onBroken: (error, { kind, subject }) => log.error({ err: error, kind, subject }, 'a task with images failed'),
  });
  const news = new ImageNewsFeed({
    clock,
    images: () => read.images.countListed(),
    tasks: () => tasks.rows,
    shares: () => shares.imageShares(),
  });
  tasks.onChange(() => news.moved());
  const jobs = new ImageJobs({ store, images, work, tasks, incoming, clock, onBrought: () => news.revised() });
  let stopListening: (() => void) | null = null;
  return {
    images: {
      ...listsOf(parts, users),
      importPath: (request) => jobs.importPath(request),
      upload: (upload, signal) => jobs.upload(upload, signal),
      fetch: (request) => jobs.fetch(request),
      fetchMissing: (request) => jobs.fetchMissing(request),
      exportPath: (request) => jobs.exportPath(request),
      cancelTask: ({ id }) => tasks.cancel(id),
      forgetTask: ({ id }) => tasks.forget(id),
      imageShares: () => shares.imageShares(),
      async setImageShares(change) {
        const view = await shares.setImageShares(change);
        await news.look();
        return view;
      },
      follow: (follower) => news.follow(follower),
    },
    work: tasks,
    async start() {
      await incoming.prepare();
      stopListening = store.onCommitted((entries) => {
        for (const { kind } of entries) users.note(kind);
        if (entries.some(({ kind }) => revising.has(kind))) news.revised();
      });
    },
    async stop() {
      stopListening?.();
      news.stop();
      await tasks.stop();
    },
  };
}

function listsOf({ store, images, work, clock }: ConsoleImagesParts, users: ReturnType<typeof createImageUsers>) {
  const { read } = store;
  const rows = createImageRows({ read, store: images, users });
  const removal = createImageRemoval({ read, images, users });

  async function usage(): Promise<ImageUsage> {
    const { bytes, quotaBytes, freeBytes } = await images.usage();
    const loose = read.images.looseBlobs(clock.nowMs() - images.graceMs);
    return {
      images: read.images.countListed(),
      usedBytes: bytes,
      quotaBytes,
      freeDiskBytes: freeBytes,
      loose: { blobs: loose.length, bytes: loose.reduce((sum, blob) => sum + blob.bytes, 0) },
    };
  }

  return {
    images: (request) => rows.page(request),
    image: (place) => rows.detail(place),
    usage,
    planRemoval: (request) => removal.plan(request),
    remove: (request) => removal.remove(request),
    async collect() {
      const { blobs, freedBytes } = await images.collect('console');
      return { blobs, freedBytes };
    },
    async setQuota({ quotaBytes }) {
      images.setQuota(quotaBytes, 'console');
      return usage();
    },
    inspect: ({ path }) => work.inspect(path),
    readiness: ({ deploymentIds }) => work.readiness(deploymentIds),
    archive: (what, signal) => work.archive(what, signal),
  } satisfies Partial<ConsoleImages>;
}
