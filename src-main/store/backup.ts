// A whole copy of the database beside it. Its final name appears only once every byte of it is on disk.
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeOldCopies } from './backup-copy.ts';
import type { Connection } from './connection.ts';
import { syncDirectory, syncFile } from './data-directory.ts';

const mostKept = 3;

/** Returns the path of the copy. `label` becomes part of its name. */
export function backUp(db: Connection, { dir, label }: { readonly dir: string; readonly label: string }): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, `hub-${label}.db`);
  const partial = `${path}.part`;
  try {
    rmSync(partial, { force: true });
    // VACUUM INTO accepts an empty file, and so the copy is private from its first byte.
    closeSync(openSync(partial, 'wx', 0o600));
    db.prepare('VACUUM INTO ?').run(partial);
    syncFile(partial);
    renameSync(partial, path);
  } finally {
    rmSync(partial, { force: true });
  }
  // Each is as large as the database: only the newest are kept.
  removeOldCopies(dir, /^hub-v\d+-.*\.db$/, mostKept);
  syncDirectory(dir);
  return path;
}
