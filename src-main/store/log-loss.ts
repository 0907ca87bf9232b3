// A damaged write-ahead log at the start: the hub goes on with what can be read, says what is lost, and keeps the damaged file,
// because SQLite begins a new one in its place.
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import { syncDirectory, syncFile, type DataFiles } from './data-directory.ts';
import { findLogDamage, type LogDamage } from './log-damage.ts';
import type { Store } from './store-types.ts';

/** To be called before the database is opened. Null: the log is sound. */
export function keepDamagedLog(files: DataFiles, { clock, log }: { clock: Clock; log: Logger }): LogDamage | null {
  const path = `${files.database}-wal`;
  const damage = findLogDamage(path);
  if (damage === null) return null;
  mkdirSync(files.backups, { recursive: true, mode: 0o700 });
  const copy = join(files.backups, `${basename(path)}-damaged-${clock.nowMs()}`);
  copyFileSync(path, copy);
  syncFile(copy);
  syncDirectory(files.backups);
  const count = damage.changes === null ? 'the newest' : `the newest ${damage.changes}`;
  log.error(
    { ...damage, copy },
    `${count} changes that were on disk are lost, because ${path} is damaged; the hub goes on with what is before them`,
  );
  return damage;
}

export function tellLoss(store: Pick<Store, 'change'>, { page, changes }: LogDamage): void {
  store.change((write) => write.journal.append({ kind: 'changes-lost', actor: 'hub', detail: { page, changes } }));
}
