// Full disk: whoever asked is told `store.full`, nothing half-written stays, and the store goes on once there is room.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBodyMeter } from '#store/body-meter.ts';
import { createCommitQueue } from '#store/commit-queue.ts';
import { readJournal, writeJournal } from '#store/journal.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import type { Store, StoreWriters } from '#store/store-types.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aSmallDisk, fillUp } from '#test/support/small-disk.ts';
import { aMigratedDatabase, aReport, aReportedFold, aStoreIn, putDevice, silentLog } from '#test/support/test-store.ts';

const full = { kind: 'unready', code: 'store.full' };
const bulk = 'x'.repeat(20_000);

function appendBulk(write: StoreWriters): number {
  return write.journal.append({ ...aReport(0), detail: { bulk } }).seq;
}

async function appendUntilRefused(store: Store): Promise<{ readonly acknowledged: number; readonly reason: unknown }> {
  for (let acknowledged = 0; ;) {
    const outcomes = await Promise.allSettled([store.changeSoon(appendBulk), store.changeSoon(appendBulk)]);
    const [refused] = outcomes.filter((outcome) => outcome.status === 'rejected');
    acknowledged += outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
    if (refused !== undefined) return { acknowledged, reason: refused.reason };
  }
}

describe('full disk', () => {
  it('when the disk fills, the group is refused whole, and once there is room the store goes on', async (test) => {
    const dir = aSmallDisk();
    if (dir === null) return test.skip('mounting a small disk needs root');
    const store = aStoreIn(join(dir, 'data'));
    putDevice(store);
    fillUp(dir);
    const { acknowledged, reason } = await appendUntilRefused(store);
    expect(reason).toMatchObject(full);
    expect(() => store.change(appendBulk)).toThrow(expect.objectContaining(full));
    expect(store.read.journal.lastSeq()).toBe(acknowledged);
    expect(store.read.devices.count()).toBe(1);

    rmSync(join(dir, 'other-program'));
    expect(await store.changeSoon(appendBulk)).toBe(acknowledged + 1);
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
    store.close();
    const again = aStoreIn(join(dir, 'data'));
    expect(again.read.journal.lastSeq()).toBe(acknowledged + 1);
    expect(await again.checkIntegrity()).toBe('ok');
  });

  it('when SQLite finds no page within a change, its neighbours are refused with it and nothing of them stays', async () => {
    const db = aMigratedDatabase();
    const journal = writeJournal(db, createFakeClock());
    const writers = { journal } as unknown as StoreWriters;
    const documents = createSharedDocuments(db);
    const parts = { documents, bodies: createBodyMeter(), clock: createFakeClock(), log: silentLog };
    const queue = createCommitQueue({ db, writers, journal, reports: aReportedFold(db), ...parts });
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 8}`);
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => queue.changeSoon(appendBulk)));
    expect(outcomes).toEqual(
      Array.from({ length: 10 }, () => ({ status: 'rejected', reason: expect.objectContaining(full) })),
    );
    expect(readJournal(db).lastSeq()).toBe(0);

    db.pragma('max_page_count = 10000');
    expect(await queue.changeSoon(appendBulk)).toBe(1);
    expect(await readJournal(db).findBrokenSeq()).toBeNull();
  });
});
