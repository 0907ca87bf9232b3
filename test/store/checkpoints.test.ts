// What the log holds goes into the database once nobody writes, and not in the middle of changes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '#store/open-store.ts';
import { createFakeClock } from '#test/support/fake-clock.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

function openSite() {
  const dir = mkdtempSync(join(tmpdir(), 'lanyard-checkpoints-'));
  cleanUps.push(() => rmSync(dir, { recursive: true }));
  const clock = createFakeClock();
  const logged: string[] = [];
  const log = pino({}, { write: (line) => void logged.push(line) });
  const store = openStore({ dir, clock, log });
  const beside = new Database(join(dir, 'hub.db'), { readonly: true });
  cleanUps.push(
    () => beside.close(),
    () => store.close(),
  );
  const write = (characters: number) =>
    store.change(({ journal }) =>
      journal.append({ kind: 'hub-started', actor: 'hub', detail: { text: 'x'.repeat(characters) } }),
    );
  return { clock, logged, close: () => store.close(), write, waiting: () => waitingPages(beside) };
}

function waitingPages(db: Database.Database): number {
  const [state] = db.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return (state?.log ?? 0) - (state?.checkpointed ?? 0);
}

const manyPages = 6_000_000;

test('when nothing was written for a while, a long log is brought into the database', () => {
  const { clock, write, waiting } = openSite();
  write(manyPages);
  expect(waiting()).toBeGreaterThan(1000);
  clock.advance(1000);
  expect(waiting()).toBe(0);
});

test('when changes go on, none of them waits for that', () => {
  const { clock, write, waiting } = openSite();
  write(manyPages);
  for (let change = 0; change < 20; change += 1) {
    clock.advance(150);
    write(1);
  }
  expect(waiting()).toBeGreaterThan(1000);
});

test('when little was written, it stays in the log: it is not worth a sync', () => {
  const { clock, write, waiting } = openSite();
  write(1);
  const before = waiting();
  clock.advance(1000);
  expect(waiting()).toBe(before);
});

test('when the store was closed, nothing is brought in any more', () => {
  const { clock, logged, close, write } = openSite();
  logged.length = 0;
  write(manyPages);
  close();
  clock.advance(1000);
  expect(logged).toEqual([]);
});
