// Migrations: each whole or not at all, and never without a copy of what was there before.
import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backUp } from '#store/backup.ts';
import { connect, type Connection } from '#store/connection.ts';
import { applicationId } from '#store/database-header.ts';
import type { Migration } from '#store/migration.ts';
import { assertMigratable, migrate, migrations, newestVersion } from '#store/migrations.ts';
import { aTemporaryFolder } from '#test/support/test-store.ts';

const first: Migration = { version: 1, name: 'first', apply: (db) => void db.exec('CREATE TABLE one (a TEXT) STRICT') };
const second: Migration = {
  version: 2,
  name: 'second',
  apply: (db) => void db.exec('CREATE TABLE two (a TEXT) STRICT'),
};
const failing: Migration = {
  version: 2,
  name: 'failing',
  apply(db) {
    second.apply(db);
    throw new Error('power cut');
  },
};

const noBackUp = { backUp: () => undefined };

function failToBackUp(): never {
  throw new Error('disk full');
}

function aFile(dir = aTemporaryFolder()): Connection {
  return connect({ path: join(dir, 'hub.db'), inspect: () => undefined });
}

function tablesOf(db: Connection): unknown[] {
  return db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`).pluck().all();
}

describe('migrate', () => {
  it('when the database is new, it gets every step, the mark of Lanyard and no backup', () => {
    const db = aFile();
    const backUps: number[] = [];
    expect(migrate(db, { steps: [first, second], backUp: (from) => void backUps.push(from) })).toEqual({
      from: 0,
      to: 2,
    });
    expect(tablesOf(db)).toEqual(['one', 'two']);
    expect(db.pragma('application_id', { simple: true })).toBe(applicationId);
    expect(backUps).toEqual([]);
    db.close();
  });

  it('when the database is older, it is backed up once, before the missing steps', () => {
    const db = aFile();
    migrate(db, { steps: [first], ...noBackUp });
    const seen: unknown[] = [];
    migrate(db, { steps: [first, second], backUp: (from) => void seen.push(from, ...tablesOf(db)) });
    expect(seen).toEqual([1, 'one']);
    expect(tablesOf(db)).toEqual(['one', 'two']);
    migrate(db, { steps: [first, second], backUp: (from) => void seen.push(from) });
    expect(seen).toHaveLength(2);
    db.close();
  });

  it('when a step fails half way, the version before stays whole', () => {
    const db = aFile();
    expect(() => migrate(db, { steps: [first, failing], ...noBackUp })).toThrow('power cut');
    expect(tablesOf(db)).toEqual(['one']);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    db.close();
  });

  it('when the backup fails, nothing is migrated', () => {
    const db = aFile();
    migrate(db, { steps: [first], ...noBackUp });
    expect(() => migrate(db, { steps: [first, second], backUp: failToBackUp })).toThrow('disk full');
    expect(tablesOf(db)).toEqual(['one']);
    db.close();
  });

  it('when the list is out of order, it is refused', () => {
    const db = aFile();
    expect(() => migrate(db, { steps: [second], ...noBackUp })).toThrow('out of order');
    db.close();
  });

  it('when a database is newer than the list, it is not migratable', () => {
    const db = aFile();
    migrate(db, { steps: [first, second], ...noBackUp });
    expect(() => assertMigratable(db, [first])).toThrow(expect.objectContaining({ code: 'store.newer' }));
    db.close();
  });

  it('when the real list is read, its numbers have no gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
    expect(newestVersion()).toBe(migrations.length);
  });
});

describe('a backup', () => {
  it('when it is made, it is whole, private and alone in its folder', () => {
    const dir = aTemporaryFolder();
    const db = aFile(dir);
    migrate(db, { steps: [first], ...noBackUp });
    db.exec(`INSERT INTO one VALUES ('kept')`);
    const path = backUp(db, { dir: join(dir, 'backups'), label: 'v1-7' });
    db.close();
    expect(readdirSync(join(dir, 'backups'))).toEqual(['hub-v1-7.db']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'backups')).mode & 0o777).toBe(0o700);
    const copy = new Database(path, { readonly: true });
    expect(copy.prepare('SELECT a FROM one').pluck().all()).toEqual(['kept']);
    expect(copy.pragma('user_version', { simple: true })).toBe(1);
    copy.close();
  });

  it('when there are many, the newest three are kept, and what is not ours stays', () => {
    const dir = aTemporaryFolder();
    const db = aFile(dir);
    const backups = join(dir, 'backups');
    for (const label of ['v1-1', 'v1-2', 'v1-3', 'v2-4', 'v3-5']) {
      const path = backUp(db, { dir: backups, label });
      const madeAt = Number(label.slice(3));
      utimesSync(path, madeAt, madeAt);
      writeFileSync(join(backups, 'mine.db'), '');
    }
    db.close();
    expect(readdirSync(backups).toSorted()).toEqual(['hub-v1-3.db', 'hub-v2-4.db', 'hub-v3-5.db', 'mine.db']);
  });
});
