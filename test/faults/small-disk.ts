// A disk of a few megabytes, or one that cannot be written: only root on Linux can make them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  remove(): void;
}

/** Why no disk can be mounted here, or null. */
export function whyNoMounts(): string | null {
  if (process.platform !== 'linux') return 'only Linux has tmpfs';
  if (process.getuid?.() !== 0) return 'only root can mount a disk';
  try {
    mountDisk('size=1m').remove();
    return null;
  } catch (error) {
    // In a container root may still not mount: the test is skipped, and says so.
    return `mount is refused: ${error instanceof Error ? error.message.split('\n').at(-1) : String(error)}`;
  }
}

/** @param options of tmpfs: `size=4m`, `ro` */
export function mountDisk(options: string): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir], { stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    // Only to leave no empty folder behind.
    rmSync(dir, { recursive: true });
    throw error;
  }
  return {
    dir,
    remove() {
      execFileSync('umount', ['-l', dir]);
      rmSync(dir, { recursive: true });
    },
  };
}
