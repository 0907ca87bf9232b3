// Finding rows of the journal: what fits, in which order, and that a look stays small however long the journal is.
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { DeploymentId, DeviceId } from '#base/ids.ts';
import type { Actor, JournalEntry, JournalKind } from '#domain/records/journal-event.ts';
import { fitsSearch, type JournalSearch } from '#domain/journal/journal-search.ts';
import { connect } from '#store/connection.ts';
import {
  deploymentCandidatesSql,
  deviceCandidatesSql,
  fittingSql,
  kindCandidatesSql,
  readJournalSearch,
  timesOfStretchSql,
} from '#store/journal-search.ts';
import { migrate, migrations } from '#store/migrations.ts';
import { aMemoryStore, aMigratedDatabase, queryPlan } from '#test/support/test-store.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';
import type { Connection } from '#store/connection.ts';

const everything: JournalSearch = {
  fromMs: null,
  toMs: null,
  kinds: [],
  actors: [],
  deviceId: null,
  deploymentId: null,
  words: [],
};

/** Looks until there is nothing more; with how many looks it took. */
function findAll(db: Connection, search: Partial<JournalSearch>, limit = 50) {
  const readers = readJournalSearch(db);
  const seqs: number[] = [];
  let looks = 0;
  let before: number | null = null;
  do {
    const page = readers.look({ ...everything, ...search }, { before, limit });
    seqs.push(...page.rows.map(({ seq }) => seq));
    before = page.next;
    looks += 1;
  } while (before !== null);
  return { seqs, looks };
}

const kinds: readonly JournalKind[] = [
  'reported-changed',
  'device-connected',
  'tags-changed',
  'rollout-sent',
  'hub-started',
];
const actors: readonly Actor[] = ['device', 'console', 'service', 'hub'];

/** A minute passes between two rows. */
function fill(db: Connection, rows: number): void {
  db.prepare(
    `WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ${rows})
     INSERT INTO journal SELECT seq, seq * 60000,
       CASE WHEN seq % 50000 = 7 THEN 'hub-started' WHEN seq % 100 = 3 THEN 'tags-changed' WHEN seq % 100 = 4 THEN 'rollout-sent'
         WHEN seq % 10 = 1 THEN 'device-connected' ELSE 'reported-changed' END,
       CASE WHEN seq % 100 = 3 THEN 'console' WHEN seq % 100 = 4 THEN 'hub' ELSE 'device' END,
       'device-' || (seq % 200), NULL, CASE WHEN seq % 100 = 4 THEN 'line-' || (seq % 3) END,
       '{"patch":{"n":' || seq || '},"version":' || seq || '}', zeroblob(32) FROM n`,
  ).run();
}

const hourAt = (n: number) => 1_000_000_000 + n * 3_600_000;

describe('over a random journal', () => {
  it('when anything is looked for, the same rows are found as by looking at every one', () => {
    const jumps = new Set([1_500, 2_500]);
    let nowMs = 0;
    const store = aMemoryStore({ ...createFakeClock(), nowMs: () => nowMs });
    store.change((write) => {
      for (let n = 0; n < 4_000; n += 1) {
        // An hour on at each row; far ahead between the jumps, then back.
        nowMs = 1_000_000_000 + n * 3_600_000 + (n >= 1_500 && n < 2_500 ? 1e12 : 0) - ((n * 7919) % 200_000);
        write.journal.append({
          kind: jumps.has(n) ? 'clock-jumped' : (kinds[(n * 31) % kinds.length] ?? 'group-changed'),
          actor: actors[(n * 17) % actors.length] ?? 'hub',
          deviceId: n % 4 === 0 ? undefined : (`device-${n % 7}` as DeviceId),
          deploymentId: n % 5 === 0 ? (`line-${n % 3}` as DeploymentId) : undefined,
          detail: { note: n % 11 === 0 ? 'Roof "pump"' : n % 13 === 0 ? 'ÖLPUMPE' : 'plain', n },
        });
      }
    });
    const all: readonly JournalEntry[] = store.read.journal.list({ limit: 10_000 });
    const searches: readonly Partial<JournalSearch>[] = [
      {},
      { kinds: ['tags-changed', 'group-changed'] },
      { kinds: ['reported-changed', 'tags-changed'] },
      { actors: ['console', 'hub'] },
      { deviceId: 'device-3' },
      { deviceId: 'device-3', kinds: ['rollout-sent'], words: ['roof'] },
      { deploymentId: 'line-2' },
      { deploymentId: 'line-2', actors: ['hub'], deviceId: 'device-1' },
      { fromMs: hourAt(100), toMs: hourAt(110) },
      { fromMs: hourAt(1_400), toMs: hourAt(1_600) },
      { fromMs: hourAt(2_600), kinds: ['tags-changed'] },
      { fromMs: 1e12, toMs: 1e12 + hourAt(2_400), deviceId: 'device-2' },
      { fromMs: hourAt(4_100), deploymentId: 'line-1' },
      { toMs: hourAt(-1) },
      { words: ['roof', 'pump', 'tags-'] },
      { words: ['ölpumpe'] },
      { words: ['\\'] },
      { words: ["'; DROP TABLE journal; --"] },
      { deviceId: 'nobody' },
    ];
    for (const search of searches) {
      const wanted = all.filter((entry) => fitsSearch(entry, { ...everything, ...search })).map(({ seq }) => seq);
      const found: number[] = [];
      let before: number | null = null;
      do {
        const page = store.read.journalSearch.look({ ...everything, ...search }, { before, limit: 7 });
        expect(page.rows.length).toBeLessThanOrEqual(7);
        found.push(...page.rows.map(({ seq }) => seq));
        before = page.next;
      } while (before !== null);
      expect([search, found]).toEqual([search, wanted.toReversed()]);
    }
  });

  it('when a detail is large, the row comes without it, and it is there when asked for', () => {
    const store = aMemoryStore();
    const names = Array.from({ length: 5_000 }, (_, n) => `device-${n}`);
    store.change((write) => write.journal.append({ kind: 'group-changed', actor: 'hub', detail: { names } }));
    const [row] = store.read.journalSearch.look(everything, { before: null, limit: 1 }).rows;
    expect(row).toMatchObject({ seq: 1, detail: null });
    expect(row?.detailBytes).toBeGreaterThan(50_000);
    expect(store.read.journalSearch.entry(1)?.detail).toEqual({ names });
    expect(store.read.journalSearch.entry(2)).toBeUndefined();
  });
});

describe('over 200,000 rows', () => {
  let db: Connection;
  beforeAll(() => {
    db = connect({ path: ':memory:', inspect: () => undefined });
    migrate(db, { backUp: () => undefined });
    fill(db, 200_000);
  });

  it.each<[string, Partial<JournalSearch>, number, number]>([
    ['a kind that is rare', { kinds: ['hub-started'] }, 4, 1],
    ['a time long ago', { fromMs: 6_000_000, toMs: 7_200_000 }, 21, 42],
    ['a time that never was', { fromMs: -9e6, toMs: -1e6 }, 0, 42],
    ['a time to come', { fromMs: 1e12 }, 0, 42],
    ['a device that is not there', { deviceId: 'nobody' }, 0, 2],
    ['a deployment that is not there', { deploymentId: 'nobody' }, 0, 1],
    ['a deployment', { deploymentId: 'line-1' }, 667, 16],
    ['a device', { deviceId: 'device-42' }, 1_000, 30],
    ['two kinds of a device', { deviceId: 'device-3', kinds: ['tags-changed', 'hub-started'] }, 1_000, 30],
  ])('when %s is looked for, few looks are enough', (_what, search, count, mostLooks) => {
    const { seqs, looks } = findAll(db, search, 200);
    expect(seqs.length).toBe(count);
    expect(looks).toBeLessThanOrEqual(mostLooks);
  });

  it('when nothing fits, no single look reads more than a part of the rows', () => {
    const readers = readJournalSearch(db);
    const { rows, next } = readers.look({ ...everything, words: ['nowhere'] }, { before: null, limit: 50 });
    expect(rows).toEqual([]);
    expect(next).toBe(200_001 - 128);
  });
});

test.each([
  ['a device in a stretch', deviceCandidatesSql, [0, 'd', 9, 5], 'journal_by_device (<expr>=? AND device_id=?)'],
  ['a rare kind', kindCandidatesSql, ['hub-started', 9, 5], 'COVERING INDEX journal_by_kind (kind=? AND seq<?)'],
  [
    'a deployment',
    deploymentCandidatesSql,
    ['d', 9, 5],
    'COVERING INDEX journal_by_deployment (deployment_id=? AND seq<?)',
  ],
])('when %s is looked for, its index is used', (_what, sql, parameters, index) => {
  expect(queryPlan(sql, parameters)).toContain(index);
});

test('when the times of a stretch are asked for, its rows are not read through', () => {
  const plan = aMigratedDatabase()
    .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${timesOfStretchSql}`)
    .all({ first: 0 })
    .map(({ detail }) => detail);
  expect(plan.join()).not.toContain('SCAN journal');
  expect(plan.filter((step) => step.includes('journal_by_kind (kind=? AND seq>? AND seq<?)'))).toHaveLength(2);
});

test('when candidates are looked at, they are found by their numbers, and nothing else is read', () => {
  const db = aMigratedDatabase();
  // It gives the database the function that the statement calls.
  readJournalSearch(db);
  const plan = db
    .prepare<unknown[], { readonly detail: string }>(`EXPLAIN QUERY PLAN ${fittingSql}`)
    .all({
      candidates: '[1]',
      fromMs: 0,
      toMs: 1,
      deviceId: null,
      deploymentId: null,
      kinds: '[]',
      actors: '[]',
      words: '[]',
    })
    .map(({ detail }) => detail);
  expect(plan[0]).toBe('SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)');
});

test('when a journal is there already, it can be searched after the migration, and its rows are as they were', () => {
  const db = connect({ path: ':memory:', inspect: () => undefined });
  migrate(db, { steps: migrations.slice(0, 14), backUp: () => undefined });
  fill(db, 2_000);
  const rows = db.prepare('SELECT * FROM journal ORDER BY seq');
  const before = rows.all();
  expect(migrate(db, { steps: migrations.slice(0, 15), backUp: () => undefined })).toEqual({ from: 14, to: 15 });
  expect(rows.all()).toEqual(before);
  migrate(db, { steps: migrations, backUp: () => undefined });
  expect(findAll(db, { kinds: ['hub-started'] }).seqs).toEqual([7]);
  db.close();
});
