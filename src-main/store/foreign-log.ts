// A database put back from a copy, with the log of the one it replaces still beside it. SQLite would lay that log over the copy,
// and ruin it: the log is moved away first. A copy is known by its header, which says that it never had a log.
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { syncDirectory, type DataFiles } from './data-directory.ts';
import type { DatabaseIdentity } from './database-header.ts';

/** To be called under the hub's lock and before the database is opened. */
export function putForeignLogAside(
  { dir, database, backups }: DataFiles,
  found: DatabaseIdentity | null,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): void {
  const path = `${database}-wal`;
  const status = statSync(path, { throwIfNoEntry: false });
  if (found === null || found.hasLog || status === undefined || status.size === 0) return;
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const movedTo = join(backups, `${basename(path)}-replaced-${clock.nowMs()}`);
  renameSync(path, movedTo);
  rmSync(`${database}-shm`, { force: true });
  for (const changed of [backups, dir]) syncDirectory(changed);
  log.warn({ movedTo }, `${path} belonged to another database than the one that was put here, and was moved away`);
}
