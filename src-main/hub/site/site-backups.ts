// Copies of the database that a person asks for: one at a time, beside the work, listed with those made before a migration.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '#base/clock.ts';
import { refused, unready } from '#base/errors.ts';
import type { BackupList, BackupProgress, BackupRow, UnreadFile } from '#contract/console-site.ts';
import { isMissing, unreadFile } from '#hub/certificates/site-unread.ts';
import type { Store } from '#store/store-types.ts';

const mostKept = 5;
/** The page is told so often at most. */
const tellEveryMs = 200;

export interface SiteBackups {
  list(): Promise<BackupList>;
  /** Resolves when it is on disk and checked. */
  make(): Promise<BackupRow>;
  cancel(): void;
  underWay(): BackupProgress | null;
}

export function createSiteBackups(parts: {
  readonly store: Pick<Store, 'copyTo' | 'change'>;
  readonly dir: string;
  readonly clock: Clock;
  readonly onProgress: () => void;
}): SiteBackups {
  const { store, dir, clock, onProgress } = parts;
  let underWay: (BackupProgress & { readonly stopping: AbortController; readonly toldAtMs: number }) | null = null;

  async function make(): Promise<BackupRow> {
    if (underWay !== null)
      throw unready('backup.busy', 'A copy of the database is being made already: wait for it, or cancel it.');
    const startedAtMs = clock.nowMs();
    const stopping = new AbortController();
    underWay = { step: 'copying', startedAtMs, doneBytes: 0, totalBytes: 0, stopping, toldAtMs: 0 };
    onProgress();
    try {
      const path = await store.copyTo({
        dir,
        fileName: `hub-asked-${stampOf(startedAtMs)}.db`,
        mostKept,
        signal: stopping.signal,
        onProgress(progress) {
          if (underWay === null) return;
          const isDue = progress.step !== underWay.step || clock.monotonicMs() >= underWay.toldAtMs + tellEveryMs;
          underWay = { ...underWay, ...progress, toldAtMs: isDue ? clock.monotonicMs() : underWay.toldAtMs };
          if (isDue) onProgress();
        },
      });
      const row = await rowOf(dir, basename(path));
      if (row === null || 'path' in row)
        throw refused('store.corrupt', `The copy ${path} is gone already: somebody took it away.`);
      const detail = { fileName: row.fileName, bytes: row.bytes };
      store.change((write) => write.journal.append({ kind: 'backup-made', actor: 'console', detail }));
      return row;
    } finally {
      underWay = null;
      onProgress();
    }
  }

  return {
    list: async () => ({ ...(await readBackups(dir)), mostKept }),
    make,
    cancel: () => underWay?.stopping.abort(),
    underWay() {
      if (underWay === null) return null;
      const { step, startedAtMs, doneBytes, totalBytes } = underWay;
      return { step, startedAtMs, doneBytes, totalBytes };
    },
  };
}

/** Of a hub's data folder. */
export function backupsIn(dataDir: string): string {
  return join(dataDir, 'backups');
}

/** Newest first; what cannot be read stands apart, and is never taken for nothing. */
export async function readBackups(dir: string): Promise<Omit<BackupList, 'mostKept'>> {
  try {
    const found = await Promise.all((await readdir(dir)).map((name) => rowOf(dir, name)));
    const rows = found.flatMap((row) => (row === null || 'path' in row ? [] : row));
    const unread = found.flatMap((row) => (row !== null && 'path' in row ? row : []));
    return { rows: rows.toSorted((left, right) => right.madeAtMs - left.madeAtMs), unread };
  } catch (error) {
    // The folder is made with the first copy: before that there are none.
    return { rows: [], unread: isMissing(error) ? [] : [unreadFile('backups', dir, error)] };
  }
}

/** Null for what is no copy of ours, or went meanwhile. */
async function rowOf(dir: string, fileName: string): Promise<BackupRow | UnreadFile | null> {
  const kind = /^hub-(asked-|v\d+-).*\.db$/.exec(fileName)?.[1];
  if (kind === undefined) return null;
  const path = join(dir, fileName);
  try {
    const found = await stat(path);
    if (!found.isFile()) return null;
    const reason = kind === 'asked-' ? 'asked' : 'before-migration';
    return { fileName, bytes: found.size, madeAtMs: Math.round(found.mtimeMs), reason };
  } catch (error) {
    return isMissing(error) ? null : unreadFile('backup', path, error);
  }
}

/** `2026-11-21T16-40-05-123Z`: sorts by time, and every file system takes it. */
function stampOf(atMs: number): string {
  return new Date(atMs).toISOString().replaceAll(/[:.]/g, '-');
}
