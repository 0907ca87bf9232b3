// What the machine itself runs out of: room on the disk, and time of the certificates.
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { AttentionItem } from '#contract/console-site.ts';
import { readCertificates } from '../certificates/site-certificates.ts';
import { diskRoom } from './site-facts.ts';

/** The smaller of the two: an image more, or a small disk's twentieth. */
const lowDiskBytes = 2_000_000_000;
const lowDiskShare = 0.05;

export interface AttentionMachine {
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

  async function ending(nowMs: number): Promise<readonly AttentionItem[]> {
    const certificates = await readCertificates(dataDir);
    return certificates
      .filter(({ endsAtMs, warnBeforeMs }) => endsAtMs - nowMs < warnBeforeMs)
      .map(({ purpose, endsAtMs, warnBeforeMs }) => ({
        key: `ending ${purpose}`,
        level: endsAtMs < nowMs ? 'urgent' : 'warning',
        sinceMs: endsAtMs - warnBeforeMs,
        matter: { kind: 'certificate-ending', purpose, endsAtMs },
      }));
  }

  async function lowDisk(nowMs: number): Promise<readonly AttentionItem[]> {
    const disk = await diskRoom(dataDir);
    const isLow = disk !== null && disk.freeBytes < Math.min(lowDiskBytes, disk.totalBytes * lowDiskShare);
    lowSinceMs = isLow ? (lowSinceMs ?? nowMs) : null;
    return isLow
      ? [{ key: 'disk-low', level: 'urgent', sinceMs: lowSinceMs, matter: { kind: 'disk-low', ...disk } }]
      : [];
  }

  return {
    items: () => items,
    async measure() {
      // Nobody waits for this: a file system that answers with an error says so in the log.
      try {
        const nowMs = clock.nowMs();
        items = (await Promise.all([lowDisk(nowMs), ending(nowMs)])).flat();
      } catch (error) {
        log.error({ err: error }, 'the machine could not be looked at');
      }
    },
  };
}
