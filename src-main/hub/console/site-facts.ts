// What the status bar shows of the machine and the hub: looked at every few seconds, and only while somebody follows.
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { BackupProgress, ConsoleSite, SiteNews } from '#contract/console-site.ts';
import { readCertificates } from '#hub/certificates/site-certificates.ts';
import { isMissing } from '#hub/certificates/site-unread.ts';
import type { StoreReaders } from '#store/store-types.ts';
import { createLatestNews } from './latest-news.ts';

const lookEveryMs = 10_000;

export interface SiteFacts {
  readonly follow: ConsoleSite['followSite'];
  measure(): Promise<SiteNews>;
  /** Something is otherwise than ten seconds ago. */
  look(): void;
  stop(): void;
}

export interface SiteFactsParts {
  readonly version: string;
  readonly dataDir: string;
  readonly site: () => SiteNews['site'];
  readonly read: Pick<StoreReaders, 'images'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly connections: () => number;
  readonly clockJump: () => SiteNews['clockJump'];
  readonly backup: () => BackupProgress | null;
}

export function createSiteFacts(parts: SiteFactsParts): SiteFacts {
  const { version, dataDir, read, clock, log } = parts;
  const news = createLatestNews<SiteNews>({ onFollowed: look, onLeft: () => cancel?.() });
  let cancel: (() => void) | null = null;
  let isLooking = false;
  let isAskedAgain = false;

  async function measure(): Promise<SiteNews> {
    const [disk, databaseBytes, { certificates }] = await Promise.all([
      diskRoom(dataDir),
      databaseSize(join(dataDir, 'hub.db')),
      readCertificates(dataDir),
    ]);
    return {
      version,
      site: parts.site(),
      disk,
      databaseBytes,
      imageBytes: read.images.usage().bytes,
      connections: parts.connections(),
      clockJump: parts.clockJump(),
      certificateEndsAtMs: certificates.length === 0 ? null : Math.min(...certificates.map(({ endsAtMs }) => endsAtMs)),
      backup: parts.backup(),
    };
  }

  function look(): void {
    if (!news.isFollowed()) return;
    isAskedAgain = isLooking;
    if (isLooking) return;
    isLooking = true;
    cancel?.();
    measure()
      .then((facts) => news.tell(facts))
      .catch((error: unknown) => log.error({ err: error }, 'the facts of the site could not be measured'))
      .finally(() => {
        isLooking = false;
        if (isAskedAgain) look();
        else if (news.isFollowed()) cancel = clock.after(lookEveryMs, look);
      });
  }

  return {
    follow: (follower) => news.follow(follower),
    measure,
    look,
    stop() {
      cancel?.();
      news.stop();
    },
  };
}

export async function diskRoom(dir: string): Promise<SiteNews['disk']> {
  // A share that is gone for a moment has no numbers; the bar says so.
  try {
    const { bavail, blocks, bsize } = await statfs(dir);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}

/** With its log, which is there only while something is in it; null: it cannot be read. */
async function databaseSize(path: string): Promise<number | null> {
  // The bar tells what it does not know, and the rest of it all the same.
  try {
    const [database, log] = await Promise.all([stat(path), sizeIfThere(`${path}-wal`)]);
    return database.size + log;
  } catch {
    return null;
  }
}

async function sizeIfThere(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    // No log is an empty log.
    if (isMissing(error)) return 0;
    throw error;
  }
}
