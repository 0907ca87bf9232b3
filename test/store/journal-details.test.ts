// Details that a fleet has in common are kept once; nobody who reads the journal can tell, and the chain covers them as it does others.
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { JsonObject } from '#base/json.ts';
import type { Connection } from '#store/connection.ts';
import { isHeadSound } from '#store/journal-chain.ts';
import { readJournalSearch } from '#store/journal-search.ts';
import { readJournal, writeJournal } from '#store/journal.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import { createTransactions } from '#store/transactions.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import { aMemoryStore, aMigratedDatabase, aReportedFold } from '#test/support/test-store.ts';

/** As long as that of a new revision is: a short one is not worth sharing. */
const aDetail = (image: string): JsonObject => ({ revision: 2, desired: [{ image, createOptions: 'x'.repeat(300) }] });
const shared = (image: string): JsonObject => Object.freeze(aDetail(image));
const given = (number: number, detail: JsonObject) =>
  ({ kind: 'configuration-changed', actor: 'hub', deviceId: `device-${number}` as DeviceId, detail }) as const;

/** Five devices were given the same, and one something else. */
function aJournal(detail = shared('camera:1')): Connection {
  const db = aMigratedDatabase();
  const journal = writeJournal(db, createFakeClock());
  createTransactions(db, { journal, reports: aReportedFold(db), documents: createSharedDocuments(db) }).whole(() => {
    for (let number = 1; number <= 5; number += 1) journal.append(given(number, detail));
    journal.append(given(6, shared('camera:2')));
  });
  return db;
}

const kept = (db: Connection): unknown => db.prepare('SELECT count(*) FROM journal_details').pluck().get();
const inRows = (db: Connection): unknown =>
  db.prepare(`SELECT count(*) FROM journal WHERE detail LIKE '%camera%'`).pluck().get();

describe('details that rows have in common', () => {
  it('when many rows have one, all but the first refer to it, and each reads as it was told', () => {
    const db = aJournal();
    expect([kept(db), inRows(db)]).toEqual([1, 2]);
    const details = readJournal(db)
      .list({ limit: 9 })
      .map(({ detail }) => detail);
    expect(details).toEqual([...Array.from({ length: 5 }, () => aDetail('camera:1')), aDetail('camera:2')]);
    expect(readJournal(db).ofDevice('device-3' as DeviceId, 9)).toMatchObject([{ detail: aDetail('camera:1') }]);
  });

  it('when it is short or may change, each row has its own', () => {
    expect(kept(aJournal(Object.freeze({ image: 'camera:1' })))).toBe(0);
    expect(kept(aJournal(aDetail('camera:1')))).toBe(0);
  });

  it('when words of it are looked for, all its rows are found, with its length', () => {
    const search = { deviceId: null, deploymentId: null, kinds: [], actors: [], fromMs: null, toMs: null };
    const found = readJournalSearch(aJournal()).look({ ...search, words: ['camera:1'] }, { before: null, limit: 9 });
    const detail = aDetail('camera:1');
    const detailBytes = JSON.stringify(detail).length;
    expect(found.rows.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1]);
    expect(found.rows).toMatchObject(Array.from({ length: 5 }, () => ({ detail, detailBytes })));
  });

  it('when the change that kept it is undone, the next keeps it again, and the chain holds', async () => {
    const store = aMemoryStore();
    const detail = shared('camera:1');
    const give = (): void =>
      store.change((write) => {
        for (const number of [1, 2, 3]) write.journal.append(given(number, detail));
      });
    const failing = (): void =>
      store.change((write) => {
        for (const number of [1, 2, 3]) write.journal.append(given(number, detail));
        throw new Error('undone');
      });
    expect(failing).toThrow('undone');
    give();
    expect(store.read.journal.list({ limit: 9 }).map((entry) => entry.detail)).toEqual([detail, detail, detail]);
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
  });

  it('when a part of a change is undone, what it kept is kept again by the next part', async () => {
    const store = aMemoryStore();
    const detail = shared('camera:1');
    const give = (fails: boolean): Promise<void> =>
      store.changeSoon((write) => {
        for (const number of [1, 2, 3]) write.journal.append(given(number, detail));
        if (fails) throw new Error('undone');
      });
    const undone = give(true);
    const done = give(false);
    await expect(undone).rejects.toThrow('undone');
    await done;
    expect(store.read.journal.list({ limit: 9 }).map((entry) => entry.detail)).toEqual([detail, detail, detail]);
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
  });
});

describe('the chain over details that rows have in common', () => {
  it('when nobody touched them, it holds', async () => {
    const db = aJournal();
    expect(await readJournal(db).findBrokenSeq()).toBeNull();
    expect(isHeadSound(db)).toBe(true);
  });

  it.each([
    ['is edited', `UPDATE journal_details SET detail = '{"revision":3}'`],
    ['is deleted', 'DELETE FROM journal_details'],
    ['is put under another reference', `UPDATE journal_details SET reference = '"${'0'.repeat(64)}"'`],
    ['is turned into that of a row', 'UPDATE journal SET detail = (SELECT detail FROM journal_details) WHERE seq = 2'],
  ])('when one %s, it names the first row that referred to it', async (_attack, sql) => {
    const db = aJournal();
    for (const table of ['journal', 'journal_details'])
      db.exec(`DROP TRIGGER ${table}_never_updated; DROP TRIGGER ${table}_never_deleted`);
    db.exec(sql);
    expect(await readJournal(db).findBrokenSeq()).toBe(2);
  });

  it('when that of the last row is edited, the head does not fit', () => {
    const db = aJournal();
    db.exec(`DROP TRIGGER journal_never_updated; DROP TRIGGER journal_never_deleted;
      DROP TRIGGER journal_details_never_updated; DELETE FROM journal WHERE seq = 6`);
    expect(isHeadSound(db)).toBe(true);
    db.exec(`UPDATE journal_details SET detail = '{}'`);
    expect(isHeadSound(db)).toBe(false);
  });

  it.each([`UPDATE journal_details SET detail = '{}'`, 'DELETE FROM journal_details'])(
    'when %s is tried, it is refused',
    (sql) => {
      expect(() => aJournal().exec(sql)).toThrow('the journal is append-only');
    },
  );
});
