// One agent per state directory. The lock is an exclusive SQLite transaction on an empty file of its own: the operating
// system frees it when the process ends, however it ends, so no stale lock is left to clean up.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { refused } from '#base/errors.ts';

const sqliteBusy = 5;

/** Returns how to give the lock back. @throws refused `store.locked` */
export async function lockState(dir: string): Promise<() => void> {
  // The state holds keys: nobody else on the device may read it.
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(dir, 'agent.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    // Only this refusal has words of its own; anything else goes on as it is.
    lock.close();
    if (!(error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)) throw error;
    const message = `Another agent is running on ${dir}: stop it, or start this one with another --state-dir.`;
    throw refused('store.locked', message, { subject: dir, cause: error });
  }
  return () => lock.close();
}
