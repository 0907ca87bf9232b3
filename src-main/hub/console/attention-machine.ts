// What the machine itself runs out of: room on the disk, and time of the certificates; and what of the site's own files it cannot read.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { AttentionItem, CertificateRow } from '#contract/console-site.ts';
import { readCertificates } from '#hub/certificates/site-certificates.ts';
import { backupsIn, readBackups } from '#hub/site/site-backups.ts';
import { diskRoom } from './site-facts.ts';

/** The smaller of the two: an image more, or a small disk's twentieth. */
const lowDiskBytes = 2_000_000_000;
const lowDiskShare = 0.05;

export interface AttentionMachine {
  /** One look at a time: who asks meanwhile gets the one under way. */
  measure(): Promise<void>;
  /** As they were measured last. */
  items(): readonly AttentionItem[];
}

export function createAttentionMachine(parts: {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}): AttentionMachine {
  const { dataDir, clock, log } = parts;
  let items: readonly AttentionItem[] = [];
  let lowSinceMs: number | null = null;
  let unreadSinceMs: ReadonlyMap<string, number> = new Map();

  async function ofFiles(nowMs: number): Promise<readonly AttentionItem[]> {
    const [{ certificates, unread }, backups] = await Promise.all([
      readCertificates(dataDir),
      readBackups(backupsIn(dataDir)),
    ]);
    // What is not there at all is told where it would stand: in the settings.
    const there = [...unread, ...backups.unread].filter(({ isMissing }) => !isMissing);
    unreadSinceMs = new Map(there.map(({ path }) => [path, unreadSinceMs.get(path) ?? nowMs]));
    const unreadItems = there.map((file): AttentionItem => ({
      key: `unread ${file.path}`,
      level: 'warning',
      sinceMs: unreadSinceMs.get(file.path) ?? null,
      matter: { kind: 'file-unread', ...file },
    }));
    return [...unreadItems, ...endingItems(certificates, nowMs)];
  }

  async function lowDisk(nowMs: number): Promise<readonly AttentionItem[]> {
    const disk = await diskRoom(dataDir);
    const isLow = disk !== null && disk.freeBytes < Math.min(lowDiskBytes, disk.totalBytes * lowDiskShare);
    lowSinceMs = isLow ? (lowSinceMs ?? nowMs) : null;
    return isLow
      ? [{ key: 'disk-low', level: 'urgent', sinceMs: lowSinceMs, matter: { kind: 'disk-low', ...disk } }]
      : [];
  }

  async function look(): Promise<void> {
    // Nobody waits for this: a file system that answers with an error says so in the log.
    try {
      const nowMs = clock.nowMs();
      items = (await Promise.all([lowDisk(nowMs), ofFiles(nowMs)])).flat();
    } catch (error) {
      log.error({ err: error }, 'the machine could not be looked at');
    }
  }

  let underway: Promise<void> | null = null;
  return {
    items: () => items,
    measure() {
      // A slow disk answers one look after the next was due: the older answer must not come over the newer, and with it since when.
      underway ??= look().finally(() => {
        underway = null;
      });
      return underway;
    },
  };
}

function endingItems(certificates: readonly CertificateRow[], nowMs: number): readonly AttentionItem[] {
  return certificates
    .filter(({ endsAtMs, warnBeforeMs }) => endsAtMs - nowMs < warnBeforeMs)
    .map(({ purpose, endsAtMs, warnBeforeMs }) => ({
      key: `ending ${purpose}`,
      level: endsAtMs < nowMs ? 'urgent' : 'warning',
      sinceMs: endsAtMs - warnBeforeMs,
      matter: { kind: 'certificate-ending', purpose, endsAtMs },
    }));
}
