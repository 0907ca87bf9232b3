// A folder as text, one line per entry: path, mode and the hash of its bytes. Two equal snapshots: nothing was touched.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function snapshotOf(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const path = join(dir, name);
      const status = lstatSync(path);
      const bytes = status.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'folder';
      return `${name} ${(status.mode & 0o777).toString(8)} ${bytes}`;
    });
}
