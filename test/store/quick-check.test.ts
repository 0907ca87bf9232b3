// The check of every page: right about sound and damaged files, and away from the event loop.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runQuickCheck } from '#store/quick-check.ts';
import { aMemoryStore, aReport, aStoreIn, aTemporaryFolder } from '#test/support/test-store.ts';

function aClosedFile(rows: number): string {
  const dir = aTemporaryFolder();
  const store = aStoreIn(dir);
  store.change((write) => {
    for (let n = 0; n < rows; n += 1) write.journal.append(aReport(n));
  });
  store.close();
  return join(dir, 'hub.db');
}

describe('the quick check', () => {
  it('when the store is open and written to, it says ok', async () => {
    const store = aStoreIn(aTemporaryFolder());
    store.change((write) => write.journal.append(aReport(1)));
    const check = store.checkIntegrity();
    store.change((write) => write.journal.append(aReport(2)));
    expect(await check).toBe('ok');
  });

  it('when a page in the middle was overwritten, it says what is wrong', async () => {
    const path = aClosedFile(2000);
    const bytes = readFileSync(path);
    const page = Math.floor(bytes.length / 4096 / 2) * 4096;
    bytes.fill(0x5a, page, page + 4096);
    writeFileSync(path, bytes);
    const problems = await runQuickCheck(path);
    expect(problems).not.toBe('ok');
    expect(problems.length).toBeGreaterThan(0);
  });

  it('when the file is missing, it rejects', async () => {
    await expect(runQuickCheck(join(aTemporaryFolder(), 'none.db'))).rejects.toThrow();
  });

  it('when the store closes meanwhile, it rejects and the file is free', async () => {
    const dir = aTemporaryFolder();
    const store = aStoreIn(dir);
    const check = store.checkIntegrity();
    store.close();
    await expect(check).rejects.toThrow('ended without a result');
    expect(() => aStoreIn(dir)).not.toThrow();
  });

  it('when the store is in memory, it says ok', async () => {
    expect(await aMemoryStore().checkIntegrity()).toBe('ok');
  });
});
