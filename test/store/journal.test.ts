// The journal: numbers without gaps, a chain that shows what was changed behind its back, listings by device.
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '#base/ids.ts';
import type { Connection } from '#store/connection.ts';
import { isHeadSound } from '#store/journal-chain.ts';
import { chainHash, chainStart } from '#store/journal-hash.ts';
import { readJournal, writeJournal } from '#store/journal.ts';
import { createSharedDocuments } from '#store/shared-documents.ts';
import { createTransactions } from '#store/transactions.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import {
  aMemoryStore,
  aMigratedDatabase,
  aReport,
  aReportedFold,
  aStoreIn,
  aTemporaryFolder,
} from '#test/support/test-store.ts';

const one = 'device-1' as DeviceId;
const two = 'device-2' as DeviceId;

function aJournalOf(rows: number): Connection {
  const db = aMigratedDatabase();
  const journal = writeJournal(db, createFakeClock());
  createTransactions(db, { journal, reports: aReportedFold(db), documents: createSharedDocuments(db) }).whole(() => {
    for (let n = 1; n <= rows; n += 1) journal.append(aReport(n));
  });
  return db;
}

function withoutTriggers(db: Connection): Connection {
  db.exec('DROP TRIGGER journal_never_updated; DROP TRIGGER journal_never_deleted');
  return db;
}

describe('the chain', () => {
  it('when nobody touched it, it holds', async () => {
    const db = aJournalOf(20);
    expect(await readJournal(db).findBrokenSeq()).toBeNull();
    expect(isHeadSound(db)).toBe(true);
  });

  it('when it is empty, it holds', async () => {
    const db = aJournalOf(0);
    expect(await readJournal(db).findBrokenSeq()).toBeNull();
    expect(isHeadSound(db)).toBe(true);
  });

  it.each([
    ['a detail is edited', `UPDATE journal SET detail = '{"n":70}' WHERE seq = 7`, 7],
    ['a time is edited', 'UPDATE journal SET at_ms = at_ms + 1 WHERE seq = 1', 1],
    ['an actor is edited', `UPDATE journal SET actor = 'console' WHERE seq = 20`, 20],
    ['a device is taken off a row', 'UPDATE journal SET device_id = NULL WHERE seq = 5', 5],
    [
      'a device moves into the module column',
      'UPDATE journal SET device_id = NULL, module_id = device_id WHERE seq = 5',
      5,
    ],
    ['a hash is edited', 'UPDATE journal SET hash = zeroblob(32) WHERE seq = 12', 12],
    ['the first row is deleted', 'DELETE FROM journal WHERE seq = 1', 1],
    ['a row in the middle is deleted', 'DELETE FROM journal WHERE seq = 9', 9],
    ['a stretch in the middle is cut out', 'DELETE FROM journal WHERE seq BETWEEN 9 AND 15', 9],
    [
      'the rows after a deleted one move up',
      'DELETE FROM journal WHERE seq = 9; UPDATE journal SET seq = seq - 1 WHERE seq > 9',
      9,
    ],
    [
      'two rows change places',
      'UPDATE journal SET seq = 0 WHERE seq = 4; UPDATE journal SET seq = 4 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 0',
      4,
    ],
  ])('when %s, it names the first row that does not fit', async (_attack, sql, broken) => {
    const db = withoutTriggers(aJournalOf(20));
    db.exec(sql);
    expect(await readJournal(db).findBrokenSeq()).toBe(broken);
  });

  it('when a row is rewritten with a fitting hash of its own, the next row shows it', async () => {
    const db = withoutTriggers(aJournalOf(20));
    const forger = aJournalOf(6);
    const forged = forger.prepare('SELECT hash FROM journal WHERE seq = 6').pluck().get();
    db.prepare('UPDATE journal SET hash = ?, detail = ? WHERE seq = 7').run(forged, '{"n":0}');
    expect(await readJournal(db).findBrokenSeq()).toBe(7);
  });

  it('when the last row is edited, the head does not fit', () => {
    const db = withoutTriggers(aJournalOf(20));
    db.exec(`UPDATE journal SET detail = '{}' WHERE seq = 20`);
    expect(isHeadSound(db)).toBe(false);
  });
});

describe('the journal as a table', () => {
  it.each([
    ['an update', `UPDATE journal SET detail = '{}' WHERE seq = 1`],
    ['a delete', 'DELETE FROM journal WHERE seq = 1'],
  ])('when %s is tried, it is refused', (_attempt, sql) => {
    expect(() => aJournalOf(1).exec(sql)).toThrow('the journal is append-only');
  });
});

describe('appending', () => {
  it('when a change is rolled back, its numbers are given again and the chain holds', async () => {
    const store = aMemoryStore();
    store.change((write) => write.journal.append(aReport(1)));
    expect(() =>
      store.change((write) => {
        write.journal.append(aReport(2));
        throw new Error('no');
      }),
    ).toThrow('no');
    const entry = store.change((write) => write.journal.append(aReport(3)));
    expect(entry.seq).toBe(2);
    expect(store.read.journal.list({ limit: 10 }).map(({ detail }) => detail)).toEqual([{ n: 1 }, { n: 3 }]);
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
  });

  it('when writers are kept past their change, they are refused', () => {
    const store = aMemoryStore();
    const kept = store.change((write) => write);
    expect(() => kept.journal.append(aReport(1))).toThrow('outside a change');
    expect(store.read.journal.lastSeq()).toBe(0);
  });

  it('when the store is opened again, it goes on where it stood', async () => {
    const dir = aTemporaryFolder();
    const first = aStoreIn(dir);
    first.change((write) => write.journal.append(aReport(1)));
    first.close();
    const second = aStoreIn(dir);
    expect(second.change((write) => write.journal.append(aReport(2))).seq).toBe(2);
    expect(await second.read.journal.findBrokenSeq()).toBeNull();
  });

  it('when a detail holds odd keys and texts, it comes back as it was and the chain holds', async () => {
    const store = aMemoryStore();
    const detail = JSON.parse('{"__proto__":{"x":1},"é\\u2028\\ud800":"\\u0000","n":[null,1e21,-0.5]}');
    store.change((write) => write.journal.append({ kind: 'hub-started', actor: 'hub', detail }));
    const [entry] = store.read.journal.list({ limit: 1 });
    expect(JSON.stringify(entry?.detail)).toBe(JSON.stringify(detail));
    expect(await store.read.journal.findBrokenSeq()).toBeNull();
  });
});

describe('looking through the chain', () => {
  it('when it is long, others have their turn in between, and a wrong row is found wherever it is', async () => {
    const db = aMigratedDatabase();
    const insert = db.prepare("INSERT INTO journal VALUES (?, 1, 'hub-started', 'hub', NULL, NULL, NULL, '{}', ?)");
    let previous = chainStart;
    const row = { at_ms: 1, kind: 'hub-started', actor: 'hub', detail: '{}' };
    const nobody = { device_id: null, module_id: null, deployment_id: null };
    for (let seq = 1; seq <= 3500; seq++) {
      previous = chainHash(previous, { seq, ...row, ...nobody });
      insert.run(seq, Buffer.from(previous, 'hex'));
    }
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    expect(await readJournal(db).findBrokenSeq()).toBeNull();
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(2);
    insert.run(3501, Buffer.alloc(32));
    expect(await readJournal(db).findBrokenSeq()).toBe(3501);
  });
});

describe('listing', () => {
  it('when pages are read one after the other, they hold every row once, ascending', () => {
    const journal = readJournal(aJournalOf(25));
    const seen: number[] = [];
    for (let after = 0; ;) {
      const page = journal.list({ after, limit: 10 });
      seen.push(...page.map(({ seq }) => seq));
      after = page.at(-1)?.seq ?? 0;
      if (page.length < 10) break;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it('when one device is asked for across many stretches of the index, it lists its rows, newest first', () => {
    const store = aMemoryStore();
    store.change((write) => {
      for (let n = 1; n <= 1500; n += 1) write.journal.append(aReport(n, n % 300 === 0 ? two : one));
      write.journal.append({ kind: 'tags-changed', actor: 'service', deviceId: two });
    });
    expect(store.read.journal.ofDevice(two, 4).map(({ seq }) => seq)).toEqual([1501, 1500, 1200, 900]);
    expect(store.read.journal.ofDevice(two, 9, ['tags-changed']).map(({ seq }) => seq)).toEqual([1501]);
    expect(store.read.journal.ofDevice(two, 9, ['reported-changed']).map(({ seq }) => seq)).toEqual([
      1500, 1200, 900, 600, 300,
    ]);
    expect(store.read.journal.ofDevice('device-3' as DeviceId, 9)).toEqual([]);
  });

  it.each([2 ** 31, 2 ** 32, 2 ** 40 + 1])(
    'when numbers go beyond %d, those of a device are found as before',
    (first) => {
      const db = aMigratedDatabase();
      const insert = db.prepare(
        "INSERT INTO journal VALUES (?, 1, 'tags-changed', 'hub', ?, NULL, NULL, '{}', zeroblob(32))",
      );
      const seqs = [first - 1, first, first + 2000, first + 2001];
      for (const seq of seqs) insert.run(seq, one);
      const journal = readJournal(db);
      const found = (limit: number, afterSeq: number) =>
        journal.ofDevice(one, limit, ['tags-changed'], afterSeq).map(({ seq }) => seq - first);
      expect(found(10, first - 1)).toEqual([2001, 2000, 0]);
      expect(found(10, first + 2000)).toEqual([2001]);
      expect(found(4, first - 5000)).toEqual([2001, 2000, 0, -1]);
    },
  );
});
