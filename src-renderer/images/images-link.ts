// Keeps the images true to the hub: its news as they come, and the lists read again when the news tell of another revision,
// while somebody looks at them.
import type { ImageNews, ImagePage, ImageRow, ImageUsage } from '#contract/console-image-rows.ts';
import type { ImageReadiness } from '#domain/images/ready-to-leave.ts';
import type { ImagesApi } from '#renderer/link/images-api.ts';
import type { ImagesKnown } from '#renderer/link/images-store.ts';

const resubscribeAfterMs = 1_000;
/** Lists are read so often at most, however much changes. */
const readEveryMs = 1_000;

interface Reads extends Pick<ImagesApi, 'follow'> {
  images(after: string | null): Promise<ImagePage>;
  usage(): Promise<ImageUsage>;
  readiness(): Promise<ImageReadiness>;
}

export interface ImagesLink {
  start(): void;
  stop(): void;
  /** Whether the lists are looked at. */
  watch(isWatched: boolean): void;
}

export function createImagesLink(needs: {
  readonly api: Reads;
  readonly onNews: (news: ImageNews) => void;
  readonly onKnown: (known: ImagesKnown) => void;
  /** Null: all is well again. */
  readonly onFailure: (words: string | null) => void;
  readonly after: (delayMs: number, work: () => void) => void;
}): ImagesLink {
  const { api, after } = needs;
  let stopFollowing: (() => void) | null = null;
  let isStopped = false;
  let isWatched = false;
  let isReading = false;
  let revision: number | null = null;
  let readRevision: number | null = null;

  function follow(): void {
    if (isStopped) return;
    stopFollowing = api.follow({
      onNews(news) {
        revision = news.revision;
        needs.onNews(news);
        refresh();
      },
      onEnd: () => after(resubscribeAfterMs, follow),
    });
  }

  function refresh(): void {
    if (!isWatched || isReading || isStopped || revision === null || revision === readRevision) return;
    isReading = true;
    void read(revision).finally(() => {
      after(readEveryMs, () => {
        isReading = false;
        refresh();
      });
    });
  }

  async function read(asked: number): Promise<void> {
    // A hub that cannot answer is asked again; what was known stays.
    try {
      const [rows, usage, readiness] = await Promise.all([allRows(api), api.usage(), api.readiness()]);
      readRevision = asked;
      needs.onKnown({ rows, usage, readiness });
      needs.onFailure(null);
    } catch (error) {
      needs.onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  return {
    start: follow,
    stop() {
      isStopped = true;
      stopFollowing?.();
    },
    watch(next) {
      isWatched = next;
      refresh();
    },
  };
}

async function allRows(api: Reads): Promise<readonly ImageRow[]> {
  const rows: ImageRow[] = [];
  let after: string | null = null;
  do {
    // Pages follow one another: each starts where the one before ended.
    const page: ImagePage = await api.images(after);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}
