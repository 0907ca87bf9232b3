// What durability rests on, read back from the connection the hub writes with.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '#store/connection.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

it('when a database is opened, every commit is synced, the WAL is bounded and references hold', () => {
  const path = join(aTemporaryFolder(), 'hub.db');
  writeFileSync(path, '');
  const db = connect({ path, inspect: () => undefined });
  const setting = (name: string): unknown => db.pragma(name, { simple: true });
  expect({
    journalMode: setting('journal_mode'),
    synchronous: setting('synchronous'),
    foreignKeys: setting('foreign_keys'),
    walKeptBytes: setting('journal_size_limit'),
  }).toEqual({
    journalMode: 'wal',
    synchronous: 2,
    foreignKeys: 1,
    walKeptBytes: 64 * 1024 * 1024,
  });
  expect(setting('wal_autocheckpoint')).toBeGreaterThan(0);
  db.close();
});
