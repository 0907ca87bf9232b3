// A whole copy of the database beside it. Its final name appears only once every byte of it is on disk.
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
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
  removeOld(dir, path);
  syncDirectory(dir);
  return path;
}

/** Each is as large as the database: only the newest are kept. What others put into the folder stays. */
function removeOld(dir: string, newest: string): void {
  const old = readdirSync(dir)
    .filter((name) => /^hub-.*\.db$/.test(name) && join(dir, name) !== newest)
    .map((name) => ({ path: join(dir, name), madeAtMs: statSync(join(dir, name)).mtimeMs }))
    .toSorted((left, right) => right.madeAtMs - left.madeAtMs);
  for (const { path } of old.slice(mostKept - 1)) rmSync(path, { force: true });
}
