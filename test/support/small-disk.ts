// A disk of two megabytes that can be filled, where this user may mount one.
import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { aTemporaryFolder } from './test-store.ts';

/** Null: who is not root may mount none, and the test says so. */
export function aSmallDisk(): string | null {
  const dir = join(aTemporaryFolder(), 'disk');
  mkdirSync(dir);
  try {
    execFileSync('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    // Not root: the test says so.
    return null;
  }
  onTestFinished(() => void execFileSync('/usr/bin/umount', ['-l', dir]));
  return dir;
}

/** With the file of another program, `other-program`. */
export function fillUp(dir: string): void {
  const { bavail, bsize } = statfsSync(dir);
  writeFileSync(join(dir, 'other-program'), Buffer.alloc(bavail * bsize));
}
