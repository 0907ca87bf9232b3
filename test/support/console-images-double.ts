// The images of a site that has no registry: rows are put by hand, uploads are counted and become rows. Tasks and news are the real ones.
import type { Clock } from '#base/clock.ts';
import { refused } from '#base/errors.ts';
import type { ConsoleImages } from '#contract/console-images.ts';
import type { ImageFileReport, ImageRow } from '#contract/console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import { type ImageSharesView, usualShareTerms } from '#contract/image-shares.ts';
import { createSystemClock } from '#entry/system-clock.ts';
import { ImageNewsFeed } from '#registry/image-news.ts';
import { ImageTasks, type TaskProgress } from '#registry/image-tasks.ts';

export type ImagesDouble = ReturnType<typeof createImagesDouble>;

export function anImage(change: Partial<ImageRow> = {}): ImageRow {
  return {
    repository: 'docker.io/library/nginx',
    name: 'nginx',
    tags: ['1.27'],
    digest: `sha256:${'a'.repeat(64)}`,
    platforms: ['linux/amd64'],
    absentPlatforms: [],
    bytes: 71_000_000,
    sharedBytes: 0,
    origin: { kind: 'file', from: 'nginx.tar', atMs: Date.now() - 3_600_000 },
    soundness: 'verified',
    deployments: [],
    deploymentCount: 0,
    devices: [],
    deviceCount: 0,
    ...change,
  };
}

export const noShares: ImageSharesView = {
  terms: usualShareTerms,
  pulls: [],
  waiting: 0,
  sending: 0,
  bytesPerSecond: 0,
  sentBytes: 0,
  leftToSiblings: { blobs: 0, bytes: 0 },
  siblings: [],
};

export function createImagesDouble(clock: Clock = createSystemClock()) {
  const kept = {
    rows: [] as ImageRow[],
    quotaBytes: null as number | null,
    readiness: { isReady: true, deployments: [], missing: [] } as ImageReadiness,
    shares: noShares,
    report: { format: 'docker-archive', images: [], warnings: [] } as ImageFileReport,
    loose: { blobs: 0, bytes: 0 },
    /** What a fetch, an import from a path or an export does. */
    work: async (_progress: TaskProgress, _subject: string): Promise<{ readonly images: readonly string[] }> => ({
      images: [],
    }),
    /** What an upload that came whole does. */
    arrived: (_name: string): readonly string[] => [],
  };
  const tasks = new ImageTasks({ clock, onBroken: (error) => console.error(error) });
  const news = new ImageNewsFeed({
    clock,
    images: () => kept.rows.length,
    tasks: () => tasks.rows,
    shares: async () => kept.shares,
  });
  tasks.onChange(() => news.moved());
  const rowOf = (repository: string, digest: string) =>
    kept.rows.find((row) => row.repository === repository && row.digest === digest);
  const usage = async () => ({
    images: kept.rows.length,
    usedBytes: kept.rows.reduce((sum, { bytes }) => sum + bytes, 0),
    quotaBytes: kept.quotaBytes,
    freeDiskBytes: 120_000_000_000,
    loose: kept.loose,
  });
  const revised = async (ended: Promise<void>) => {
    await ended;
    news.revised();
  };
  const begin = (kind: 'import' | 'fetch' | 'export', subject: string) => {
    const { taskId, ended } = tasks.begin({ kind, subject, work: (progress) => kept.work(progress, subject) });
    void revised(ended);
    return { taskId };
  };
  const planRemoval: ConsoleImages['planRemoval'] = async ({ repository, digest, tag }) => {
    const row = rowOf(repository, digest);
    if (row === undefined) throw refused('request.unknown', 'There is no such image.');
    const { deployments, deploymentCount, devices, deviceCount } = row;
    const tags = tag === null ? row.tags : [tag];
    return { deployments, deploymentCount, devices, deviceCount, tags, freedBytes: row.bytes - row.sharedBytes };
  };

  const images: { -readonly [Name in keyof ConsoleImages]: ConsoleImages[Name] } = {
    images: async () => ({ rows: kept.rows, next: null }),
    async image({ repository, digest }) {
      const row = rowOf(repository, digest);
      if (row === undefined) return null;
      const layers = [40_000_000, 22_000_000, 9_000_000].map((bytes, at) => ({
        digest: `sha256:${String(at).repeat(64)}`,
        bytes,
        soundness: at === 1 ? row.soundness : ('verified' as const),
      }));
      return {
        row,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        platforms: row.platforms.map((platform) => ({ platform, digest, bytes: row.bytes, layers })),
        referrers: [{ digest, type: 'application/vnd.dev.cosign.artifact.sig.v1+json', bytes: 1_234 }],
      };
    },
    usage,
    planRemoval,
    async remove(request) {
      const plan = await planRemoval(request);
      kept.rows = kept.rows.filter((row) => row !== rowOf(request.repository, request.digest));
      news.revised();
      return plan;
    },
    async collect() {
      const { blobs, bytes } = kept.loose;
      kept.loose = { blobs: 0, bytes: 0 };
      news.revised();
      return { blobs, freedBytes: bytes };
    },
    async setQuota({ quotaBytes }) {
      kept.quotaBytes = quotaBytes;
      news.revised();
      return usage();
    },
    inspect: async () => kept.report,
    importPath: ({ path }) => begin('import', path),
    async upload({ name, bytes, source }, signal) {
      const { taskId, ended } = tasks.begin({
        kind: 'import',
        subject: name,
        async work(progress) {
          signal.addEventListener('abort', () => tasks.cancel(taskId));
          progress.step('reading the file');
          let done = 0;
          for await (const chunk of source) {
            done += chunk.byteLength;
            progress.bytes(done, bytes);
            progress.signal.throwIfAborted();
          }
          return { images: kept.arrived(name) };
        },
      });
      void revised(ended);
      await ended;
      return { taskId };
    },
    fetch: ({ image }) => begin('fetch', image),
    fetchMissing: () => begin('fetch', 'what is missing'),
    readiness: async () => kept.readiness,
    exportPath: ({ path }) => begin('export', path),
    archive: () => ({ fileName: 'images.tar', tar: (async function* () {})() }),
    cancelTask: ({ id }) => tasks.cancel(id),
    forgetTask: ({ id }) => tasks.forget(id),
    imageShares: async () => kept.shares,
    async setImageShares(change) {
      kept.shares = { ...kept.shares, terms: { ...kept.shares.terms, ...change } as ImageSharesView['terms'] };
      await news.look();
      return kept.shares;
    },
    follow: (follower) => news.follow(follower),
  };
  return { images, kept, news, tasks };
}
